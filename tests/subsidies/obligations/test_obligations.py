"""Obligations follow their grant, keep an owner through staff changes, and hold back the closing."""

import datetime as dt

import pytest

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, HandledEvent, OutboxEvent
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing
from portal.notices.models import Notice
from programs.history import history_of
from subsidies import grant_states
from subsidies.models import Application, Grant
from subsidies.obligations import policies, services, states, tasks
from subsidies.obligations.models import Obligation
from subsidies.obligations.selectors import handover
from subsidies.obligations.services import reminders
from subsidies.rules import due
from subsidies.services.errors import Refused
from subsidies.services.grants import grant_move
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.grants.people import filed

pytestmark = pytest.mark.usefixtures("staged")
TODAY = clock.today()


def deliver():
    """Every handler of ours for every event, twice, as a worker may."""
    for event in OutboxEvent.objects.order_by("created_at"):
        for handler in outbox.handlers_of(event.name):
            if handler.name.startswith("obligations."):
                outbox.handle(event.pk, handler.name)
                assert not outbox.handle(event.pk, handler.name)


def put(grant, status, **fields):
    """The grant in a later state; what leads there is the business of other tests."""
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(status=status, **fields)
        grant.refresh_from_db()
        services.obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    return grant


def rows(grant):
    return {
        (row.kind, row.number): row.status
        for row in Obligation.objects.filter(grant=grant).order_by("due_on")
    }


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def open_row(grant, kind="completion_report"):
    return Obligation.objects.get(grant=grant, kind=kind, number=1)


def test_a_decision_brings_the_completion_report_with_its_owner(grant):
    official = make.official_actor()
    Application.objects.filter(pk=grant.application_id).update(assignee_id=official.user_id)
    deliver()
    row = open_row(grant)
    assert (row.due_on, row.owner_id, row.status) == (
        grant.report_due_on,
        official.user_id,
        states.OPEN,
    )
    assert AuditRow.objects.filter(action="obligations.created").count() == 1


def test_a_withdrawal_makes_it_needless_and_keeps_the_papers(grant):
    deliver()
    filing = filed(grant, "withdrawal", why="機器が生産終了になったため。")
    from subsidies.grants import services as grants

    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=filing.pk)
    deliver()
    assert rows(grant) == {("completion_report", 1): "waived", ("retention", 1): "open"}
    assert open_row(grant).reason


def test_a_later_day_moves_the_row_and_says_so(grant):
    deliver()
    later = grant.report_due_on - dt.timedelta(days=3)
    put(grant, grant_states.IN_PROGRESS, report_due_on=later)
    assert open_row(grant).due_on == later
    moved = AuditRow.objects.get(action="obligations.moved")
    assert moved.changes["due_on"][1] == later.isoformat()


def test_a_returned_report_is_owed_again(grant):
    put(grant, grant_states.REPORTED)
    assert rows(grant) == {("completion_report", 1): "done"}
    put(grant, grant_states.IN_PROGRESS)
    assert rows(grant) == {("completion_report", 1): "open"}


def test_the_card_of_the_firm_asks_for_the_next_yearly_report_alone(grant):
    put(grant, grant_states.PAID)
    reports = Obligation.objects.filter(grant=grant, kind="effect_report").order_by("due_on")
    assert reports.count() > 1
    owner = make.owner_of(grant)
    with acting(owner):
        todos = history_of(owner, grant.firm, TODAY).todos
    assert [todo.until for todo in todos if todo.what == "効果報告"] == [reports[0].due_on]


def test_a_paid_grant_owes_years_of_reports_and_is_not_complete(grant):
    put(grant, grant_states.PAID)
    assert [key for key, status in rows(grant).items() if status == "open"] == [
        ("effect_report", 1),
        ("effect_report", 2),
        ("effect_report", 3),
        ("retention", 1),
    ]
    reviewer = make.official_actor()
    with acting(reviewer), pytest.raises(GuardFailed, match="3件"):
        grant_move(actor=reviewer, grant=grant, action="close")


def test_the_guard_does_not_wait_for_the_worker(grant):
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(status=grant_states.PAID)
    grant.refresh_from_db()
    assert not Obligation.objects.exists()
    reviewer = make.official_actor()
    with acting(reviewer), pytest.raises(GuardFailed):
        grant_move(actor=reviewer, grant=grant, action="close")


def test_a_grant_that_owes_nothing_closes_by_itself(grant):
    put(grant, grant_states.PAID)
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    for row in Obligation.objects.filter(grant=grant, kind="effect_report"):
        assert tasks.close() == 0
        with acting(approver):
            services.obligation_settle(
                actor=approver, obligation_id=row.pk, action="waive", reason="廃業したため。"
            )
    assert tasks.close() == 1
    assert tasks.close() == 0
    grant.refresh_from_db()
    assert grant.status == grant_states.CLOSED
    assert open_row(grant, "retention").status == states.OPEN


def test_waiving_needs_an_approver_and_a_reason(grant):
    deliver()
    row = open_row(grant)
    reviewer = make.official_actor()
    with acting(reviewer), pytest.raises(RoleMissing):
        services.obligation_settle(
            actor=reviewer, obligation_id=row.pk, action="waive", reason="不要"
        )
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    with acting(approver), pytest.raises(ReasonMissing):
        services.obligation_settle(
            actor=approver, obligation_id=row.pk, action="waive", reason="　"
        )
    assert open_row(grant).status == states.OPEN


def test_what_came_on_paper_is_recorded_and_can_be_put_right(grant):
    deliver()
    row = open_row(grant)
    both = make.official_actor(grant.ward_id, Role.REVIEWER, Role.APPROVER)
    with acting(both):
        services.obligation_settle(
            actor=both, obligation_id=row.pk, action="record", reason="窓口で受領"
        )
        put(grant, grant_states.IN_PROGRESS)
        assert open_row(grant).status == states.DONE  # a person's word stands
        services.obligation_settle(
            actor=both, obligation_id=row.pk, action="restore", reason="別の企業のものだった"
        )
    row = open_row(grant)
    assert (row.status, row.settled_at) == (states.OPEN, None)


def test_who_leaves_leaves_no_orphan(grant):
    owner = make.official_actor()
    Application.objects.filter(pk=grant.application_id).update(assignee_id=owner.user_id)
    deliver()
    row = policies.with_presence(Obligation.objects.all(), TODAY).get()
    assert reminders.owners_of(row, TODAY) == [owner.user_id]
    admin = make.official_actor(grant.ward_id, Role.WARD_ADMIN)
    Assignment.objects.filter(user_id=owner.user_id).update(valid_to=TODAY - dt.timedelta(days=1))
    row = policies.with_presence(Obligation.objects.all(), TODAY).get()
    assert not row.is_owned
    assert reminders.owners_of(row, TODAY) == [admin.user_id]
    with acting(admin):
        assert list(handover.owned_by(admin, None, today=TODAY)) == [row]
        assert (owner.user_id, False) in [
            (user.pk, here) for user, here in handover.owners(admin, TODAY)
        ]


def test_a_hand_over_takes_everything_of_one_person(grant):
    old, new = make.official_actor(), make.official_actor()
    Application.objects.filter(pk=grant.application_id).update(assignee_id=old.user_id)
    deliver()
    waiting = make.make_submitted(call=grant.call)
    Application.objects.filter(pk=waiting.pk).update(assignee_id=old.user_id)
    with acting(new):
        assert services.everything_hand_over(
            actor=new, from_id=old.user_id, owner_id=new.user_id, reason="人事異動", today=TODAY
        ) == (1, 1)
    waiting.refresh_from_db()
    assert (open_row(grant).owner_id, waiting.assignee_id) == (new.user_id, new.user_id)
    row = AuditRow.objects.get(action="obligations.handed_over")
    assert (row.reason, row.changes["owner"][1]) == ("人事異動", new.name)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_nobody_is_handed_what_they_cannot_see_to(grant, elsewhere):
    deliver()
    actor = make.official_actor()
    other = make.official_actor(OTA) if elsewhere else make.firm_actor(grant.firm)
    with acting(actor), pytest.raises(Refused):
        services.obligations_hand_over(
            actor=actor,
            obligation_ids=[open_row(grant).pk],
            owner_id=other.user_id,
            reason="人事異動",
        )


def test_applications_go_only_to_a_reviewer_and_nothing_half(grant):
    old, admin = make.official_actor(), make.official_actor(grant.ward_id, Role.WARD_ADMIN)
    Application.objects.filter(pk=grant.application_id).update(assignee_id=old.user_id)
    deliver()
    waiting = make.make_submitted(call=grant.call)
    Application.objects.filter(pk=waiting.pk).update(assignee_id=old.user_id)
    with acting(admin), pytest.raises(Refused, match="審査担当"):
        services.everything_hand_over(
            actor=admin, from_id=old.user_id, owner_id=admin.user_id, reason="異動", today=TODAY
        )
    assert open_row(grant).owner_id == old.user_id


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (30, True),
        (29, False),
        (7, True),
        (1, True),
        (0, False),
        (-1, True),
        (-2, False),
        (-8, True),
        (-365, True),
    ],
)
def test_reminders_come_on_their_days_and_once(grant, left, told):
    assert due.reminds(TODAY + dt.timedelta(days=left), TODAY, before=reminders.DAYS_BEFORE) is told
    owner = make.official_actor()
    firm = make.owner_of(grant)
    deliver()
    due_on = TODAY + dt.timedelta(days=left)
    Obligation.objects.update(owner_id=owner.user_id, due_on=due_on)
    Notice.objects.all().delete()
    for _again in range(2):
        tasks.remind()
    row = open_row(grant)
    assert (row.reminders, row.reminded_on) == ((1, TODAY) if told else (0, None))
    for person in (owner.user_id, firm.user_id):
        assert Notice.objects.filter(recipient_id=person).count() == told


def test_rows_are_for_the_ward_and_the_firm_alone(grant):
    put(grant, grant_states.PAID)
    other = make.make_grant()
    put(other, grant_states.PAID)

    def seen(actor):
        with acting(actor):
            return Obligation.objects.filter(grant=grant).count()

    assert seen(make.official_actor()) == 6
    assert seen(make.official_actor(OTA)) == 0
    assert seen(make.firm_actor(grant.firm)) == 5  # not the ward's own: the papers
    assert seen(make.firm_actor(other.firm)) == 0
    assert seen(make.auditor_actor()) == 6
    assert not _may_ask(Actor.public())


def _may_ask(actor):
    from django.db import DatabaseError, transaction

    try:
        with acting(actor), transaction.atomic():
            Obligation.objects.exists()
    except DatabaseError:
        return False
    return True


def test_every_event_was_handled_once(grant):
    deliver()
    assert HandledEvent.objects.filter(handler="obligations.begin").count() == 1
