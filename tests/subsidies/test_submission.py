"""Submission: frozen, once, numbered, by the database's clock."""

import datetime as dt
import time
import uuid

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.kernel import transitions
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from programs.models import FirmWard
from subsidies import services, states
from subsidies.models import Application, ApplicationVersion, Call, ExpenseLine
from subsidies.rules import snapshot
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return make.firm_actor(make.make_firm())


@pytest.fixture
def draft(actor):
    return make.make_draft(actor, make.make_call())


def test_a_submission_freezes_numbers_and_tells(actor, draft):
    version = make.submit(actor, draft)
    draft.refresh_from_db()
    assert draft.status == states.SUBMITTED
    assert draft.receipt_no == f"R8-13107-{draft.version.scheme.code}-0001"
    assert draft.requested_yen == 499_000
    assert (draft.firm_name, draft.title) == (draft.firm.name, "手書き日報の電子化")
    assert version.number == 1
    assert version.sha256 == snapshot.digest(version.payload)
    assert version.submitted_at == draft.submitted_at < version.deadline == draft.call.closes_at
    assert [entry["requirement"] for entry in version.payload["documents"]] == list(make.DOCUMENTS)
    assert ExpenseLine.objects.filter(application=draft).count() == 1
    assert FirmWard.objects.get(firm=draft.firm).ward_id == SUMIDA
    event = OutboxEvent.objects.get(name="subsidies.application_submitted")
    assert event.payload["first"] is True
    assert event.payload["stage"] == 1
    row = AuditRow.objects.get(action="subsidies.application.submit")
    assert (row.from_state, row.to_state, row.detail["sha256"]) == (
        "draft",
        "submitted",
        version.sha256,
    )


def test_the_digest_survives_the_database(actor, draft):
    version = make.submit(actor, draft)
    stored = ApplicationVersion.objects.get(pk=version.pk)
    assert snapshot.digest(stored.payload) == stored.sha256


def test_files_become_visible_to_the_ward_only_then(actor, draft):
    official = make.official_actor()
    from portal.kernel.files.models import StoredFile

    with acting(official):
        assert not StoredFile.objects.filter(firm_id=draft.firm_id).exists()
    make.submit(actor, draft)
    with acting(official):
        assert StoredFile.objects.filter(firm_id=draft.firm_id).count() == 3


def test_the_same_key_gives_the_same_version(actor, draft):
    key = uuid.uuid4()
    first = make.submit(actor, draft, key)
    again = make.submit(actor, draft, key)
    assert first.pk == again.pk
    assert ApplicationVersion.objects.count() == 1


def test_the_key_of_another_application_is_refused(actor, draft):
    key = uuid.uuid4()
    make.submit(actor, draft, key)
    other = make.make_draft(actor, make.make_call())
    with pytest.raises(services.IdempotencyConflict):
        make.submit(actor, other, key)
    other.refresh_from_db()
    assert other.status == states.DRAFT


def test_another_key_after_submission_is_stale(actor, draft):
    make.submit(actor, draft)
    with pytest.raises(transitions.StaleState):
        make.submit(actor, draft)


@pytest.mark.parametrize(
    ("opens", "closes", "error"),
    [
        (1, 60, services.NotOpenYet),
        (-60, -1, services.DeadlinePassed),
        (-60, 0, services.DeadlinePassed),
    ],
)
def test_outside_the_period_nothing_is_taken(actor, draft, opens, closes, error):
    now = make.clock.database_now()
    Call.objects.filter(pk=draft.call_id).update(
        opens_at=now + dt.timedelta(seconds=opens), closes_at=now + dt.timedelta(seconds=closes)
    )
    with pytest.raises(error):
        make.submit(actor, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.receipt_no) == (states.DRAFT, None)


def test_one_second_before_closing_it_is_taken(actor, draft):
    now = make.clock.database_now()
    Call.objects.filter(pk=draft.call_id).update(closes_at=now + dt.timedelta(seconds=5))
    assert make.submit(actor, draft).number == 1


def test_the_application_servers_clock_does_not_matter(actor, draft, monkeypatch):
    """An app server that goes 90 s (or ten years) wrong changes nothing."""
    wrong = dt.datetime(2036, 1, 1, tzinfo=make.clock.TOKYO)
    monkeypatch.setattr(make.clock, "now", lambda: wrong)
    version = make.submit(actor, draft)
    assert version.submitted_at < version.deadline


def test_a_transaction_that_began_in_time_does_not_stretch_the_period(actor, draft):
    """SQL's now() stands still within a transaction; the moment of arrival does not."""
    Call.objects.filter(pk=draft.call_id).update(
        closes_at=make.clock.database_now() + dt.timedelta(seconds=0.5)
    )
    time.sleep(0.7)
    with pytest.raises(services.DeadlinePassed):
        make.submit(actor, draft)


def test_what_is_missing_is_listed_with_anchors(actor):
    call = make.make_call()
    with acting(actor):
        bare = services.draft_start(actor=actor, call_id=call.pk)
    with pytest.raises(services.Incomplete) as caught, acting(actor):
        services.application_submit(
            actor=actor, application_id=bare.pk, idempotency_key=uuid.uuid4(), consent=False
        )
    anchors = {problem.anchor for problem in caught.value.problems}
    assert {
        "eligibility.manufacturer",
        "answers.problem",
        "expenses",
        "documents.quotes",
        "consent",
    } <= anchors
    assert all(problem.text for problem in caught.value.problems)


def test_a_version_and_the_ledger_never_change(actor, draft):
    version = make.submit(actor, draft)
    for change in (
        lambda: ApplicationVersion.objects.filter(pk=version.pk).update(sha256="0" * 64),
        lambda: ApplicationVersion.objects.filter(pk=version.pk)._raw_delete("default"),
    ):
        with pytest.raises(Exception, match=r"version|refused|permission"), transaction.atomic():
            change()


def test_the_receipt_may_be_added_once(actor, draft):
    version = make.submit(actor, draft)
    first, second = (make.make_file(firm_id=draft.firm_id) for _ in range(2))
    rows = ApplicationVersion.objects.filter(pk=version.pk)
    assert rows.update(receipt=first) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(receipt=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(receipt=None)


def test_published_rules_never_change(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(draft.version).objects.filter(pk=draft.version_id).update(rules={})


def test_numbers_follow_each_other(actor):
    call = make.make_call()
    numbers = []
    for _ in range(3):
        application = make.make_submitted(call=call)
        numbers.append(application.receipt_no[-4:])
    assert numbers == ["0001", "0002", "0003"]


def test_a_withdrawn_application_may_be_made_again(actor, draft):
    make.submit(actor, draft)
    with acting(actor):
        services.application_withdraw(
            actor=actor, application_id=draft.pk, reason="計画を見直すため"
        )
        again = services.draft_start(actor=actor, call_id=draft.call_id)
    draft.refresh_from_db()
    assert draft.status == states.WITHDRAWN
    assert again.pk != draft.pk


def test_what_awaits_its_decision_may_be_withdrawn_and_is_decided_no_more():
    application = make.make_proposed(reviewer=make.official_actor())
    approver = make.official_actor(SUMIDA, Role.APPROVER)
    actor = make.firm_actor(application.firm)
    with acting(actor):
        services.application_withdraw(
            actor=actor, application_id=application.pk, reason="計画を見直すため"
        )
    with acting(approver), pytest.raises(transitions.StaleState):
        services.decision_approve(actor=approver, application_id=application.pk)
    application.call.refresh_from_db()
    assert application.call.committed_yen == 0


def test_a_second_application_to_the_same_call_is_refused(actor, draft):
    make.submit(actor, draft)
    with pytest.raises(services.AlreadyApplied) as caught, acting(actor):
        services.draft_start(actor=actor, call_id=draft.call_id)
    assert caught.value.application.pk == draft.pk


def test_officials_cannot_submit(actor, draft):
    official = make.official_actor()
    with pytest.raises(Application.DoesNotExist), acting(official):
        services.application_submit(
            actor=official, application_id=draft.pk, idempotency_key=uuid.uuid4(), consent=True
        )


def test_an_entry_account_of_gbizid_may_draft_but_not_submit(actor, draft):
    from allauth.socialaccount.models import SocialAccount

    account = SocialAccount.objects.create(
        user_id=actor.user_id,
        provider="gbizid",
        uid="entry",
        extra_data={"account_type": 1, "corp_type": 1, "corporate_number": "", "parent_id": ""},
    )
    with pytest.raises(services.EntryAccount, match="プライム"):
        make.submit(actor, draft)
    account.extra_data |= {"account_type": 2, "corporate_number": "4011001098993"}
    account.save()
    assert make.submit(actor, draft).number == 1
