"""How a grant of the demonstration's past went: every step in its order, none after now."""

import datetime as dt
import random

import pytest

from portal.kernel import clock
from subsidies.past import courses
from subsidies.rules.due import is_open, report_due

DAYS = [dt.date(2026, 4, 2), dt.date(2026, 11, 28), dt.date(2027, 3, 31)]
ENDS_ON = dt.date(2026, 3, 13)


def went(way: str, now: dt.datetime, seed: int, decided_on: dt.date) -> courses.Course | None:
    return courses.course(
        random.Random(seed),
        way,
        decided_on=decided_on,
        planned=(decided_on + dt.timedelta(days=seed), decided_on + dt.timedelta(days=3 * seed)),
        ends_on=ENDS_ON,
        due_on=lambda day: report_due(ENDS_ON, days=30, completed_on=day),
        now=now,
    )


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("way", [courses.USUAL, *courses.SHARES[2], *courses.SHARES[1]])
def test_every_step_follows_the_one_before_and_none_is_still_to_come(today, way):
    now = dt.datetime.combine(today, dt.time(12), tzinfo=clock.TOKYO)
    for seed in range(1, 60):
        decided_on = ENDS_ON - dt.timedelta(days=14 + 4 * seed)
        found = went(way, now, seed, decided_on)
        assert found is not None
        days = [decided_on, found.ordered_on, found.delivered_on, found.completed_on, ENDS_ON]
        assert days == sorted(days)
        moments = [
            moment
            for moment in (
                found.changed_at,
                found.reported_at,
                found.inspected_at,
                found.ruled_at,
                found.claimed_at,
                found.paid_at,
            )
            if moment is not None
        ]
        assert moments == sorted(moments)
        assert all(moment < now for moment in moments)
        for moment in (found.inspected_at, found.ruled_at, found.cancelled_at, found.paid_at):
            assert moment is None or is_open(clock.to_date(moment))
        if found.paid_at and way not in (courses.WAITING, courses.UNCLAIMED):
            assert clock.to_date(found.paid_at) <= dt.date(2026, 5, 31)
        if found.reported_at:
            assert clock.to_date(found.reported_at) > found.completed_on
        if found.changed_at:
            assert clock.to_date(found.changed_at) < found.ordered_on


def test_a_project_that_still_runs_or_had_no_time_is_left_as_it_began():
    now = dt.datetime(2026, 3, 10, 12, tzinfo=clock.TOKYO)
    assert went(courses.USUAL, now, 20, dt.date(2025, 10, 1)) is None
    later = dt.datetime(2026, 11, 28, 12, tzinfo=clock.TOKYO)
    assert went(courses.USUAL, later, 1, ENDS_ON - dt.timedelta(days=5)) is None


@pytest.mark.parametrize("back", [1, 2])
def test_every_way_occurs_and_most_grants_went_as_usual(back):
    found = courses.ways(random.Random(1), back, 40)
    assert set(found) == {courses.USUAL, *courses.SHARES[back]}
    assert found.count(courses.USUAL) > 20
    assert len(courses.ways(random.Random(1), back, 2)) == 2
