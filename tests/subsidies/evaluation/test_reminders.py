"""By when a shared plan is evaluated, and who is reminded of it."""

import datetime as dt

import pytest

from portal.kernel import clock
from portal.kernel.database import acting
from portal.notices.models import Notice
from subsidies.evaluation import reminders, rules, selectors
from subsidies.models import Application
from subsidies.rules import due
from tests.factories import evaluation as build
from tests.factories import subsidies as make

pytestmark = pytest.mark.usefixtures("staged")


@pytest.mark.parametrize(
    ("shared", "closes", "wanted"),
    [
        ("2026-11-02", None, "2026-11-16"),
        ("2026-12-20", None, "2027-01-04"),  # 3 January is a Sunday of the new year's days
        ("2026-11-02", "2026-11-13", "2026-11-10"),
        ("2026-11-02", "2026-11-04", "2026-11-03"),
        ("2026-11-02", "2026-11-02", "2026-11-02"),
    ],
)
def test_an_evaluation_is_due_in_time_for_the_firm(shared, closes, wanted):
    day = dt.date.fromisoformat
    found = rules.due_on(day(shared), closes_on=day(closes) if closes else None)
    assert found == day(wanted)


def test_who_owes_an_evaluation_is_reminded_and_the_firm_told_when_it_is_late(plan, advisor, owner):
    row = build.share(plan, advisor)
    last = selectors.due_of(row, plan)
    with acting(make.SYSTEM):
        told = [
            reminders.remind(today=last + dt.timedelta(days=days)) for days in (-4, -3, 0, 1, 1, 8)
        ]
    assert told == [0, 1, 0, 1, 1, 1]
    mine = Notice.objects.filter(event_key__startswith="evaluation.")
    assert mine.filter(recipient_id=advisor.user_id).count() == 3
    assert mine.filter(recipient_id=owner.user_id).count() == 1
    build.evaluate(row, advisor)
    with acting(make.SYSTEM):
        assert reminders.remind(today=last + dt.timedelta(days=15)) == 0


def test_nobody_is_reminded_of_a_draft_that_can_no_longer_be_handed_in(plan, advisor, owner):
    row = build.share(plan, advisor)
    late = clock.to_date(plan.call.closes_at) + dt.timedelta(days=1)
    last = selectors.due_of(row, plan)
    while not due.reminds(last, late, before=reminders.DAYS_BEFORE):
        late += dt.timedelta(days=1)
    with acting(make.SYSTEM):
        assert reminders.remind(today=late) == 0
        Application.objects.filter(pk=plan.pk).update(
            status="checking", receipt_no="R8-1", submitted_at=clock.now()
        )
        late = selectors.due_of(row, Application.objects.get(pk=plan.pk)) + dt.timedelta(days=1)
        assert reminders.remind(today=late) == 1  # one that was handed in is still read
