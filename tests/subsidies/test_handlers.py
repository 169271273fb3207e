"""What follows an act: one paper, one notice, however often the event arrives."""

import uuid

import pypdf
import pytest

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import OutboxEvent
from portal.letters.models import Letter
from portal.notices.models import Notice
from subsidies import people, services
from subsidies.models import Application, ApplicationVersion, Decision
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def proposed(stage):
    return stage(make.make_proposed)


@pytest.fixture
def submitted(stage):
    return stage(make.make_submitted)


def deliver(name: str, *, times: int = 1) -> None:
    """Run every handler of the event's last occurrence, as a worker does."""
    event = OutboxEvent.objects.filter(name=name).latest("created_at")
    for _ in range(times):
        for handler in outbox.handlers_of(name):
            if handler.name.startswith("subsidies."):
                outbox.handle(event.pk, handler.name)


def text_of(stored: StoredFile) -> str:
    with storage.private().open(stored.storage_key) as stream:
        pages = pypdf.PdfReader(stream).pages
        return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_the_receipt_carries_number_time_and_digests(submitted):
    application = submitted
    deliver("subsidies.application_submitted", times=2)
    version = ApplicationVersion.objects.get(application=application)
    assert StoredFile.objects.filter(purpose="receipt").count() == 1
    found = text_of(version.receipt)
    assert application.receipt_no in found
    assert version.sha256 in found
    assert version.payload["documents"][0]["sha256"] in found
    assert "499,000円" in found
    assert version.receipt.firm_id == application.firm_id
    assert version.receipt.ward_id == application.ward_id


def test_the_firm_gets_one_notice_of_its_receipt(submitted):
    application = submitted
    deliver("subsidies.application_submitted", times=3)
    notices = Notice.objects.filter(url=f"/apply/{application.public_id}/status/")
    assert notices.count() == application.firm.memberships.count()
    assert application.receipt_no in notices[0].subject


def test_the_letter_of_a_grant(proposed):
    application = proposed
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=application.pk)
    deliver("subsidies.application_decided", times=2)
    decision = Decision.objects.get(application=application)
    assert StoredFile.objects.filter(purpose="decision").count() == 1
    found = text_of(decision.letter)
    for part in (
        decision.document_no,
        "499,000円",
        "交付決定通知書",
        "665,999円×4分の3",
        "交付決定の日より前に契約",
    ):
        assert part in found
    assert make.clock.wareki(decision.decided_on) in found
    assert Notice.objects.filter(recipient_id=decision.prepared_by_id).count() == 1


def test_a_decision_letter_bears_the_schemes_own_number_and_title():
    forms = {"grant": {"number": "別記様式第7号", "title": "補助金交付決定書"}}
    call = make.make_call(rules=make.rules_json("DX1", forms=forms))
    grant = make.make_grant(call=call)
    deliver("subsidies.application_decided")
    letter = Decision.objects.get(application=grant.application).letter
    assert letter.original_name.startswith("補助金交付決定書_")
    found = text_of(letter)
    assert "補助金交付決定書" in found
    assert "別記様式第7号" in found
    assert "交付決定通知書" not in found


def test_the_letter_of_a_refusal_has_a_reason_and_no_conditions():
    application = make.make_proposed(outcome="refuse")
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=application.pk)
    deliver("subsidies.application_decided")
    found = text_of(Decision.objects.get(application=application).letter)
    assert "不交付決定通知書" in found
    assert "計画が具体的である" in found
    assert "補助条件" not in found
    assert "不服申立て" not in found


def test_the_text_on_appeal_appears_where_the_ward_wants_it():
    rules = make.rules_json("DX1", appeal_text="この決定に不服があるときは、窓口へご相談ください。")
    application = make.make_proposed(call=make.make_call(rules=rules))
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=application.pk)
    deliver("subsidies.application_decided")
    found = text_of(Decision.objects.get(application=application).letter)
    assert "この決定に不服があるときは" in found


def test_hostile_text_becomes_letters_and_nothing_else():
    answers = {**make.ANSWERS, "title": '#import "x" *太字* $E=mc^2$ </script>'}
    application = make.make_submitted(answers=answers)
    deliver("subsidies.application_submitted")
    found = text_of(ApplicationVersion.objects.get(application=application).receipt)
    assert '#import"x"*太字*$E=mc^2$</script>' in found


def test_a_correction_tells_the_firm_and_then_the_ward(submitted):
    application = submitted
    reviewer = make.official_actor()
    with acting(reviewer):
        services.correction_request(
            actor=reviewer,
            application_id=application.pk,
            fields=["answers.problem"],
            notes={},
            message="詳しく書いてください。",
            due_on=make.clock.today() + make.dt.timedelta(days=9),
        )
    deliver("subsidies.correction_requested")
    notice = Notice.objects.filter(subject__startswith="補正のお願い").first()
    assert "詳しく書いてください。" in notice.body
    deliver("subsidies.correction_requested")
    letter = Letter.objects.get(kind="correction")
    found = text_of(letter.stored_file)
    assert letter.document_no in found
    for part in (
        "補正依頼書",
        "いま困っていること",
        "詳しく書いてください。",
        application.receipt_no,
    ):
        assert part in found, part
    actor = make.firm_actor(application.firm)
    with acting(actor):
        services.correction_answer(
            actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
        )
    deliver("subsidies.correction_answered")
    assert Notice.objects.filter(recipient_id=reviewer.user_id).count() == 1
    assert StoredFile.objects.filter(purpose="receipt").count() == 1
    assert "補正（第2版）" in text_of(StoredFile.objects.get(purpose="receipt"))


def test_approvers_are_told_but_not_the_preparer():
    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    other = make.official_actor(make.SUMIDA, Role.APPROVER)
    foreign = make.official_actor(13111, Role.APPROVER)
    make.make_proposed(reviewer=both)
    deliver("subsidies.decision_proposed")
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert other.user_id in told
    assert not told & {both.user_id, foreign.user_id}


def test_messages_tell_the_other_side(submitted):
    application = submitted
    reviewer, actor = make.official_actor(), make.firm_actor(application.firm)
    for sender in (reviewer, actor):
        with acting(sender):
            services.message_post(actor=sender, application_id=application.pk, body="本文")
        deliver("subsidies.message_posted")
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert {reviewer.user_id, actor.user_id} <= told


@pytest.mark.parametrize(
    "event", ["subsidies.application_withdrawn", "subsidies.proposal_returned"]
)
def test_the_ward_hears_of_a_withdrawal_and_a_return(event):
    if event.endswith("withdrawn"):
        reviewer, application = make.official_actor(), make.make_submitted()
        actor = make.firm_actor(application.firm)
        with acting(actor):
            services.application_withdraw(
                actor=actor, application_id=application.pk, reason="計画の変更"
            )
    else:
        reviewer = make.official_actor()
        application = make.make_proposed(reviewer=reviewer)
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        with acting(approver):
            services.proposal_return(
                actor=approver, application_id=application.pk, reason="根拠が弱い"
            )
    deliver(event)
    assert Notice.objects.filter(recipient_id=reviewer.user_id).count() == 1


def test_who_moved_to_another_ward_hears_no_more_of_the_case():
    application = make.make_submitted()
    moved, here = make.official_actor(), make.official_actor()
    Application.objects.filter(pk=application.pk).update(assignee_id=moved.user_id)
    application.refresh_from_db()
    assert people.in_charge(application, clock.today()) == [moved.user_id]
    Assignment.objects.filter(user_id=moved.user_id).update(ward_id=OTA)
    assert people.in_charge(application, clock.today()) == [here.user_id]
