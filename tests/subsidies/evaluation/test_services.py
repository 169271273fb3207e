"""Sharing, comments, the evaluation and the submission that asks for it."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.models import Assignment, User
from portal.accounts.roles import HAT_OF, Role
from portal.kernel import clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from portal.notices.models import Notice
from subsidies import services as core
from subsidies.contents import rules_of
from subsidies.evaluation import selectors, services, states
from subsidies.evaluation.models import FieldAuthor, PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from subsidies.services.errors import Incomplete, Refused
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA, MembershipFactory
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


def share(owner, plan, advisor, **changes):
    values = {"application_id": plan.pk, "advisor_id": advisor.user_id, "consent": True}
    with acting(owner):
        return services.plan_share(actor=owner, text="同意", **{**values, **changes})


def comment(advisor, row, anchor="answers.problem", body="数字を書いてください。"):
    with acting(advisor):
        return services.comment_add(actor=advisor, share_id=row.pk, anchor=anchor, body=body)


def save(advisor, row, entry=None, revision=None):
    with acting(advisor):
        return services.evaluation_save(
            actor=advisor, share_id=row.pk, entry=entry or build.entry(), revision=revision
        )


def hand_over(advisor, row):
    with acting(advisor):
        return services.evaluation_submit(actor=advisor, share_id=row.pk)


def test_no_application_goes_in_before_its_plan_was_evaluated(plan, owner, advisor):
    with pytest.raises(Incomplete) as refused:
        make.submit(owner, plan)
    (problem,) = refused.value.problems
    assert "まだ済んでいません" in problem.text
    row = build.share(plan, advisor)
    save(advisor, row)
    with pytest.raises(Incomplete):
        make.submit(owner, plan)  # a draft of the evaluation does not do
    hand_over(advisor, row)
    assert make.submit(owner, plan).number == 1


def test_a_plan_that_changed_after_its_evaluation_is_evaluated_anew(plan, owner, advisor, client):
    """The same advisor may be asked; the earlier evaluation stays, its share ends."""
    first = build.share(plan, advisor)
    build.evaluate(first, advisor)
    with acting(owner):
        core.draft_save_answers(actor=owner, application_id=plan.pk, answers={"effect": "半分"})
    with pytest.raises(Incomplete) as refused:
        make.submit(owner, plan)
    assert "まだ済んでいません" in refused.value.problems[0].text
    sign_in(client, User.objects.get(pk=owner.user_id))
    page = client.get(f"/apply/{plan.public_id}/evaluation/").content.decode()
    assert "変えた計画の評価を、もう一度受けてください" in page
    assert f'name="advisor" value="{advisor.user_id}"' in page
    again = build.share(plan, advisor)
    first.refresh_from_db()
    assert first.ended_at is not None
    outbox.drain()
    told = Notice.objects.filter(recipient_id=advisor.user_id)
    assert not told.filter(subject__startswith="計画の共有が終わりました").exists()
    assert told.filter(url__contains=str(again.public_id)).exists()
    build.evaluate(again, advisor)
    assert PlanEvaluation.objects.count() == 2
    assert make.submit(owner, plan).number == 1


def test_a_correction_is_not_asked_for_an_evaluation_again(plan, owner, advisor):
    build.evaluate(build.share(plan, advisor), advisor)
    make.submit(owner, plan)
    official = make.official_actor()
    with acting(official):
        core.correction_request(
            actor=official,
            application_id=plan.pk,
            fields=["answers.effect"],
            notes={},
            message="数字を書いてください。",
            due_on=clock.today() + dt.timedelta(days=14),
        )
    with acting(owner):
        core.draft_save_answers(
            actor=owner, application_id=plan.pk, answers={"effect": "月24時間から1時間。"}
        )
        version = core.correction_answer(
            actor=owner, application_id=plan.pk, idempotency_key=make.uuid.uuid4()
        )
    assert version.number == 2
    with acting(official):
        application = Application.objects.get(pk=plan.pk)
        (read,) = selectors.evaluations(official, application)
    assert read.changed


def test_sharing_asks_for_consent_and_an_advisor_of_the_ward(plan, owner, advisor):
    with pytest.raises(Refused, match="同意の欄"):
        share(owner, plan, advisor, consent=False)
    with pytest.raises(Refused, match="この区の相談員ではありません"):
        share(owner, plan, build.advisor_actor(OTA))
    gone = build.advisor_actor()
    Assignment.objects.filter(user_id=gone.user_id).update(revoked_at=clock.now())
    with pytest.raises(Refused, match="この区の相談員ではありません"):
        share(owner, plan, gone)
    row = share(owner, plan, advisor)
    assert row.consent == "同意"
    with pytest.raises(Refused, match="すでに共有"):
        share(owner, plan, advisor)
    assert share(owner, plan, build.advisor_actor(None)).advisor_id
    with pytest.raises(RoleMissing):
        share(advisor, plan, advisor)


def test_an_advisor_of_the_own_firm_cannot_be_asked(plan, owner, advisor):
    MembershipFactory(
        firm=plan.firm, user_id=advisor.user_id, valid_to=clock.today(), role=Role.FIRM_MEMBER
    )
    with pytest.raises(services.Barred, match="登録されている"):
        share(owner, plan, advisor)


def test_sharing_ends_by_the_firm_and_begins_anew(plan, owner, advisor):
    row = build.share(plan, advisor)
    comment(advisor, row)
    with acting(owner):
        services.plan_share_end(actor=owner, share_id=row.pk)
    with pytest.raises(PlanShare.DoesNotExist):
        comment(advisor, row)
    with acting(owner), pytest.raises(StaleState):
        services.plan_share_end(actor=owner, share_id=row.pk)
    outbox.drain()
    told = Notice.objects.filter(subject__startswith="計画の共有が終わりました")
    assert told.filter(recipient_id=advisor.user_id).count() == 1
    assert build.share(plan, advisor).pk != row.pk
    with acting(owner):
        assert PlanComment.objects.count() == 1  # what was said stays


def test_sharing_ends_by_itself_when_the_application_is_withdrawn(plan, owner, advisor):
    row = build.share(plan, advisor)
    build.evaluate(row, advisor)
    make.submit(owner, plan)
    with acting(owner):
        core.application_withdraw(actor=owner, application_id=plan.pk, reason="見直す。")
    outbox.drain()
    row.refresh_from_db()
    assert row.ended_at is not None
    with pytest.raises(Refused, match="手続が終わっている"):
        share(owner, plan, advisor)


@pytest.mark.parametrize(
    ("anchor", "body", "message"),
    [
        ("answers.problem", " ", "助言を入力"),
        ("answers.problem", "字" * 2001, "2000字まで"),
        ("answers.contact_name", "電話します。", "いまの申請書にはありません"),
        ("status", "granted", "いまの申請書にはありません"),
    ],
)
def test_comments_that_are_refused(plan, advisor, anchor, body, message):
    row = build.share(plan, advisor)
    with pytest.raises(Refused, match=message):
        comment(advisor, row, anchor, body)
    assert not PlanComment.objects.exists()


def test_an_evaluation_is_handed_over_whole_once_and_is_frozen(plan, advisor):
    row = build.share(plan, advisor)
    found = save(advisor, row, services.Entry(grades={"fit": "a"}))
    with pytest.raises(Incomplete) as refused:
        hand_over(advisor, row)
    anchors = {problem.anchor for problem in refused.value.problems}
    assert {"text-fit", "grade-price", "grade", "summary", "is_independent"} <= anchors
    assert "grade-fit" not in anchors
    with pytest.raises(services.StaleEvaluation):
        save(advisor, row, revision=found.revision - 1)
    save(advisor, row, revision=found.revision)
    hand_over(advisor, row)
    with pytest.raises(StaleState):
        save(advisor, row)
    with pytest.raises(StaleState):
        hand_over(advisor, row)
    frozen = PlanEvaluation.objects.filter(share=row)
    frozen_again = pytest.raises(DatabaseError, match="does not change")
    with acting(advisor), frozen_again, transaction.atomic():
        frozen.update(summary="別の総評")


def test_a_plan_to_be_mended_says_what_is_to_be_mended(plan, advisor):
    """C without its conditions is not handed over; with them, firm and ward read them."""
    row = build.share(plan, advisor)
    save(advisor, row, build.entry("c", conditions="  "))
    with pytest.raises(Incomplete) as refused:
        hand_over(advisor, row)
    assert [problem.anchor for problem in refused.value.problems] == ["conditions"]
    save(advisor, row, build.entry("c", conditions="停止の理由を1か月数えてから決める。"))
    found = hand_over(advisor, row)
    said = {str(line.label): line.value for line in selectors.reading(found)}
    assert said["条件"] == "停止の理由を1か月数えてから決める。"
    assert "条件" not in {str(line.label) for line in selectors.reading(_without(found))}


def _without(found):
    found.texts = {**found.texts, "conditions": ""}
    return found


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (build.entry(grade="z"), "A〜D"),
        (build.entry(grades={"fit": "1"}), "A〜D"),
        (build.entry(summary="字" * 2001), "2000字まで"),
    ],
)
def test_evaluations_that_are_refused(plan, advisor, entry, message):
    row = build.share(plan, advisor)
    with pytest.raises(Refused, match=message):
        save(advisor, row, entry)
    assert not PlanEvaluation.objects.exists()


def test_a_plan_that_changed_meanwhile_is_read_again_before_the_hand_over(plan, owner, advisor):
    row = build.share(plan, advisor)
    save(advisor, row)
    with acting(owner):
        core.draft_save_answers(
            actor=owner, application_id=plan.pk, answers={"contact_name": "別の人"}
        )
    assert not selectors.is_changed(
        PlanEvaluation.objects.get(), Application.objects.get(pk=plan.pk)
    )
    with acting(owner):
        core.draft_save_answers(actor=owner, application_id=plan.pk, answers={"effect": "半分"})
    with pytest.raises(Refused, match="計画を変えました"):
        hand_over(advisor, row)
    save(advisor, row)
    assert hand_over(advisor, row).status == states.SUBMITTED


def test_every_state_action_and_role_of_the_table(plan, owner, advisor):
    row = build.share(plan, advisor)
    save(advisor, row)
    found = PlanEvaluation.objects.get()
    for cell in transitions.matrix(states.EVALUATION, list(Role)):
        hat = HAT_OF[Role(cell.role)]
        actor = Actor(advisor.user_id, "だれか", hat, frozenset({cell.role}), ward_id=make.SUMIDA)
        found.status = cell.status
        refusal = None
        try:
            with acting(advisor), transaction.atomic():
                transitions.apply(
                    table=states.EVALUATION,
                    instance=found,
                    action=cell.action,
                    actor=actor,
                    fields={"submitted_at": clock.now()},
                    payload={"evaluation_id": found.pk, "ward_id": found.ward_id},
                )
                transaction.set_rollback(True)
        except transitions.TransitionRefused as caught:
            refusal = type(caught)
        assert refusal is cell.refusal, cell


def test_everybody_is_told_once(plan, owner, advisor):
    row = build.share(plan, advisor)
    outbox.drain()
    assert Notice.objects.filter(recipient_id=advisor.user_id).count() == 1
    comment(advisor, row)
    comment(advisor, row, "expenses")
    build.evaluate(row, advisor)
    outbox.drain()
    told = Notice.objects.filter(recipient_id=owner.user_id).order_by("created_at")
    subjects = [notice.subject for notice in told]
    # Two comments of a day are one notice.
    assert len([text for text in subjects if "助言" in text]) == 1
    assert len([text for text in subjects if "妥当性評価" in text]) == 1
    assert {notice.url for notice in told} == {f"/apply/{plan.public_id}/evaluation/"}
    actions = set(
        AuditRow.objects.filter(action__startswith="evaluation.").values_list("action", flat=True)
    )
    assert {
        "evaluation.plan_shared",
        "evaluation.commented",
        "evaluation.evaluation.submit",
    } <= actions


class TestAuthorship:
    """The database itself writes down who typed what."""

    def test_each_answer_of_each_person_has_one_row(self, plan, owner):
        colleague = make.firm_actor(plan.firm, role=Role.FIRM_MEMBER)
        for text in ("半分", "半分以下"):
            with acting(colleague):
                core.draft_save_answers(
                    actor=colleague, application_id=plan.pk, answers={"effect": text}
                )
        with acting(colleague):  # nothing changed: nothing typed
            core.draft_save_answers(
                actor=colleague, application_id=plan.pk, answers={"effect": "半分以下"}
            )
        rows = FieldAuthor.objects.filter(application=plan, field="answers.effect")
        assert {(row.user_id, row.saves) for row in rows} == {
            (owner.user_id, 1),
            (colleague.user_id, 2),
        }
        fields = set(FieldAuthor.objects.values_list("field", flat=True))
        assert {"expenses", "eligibility.arrears", "answers.title"} <= fields

    def test_a_write_past_the_services_is_recorded_as_well(self, plan, advisor):
        intruder = Actor.system("x")
        with acting(intruder), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.user', %s, true)", [str(advisor.user_id)])
            cursor.execute(
                "UPDATE subsidies_application SET answers = answers || %s WHERE id = %s",
                ['{"problem": "代わりに書いた"}', plan.pk],
            )
        application = Application.objects.get(pk=plan.pk)
        rows = selectors.authors(application, rules_of(application.version))
        (foreign,) = [row for row in rows if row.is_outsider]
        assert (foreign.author.field, foreign.name) == ("answers.problem", "相談 花子")

    def test_nobody_writes_or_changes_the_record(self, plan, owner):
        for actor in (owner, make.official_actor()):
            with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
                FieldAuthor.objects.filter(application=plan).update(user_id=0)

    def test_it_goes_with_a_draft_that_is_thrown_away(self, plan, owner, advisor):
        row = build.share(plan, advisor)
        comment(advisor, row)
        build.evaluate(row, advisor)
        with acting(owner):
            core.draft_delete(actor=owner, application_id=plan.pk)
        for table in (FieldAuthor, PlanShare, PlanComment, PlanEvaluation):
            assert not table.objects.exists()
