"""Many at once on the real database: the budget, the decision, the key, the deadline."""

import datetime as dt
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import services, states
from subsidies.models import Application, ApplicationVersion, BudgetEntry, Call, Decision
from tests.factories import subsidies as make
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT = 100_000


def approving(actor: Actor, application_id: int) -> Callable[[], Any]:
    def job() -> str:
        with acting(actor):
            services.decision_approve(actor=actor, application_id=application_id)
        return "done"

    return job


def submitting(actor: Actor, application_id: int, key: uuid.UUID) -> Callable[[], Any]:
    def job() -> int:
        with acting(actor):
            return services.application_submit(
                actor=actor, application_id=application_id, idempotency_key=key, consent=True
            ).pk

    return job


def waiting_for_approval(count: int, budget_yen: int) -> tuple[Call, list[Application], Actor]:
    """Applications with a proposal each, written directly, and an approver."""
    call = make.make_call(budget_yen=budget_yen)
    preparer = make.official_actor()
    made = []
    for _ in range(count):
        application = make.make_row(
            call=call,
            firm=make.make_firm(),
            creator_id=preparer.user_id,
            status=states.AWAITING_APPROVAL,
        )
        Decision.objects.create(
            application=application,
            outcome="grant",
            amount_yen=AMOUNT,
            reason="理由",
            conditions={"project_ends_on": call.project_ends_on.isoformat()},
            prepared_by_id=preparer.user_id,
        )
        made.append(application)
    return call, made, make.official_actor(make.SUMIDA, Role.APPROVER)


def test_64_approvals_never_exceed_the_budget():
    with acting(make.SYSTEM):
        call, applications, approver = waiting_for_approval(64, 20 * AMOUNT + 99_999)
    results = Counter(at_once([approving(approver, row.pk) for row in applications]))
    assert results == {"done": 20, services.BudgetExceeded: 44}
    with acting(make.SYSTEM):
        call.refresh_from_db()
        spent = BudgetEntry.objects.filter(call=call).aggregate(total=Sum("amount_yen"))["total"]
        assert call.committed_yen == spent == 20 * AMOUNT
        granted = Application.objects.filter(status=states.GRANTED)
        assert granted.count() == 20
        numbers = Decision.objects.filter(document_no__isnull=False).values_list(
            "document_no", flat=True
        )
        assert sorted(numbers) == sorted(f"8墨産第{n}号" for n in range(1, 21))
        assert not Decision.objects.filter(
            application__status=states.AWAITING_APPROVAL, approved_at__isnull=False
        ).exists()


def test_the_same_application_is_decided_once():
    with acting(make.SYSTEM):
        call, (application,), first = waiting_for_approval(1, 10 * AMOUNT)
        approvers = [first, *(make.official_actor(make.SUMIDA, Role.APPROVER) for _ in range(3))]
    results = Counter(at_once([approving(who, application.pk) for who in approvers * 4]))
    assert results["done"] == 1
    assert results.total() == 16
    with acting(make.SYSTEM):
        call.refresh_from_db()
        assert call.committed_yen == AMOUNT
        assert BudgetEntry.objects.count() == 1


def draft_of_a_firm(**call: Any) -> tuple[Actor, Application]:
    with acting(make.SYSTEM):
        actor = make.firm_actor(make.make_firm())
        return actor, make.make_draft(actor, make.make_call(**call))


def test_a_double_click_makes_one_version():
    actor, draft = draft_of_a_firm()
    key = uuid.uuid4()
    results = at_once([submitting(actor, draft.pk, key)] * 8)
    assert len(set(results)) == 1
    with acting(make.SYSTEM):
        assert ApplicationVersion.objects.get().pk == results[0]


def test_two_people_of_the_firm_submit_once():
    actor, draft = draft_of_a_firm()
    with acting(make.SYSTEM):
        colleague = make.firm_actor(draft.firm)
    results = at_once([submitting(who, draft.pk, uuid.uuid4()) for who in (actor, colleague) * 3])
    assert sum(isinstance(result, int) for result in results) == 1
    with acting(make.SYSTEM):
        assert ApplicationVersion.objects.count() == 1


def test_receipt_numbers_have_no_gap_and_no_double():
    with acting(make.SYSTEM):
        call = make.make_call()
        drafts = []
        for _ in range(10):
            actor = make.firm_actor(make.make_firm())
            drafts.append((actor, make.make_draft(actor, call)))

    def broken(actor: Actor, application_id: int) -> Callable[[], Any]:
        def job() -> None:
            with acting(actor):
                submitting(actor, application_id, uuid.uuid4())()
                raise RuntimeError("after the number was taken")

        return job

    jobs = [
        (submitting(actor, draft.pk, uuid.uuid4()) if number % 2 else broken(actor, draft.pk))
        for number, (actor, draft) in enumerate(drafts)
    ]
    at_once(jobs)
    with acting(make.SYSTEM):
        numbers = Application.objects.filter(receipt_no__isnull=False).values_list(
            "receipt_no", flat=True
        )
        assert sorted(number[-4:] for number in numbers) == [f"{n:04d}" for n in range(1, 6)]


class Holding:
    """An official's transaction that has moved the deadline and not yet committed."""

    def __init__(self, call: Call, closes_at: dt.datetime | None) -> None:
        self.call, self.closes_at = call, closes_at
        self.locked, self.let_go = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        try:
            with acting(make.SYSTEM):
                row = Call.objects.select_for_update().get(pk=self.call.pk)
                if self.closes_at:
                    row.closes_at = self.closes_at
                    row.save(update_fields=["closes_at"])
                self.locked.set()
                assert self.let_go.wait(20)
        finally:
            connection.close()

    def __enter__(self) -> "Holding":
        self.thread.start()
        assert self.locked.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self.thread.join(20)


def submit_while_held(
    holding: Holding, actor: Actor, draft: Application, *, seconds: float = 0.5
) -> Any:
    """Start a submission, prove that it waits for the official, let go, give its result."""
    results: list[Any] = []
    job = submitting(actor, draft.pk, uuid.uuid4())
    with holding:
        thread = threading.Thread(target=lambda: results.extend(at_once([job])))
        thread.start()
        time.sleep(seconds)
        assert not results
    thread.join(20)
    return results[0]


def test_an_extension_under_way_lets_a_late_submission_in():
    actor, draft = draft_of_a_firm(closes_in=dt.timedelta(hours=1))
    with acting(make.SYSTEM):
        now = make.clock.database_now()
        Call.objects.filter(pk=draft.call_id).update(closes_at=now - dt.timedelta(seconds=1))
    later = now + dt.timedelta(days=1)
    result = submit_while_held(Holding(draft.call, later), actor, draft)
    assert isinstance(result, int)
    with acting(make.SYSTEM):
        assert ApplicationVersion.objects.get().deadline == later


def test_a_shortening_under_way_keeps_a_submission_out():
    actor, draft = draft_of_a_firm()
    with acting(make.SYSTEM):
        now = make.clock.database_now()
    holding = Holding(draft.call, now - dt.timedelta(seconds=1))
    assert submit_while_held(holding, actor, draft) is services.DeadlinePassed


def test_what_arrived_in_time_is_taken_however_long_it_waited():
    actor, draft = draft_of_a_firm()
    with acting(make.SYSTEM):
        now = make.clock.database_now()
        closes_at = now + dt.timedelta(seconds=1.5)
        Call.objects.filter(pk=draft.call_id).update(closes_at=closes_at)
    result = submit_while_held(Holding(draft.call, None), actor, draft, seconds=2)
    assert isinstance(result, int)
    with acting(make.SYSTEM):
        assert make.clock.database_now() > closes_at
        assert ApplicationVersion.objects.get().submitted_at < closes_at


@pytest.mark.parametrize(("seconds", "taken"), [(-1, False), (1, True)])
def test_a_second_after_and_a_second_before_closing(seconds, taken):
    """A second before: the submission arrives within the last second of the period."""
    actor, draft = draft_of_a_firm()
    with acting(make.SYSTEM):
        now = make.clock.database_now()
        Call.objects.filter(pk=draft.call_id).update(closes_at=now + dt.timedelta(seconds=seconds))
    (result,) = at_once([submitting(actor, draft.pk, uuid.uuid4())])
    assert isinstance(result, int) is taken
    assert taken or result is services.DeadlinePassed


def test_two_tabs_saving_at_once_lose_nothing():
    actor, draft = draft_of_a_firm()
    fields = ["title", "problem", "solution", "effect"]

    def saving(field: str) -> Callable[[], Any]:
        def job() -> str:
            with acting(actor):
                services.draft_save_answers(
                    actor=actor,
                    application_id=draft.pk,
                    answers={**make.ANSWERS, field: f"新しい{field}"},
                    revision=draft.revision,
                )
            return "done"

        return job

    assert at_once([saving(field) for field in fields]) == ["done"] * 4
    with acting(make.SYSTEM):
        answers = Application.objects.get(pk=draft.pk).answers
    assert [answers[field] for field in fields] == [f"新しい{field}" for field in fields]


def test_a_draft_is_started_once():
    with acting(make.SYSTEM):
        firm = make.make_firm()
        people = [make.firm_actor(firm) for _ in range(4)]
        call = make.make_call()

    def starting(actor: Actor) -> Callable[[], Any]:
        def job() -> int:
            with acting(actor):
                return services.draft_start(actor=actor, call_id=call.pk).pk

        return job

    assert len(set(at_once([starting(who) for who in people]))) == 1
