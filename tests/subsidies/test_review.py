"""The ward's work: check list, corrections, proposal, decision."""

import uuid

import pytest
from django.db import transaction

from portal.accounts.roles import Role
from portal.kernel import transitions
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from subsidies import selectors, services, states
from subsidies.contents import submitted_rules
from subsidies.models import Application, Call, DocumentCheck
from subsidies.rules import checklist
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def reviewer():
    return make.official_actor()


@pytest.fixture
def application(stage):
    return stage(make.make_submitted)


def call(actor, service, **arguments):
    with acting(actor):
        return service(actor=actor, **arguments)


def correct(actor, application, fields=("answers.problem",), days=10):
    return call(
        actor,
        services.correction_request,
        application_id=application.pk,
        fields=fields,
        notes={"answers.problem": "もう少し詳しく書いてください。"},
        message="お手数ですが補正をお願いします。",
        due_on=make.clock.today() + make.dt.timedelta(days=days),
    )


def owner_of(application):
    return make.firm_actor(application.firm)


class TestAssign:
    def test_many_at_once_with_reasons_for_those_left_out(self, application, reviewer):
        firm = application.firm
        done = make.make_row(
            call=make.make_call(), firm=firm, creator_id=reviewer.user_id, status=states.GRANTED
        )
        result = call(
            reviewer,
            services.assign,
            application_ids=[application.pk, done.pk],
            assignee_id=reviewer.user_id,
        )
        assert result.changed == 1
        assert result.skipped == ((done.receipt_no, "処理の終わった申請です"),)
        application.refresh_from_db()
        assert application.assignee_name == reviewer.name
        again = call(
            reviewer,
            services.assign,
            application_ids=[application.pk],
            assignee_id=reviewer.user_id,
        )
        assert again.changed == 0

    def test_only_reviewers_of_the_ward_can_be_in_charge(self, application, reviewer):
        for person in (make.official_actor(OTA), owner_of(application)):
            with pytest.raises(services.NotAssignable):
                call(
                    reviewer,
                    services.assign,
                    application_ids=[application.pk],
                    assignee_id=person.user_id,
                )

    def test_another_wards_application_is_not_touched(self, application):
        other = make.official_actor(OTA)
        result = call(
            other, services.assign, application_ids=[application.pk], assignee_id=other.user_id
        )
        assert (result.changed, result.skipped) == (0, ())

    def test_a_firm_assigns_nobody(self, application):
        with pytest.raises(transitions.RoleMissing):
            call(
                owner_of(application),
                services.assign,
                application_ids=[application.pk],
                assignee_id=None,
            )


class TestChecks:
    def test_the_first_verdict_starts_the_check(self, application, reviewer):
        call(
            reviewer,
            services.check_item_set,
            application_id=application.pk,
            item="answers",
            verdict="ok",
        )
        application.refresh_from_db()
        assert application.status == states.CHECKING

    def test_it_finishes_only_when_all_is_well(self, application, reviewer):
        with pytest.raises(transitions.GuardFailed, match="申請書の記載"):
            call(reviewer, services.check_finish, application_id=application.pk)
        make.check_all(reviewer, application)
        application.refresh_from_db()
        assert application.status == states.REVIEWING

    def test_a_fault_stands_in_the_way_and_needs_words(self, application, reviewer):
        with pytest.raises(services.Refused):
            call(
                reviewer,
                services.check_item_set,
                application_id=application.pk,
                item="expenses",
                verdict="not_ok",
            )
        call(
            reviewer,
            services.check_item_set,
            application_id=application.pk,
            item="expenses",
            verdict="not_ok",
            note="見積書と金額が違う",
        )
        with pytest.raises(transitions.GuardFailed):
            call(reviewer, services.check_finish, application_id=application.pk)

    @pytest.mark.parametrize(("item", "verdict"), [("passport", "ok"), ("answers", "perfect")])
    def test_unknown_items_and_verdicts_are_refused(self, application, reviewer, item, verdict):
        with pytest.raises(services.Refused):
            call(
                reviewer,
                services.check_item_set,
                application_id=application.pk,
                item=item,
                verdict=verdict,
            )

    def test_a_firm_never_sees_the_check_list(self, application, reviewer):
        make.check_all(reviewer, application)
        with acting(owner_of(application)):
            with pytest.raises(Exception, match="permission"), transaction.atomic():
                DocumentCheck.objects.count()
            detail = selectors.application_detail(owner_of(application), pk=application.pk)
        assert detail.checks == []


NEEDS = [
    {"code": "advice", "name": "区のIT相談", "criterion": "ordered", "document": "quotes"},
    {"code": "entry", "name": "エントリー", "criterion": "ordered"},
]


class TestPrerequisites:
    @pytest.fixture
    def application(self):
        rules = make.rules_json("DX1", prerequisites=NEEDS)
        return make.make_submitted(call=make.make_call(rules=rules))

    def test_each_is_a_line_of_the_check_list_that_says_what_shows_it(self, application, reviewer):
        with acting(reviewer):
            lines = selectors.application_detail(reviewer, pk=application.pk).check_lines
        advice, entry = [line.item for line in lines if line.item.code.startswith("prereq")]
        assert advice.name == "先に済ませること：区のIT相談"
        assert "書類「" in advice.hint
        assert entry.rests_on == ("eligibility",)

    def test_the_check_does_not_finish_without_it(self, application, reviewer):
        make.check_all(reviewer, application)
        application.refresh_from_db()
        assert application.status == states.REVIEWING
        other = make.make_submitted(call=application.call)
        for item in checklist.items(submitted_rules(other)):
            if item.code != "prerequisites.advice":
                call(
                    reviewer,
                    services.check_item_set,
                    application_id=other.pk,
                    item=item.code,
                    verdict="ok",
                )
        with pytest.raises(transitions.GuardFailed, match="区のIT相談"):
            call(reviewer, services.check_finish, application_id=other.pk)

    def test_its_paper_mended_it_is_looked_at_again(self, application, reviewer):
        call(
            reviewer,
            services.check_item_set,
            application_id=application.pk,
            item="prerequisites.advice",
            verdict="ok",
        )
        correct(reviewer, application, fields=("documents.quotes",))
        DocumentCheck.objects.update(checked_at=application.submitted_at)
        call(
            owner_of(application),
            services.correction_answer,
            application_id=application.pk,
            idempotency_key=uuid.uuid4(),
        )
        with acting(reviewer):
            lines = selectors.application_detail(reviewer, pk=application.pk).check_lines
        outdated = {line.item.code for line in lines if line.outdated}
        assert outdated == {"prerequisites.advice"}


class TestCorrections:
    def test_there_and_back(self, application, reviewer):
        actor = owner_of(application)
        correct(reviewer, application)
        application.refresh_from_db()
        assert application.status == states.CORRECTION
        with acting(actor):
            services.draft_save_answers(
                actor=actor,
                application_id=application.pk,
                answers={"problem": "紙の日報が月に400枚ある。", "title": "別の名前"},
            )
            version = services.correction_answer(
                actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
            )
        application.refresh_from_db()
        assert application.status == states.CHECKING
        assert version.number == 2
        assert version.payload["answers"]["problem"] == "紙の日報が月に400枚ある。"
        # Only the named field: the title was none of it.
        assert version.payload["answers"]["title"] == make.ANSWERS["title"]
        first = application.versions.get(number=1)
        assert first.payload["answers"]["problem"] == make.ANSWERS["problem"]
        event = OutboxEvent.objects.get(name="subsidies.correction_answered")
        assert (event.payload["version"], event.payload["first"]) == (2, False)
        with acting(reviewer):
            detail = selectors.application_detail(reviewer, pk=application.pk)
        assert [change[0] for change in detail.changes] == ["answers.problem"]

    def test_the_same_key_answers_once(self, application, reviewer):
        actor, key = owner_of(application), uuid.uuid4()
        correct(reviewer, application)
        answers = [
            call(
                actor,
                services.correction_answer,
                application_id=application.pk,
                idempotency_key=key,
            )
            for _ in range(2)
        ]
        assert answers[0].pk == answers[1].pk

    def test_the_key_of_the_submission_is_no_key_for_the_correction(self, reviewer):
        actor = make.firm_actor(make.make_firm())
        draft, key = make.make_draft(actor, make.make_call()), uuid.uuid4()
        make.submit(actor, draft, key)
        correct(reviewer, draft)
        with pytest.raises(services.IdempotencyConflict):
            call(actor, services.correction_answer, application_id=draft.pk, idempotency_key=key)

    def test_other_fields_are_closed(self, application, reviewer):
        actor = owner_of(application)
        correct(reviewer, application)
        with pytest.raises(services.NotEditable):
            call(actor, services.draft_save_expenses, application_id=application.pk, lines=[])
        with pytest.raises(services.NotEditable):
            call(
                actor,
                services.draft_save_eligibility,
                application_id=application.pk,
                answers={"ordered": "yes"},
            )

    def test_a_checked_item_is_open_again_after_its_correction(self, application, reviewer):
        make.check_all(reviewer, application)
        correct(reviewer, application)
        call(
            owner_of(application),
            services.correction_answer,
            application_id=application.pk,
            idempotency_key=uuid.uuid4(),
        )
        # Within one test transaction all times are equal; move the check back a moment.
        DocumentCheck.objects.filter(application=application).update(
            checked_at=application.submitted_at
        )
        with pytest.raises(transitions.GuardFailed) as caught:
            call(reviewer, services.check_finish, application_id=application.pk)
        assert str(caught.value).endswith("：申請書の記載")

    @pytest.mark.parametrize(
        ("fields", "days"), [((), 10), (("answers.nothing",), 10), (("answers.problem",), 0)]
    )
    def test_a_request_needs_fields_and_a_day_ahead(self, application, reviewer, fields, days):
        with pytest.raises(services.Refused):
            correct(reviewer, application, fields, days)


class TestMessages:
    def test_both_sides_write(self, application, reviewer):
        call(reviewer, services.message_post, application_id=application.pk, body="質問です。")
        call(
            owner_of(application),
            services.message_post,
            application_id=application.pk,
            body="お答えします。",
        )
        assert list(application.messages.values_list("from_ward", flat=True)) == [True, False]

    def test_empty_and_foreign_messages_are_refused(self, application, reviewer):
        with pytest.raises(services.Refused):
            call(reviewer, services.message_post, application_id=application.pk, body=" \n")
        with pytest.raises(Application.DoesNotExist):
            call(
                make.official_actor(OTA),
                services.message_post,
                application_id=application.pk,
                body="よその区",
            )


class TestDeadline:
    def test_a_ward_admin_moves_it_with_a_reason(self, application):
        admin = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
        later = application.call.closes_at + make.dt.timedelta(days=7)
        call(
            admin,
            services.call_move_deadline,
            call_id=application.call_id,
            closes_at=later,
            reason="障害のため",
        )
        assert Call.objects.get(pk=application.call_id).closes_at == later
        row = AuditRow.objects.get(action="subsidies.deadline_moved")
        assert row.reason == "障害のため"

    def test_others_do_not(self, application, reviewer):
        with pytest.raises(transitions.RoleMissing):
            call(
                reviewer,
                services.call_move_deadline,
                call_id=application.call_id,
                closes_at=application.call.closes_at,
                reason="x",
            )
        foreign = make.official_actor(OTA, Role.WARD_ADMIN)
        with pytest.raises(Call.DoesNotExist):
            call(
                foreign,
                services.call_move_deadline,
                call_id=application.call_id,
                closes_at=application.call.closes_at,
                reason="x",
            )
