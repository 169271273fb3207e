"""How each grant went, by chance, and when each step was taken. Nothing here is stored.

Ordered after the decision, paid by the project's end, reported within its days unless late, paid by
the ward before the accounts close on 31 May. A step that would lie after now has not happened.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from portal.kernel import clock
from subsidies.rules.due import next_open

USUAL = "usual"
CHEAPER = "cheaper"  # bought for less than planned
CUT = "cut"  # the inspection took something out
CHANGED = "changed"  # a small change was notified before
CANCELLED = "cancelled"
CLOSED = "closed"  # nothing is owed any more
WAITING = "waiting"  # reported late, and now inspected
UNCLAIMED = "unclaimed"  # settled late, not claimed yet
SILENT = "silent"  # no report although it is overdue

# Fiscal years ago → way → its share; the rest went as usual.
SHARES = {
    2: {CHEAPER: 0.16, CLOSED: 0.04, CUT: 0.08, CHANGED: 0.06, CANCELLED: 0.03},
    1: {CHEAPER: 0.16, SILENT: 0.03, WAITING: 0.04, CHANGED: 0.07, CANCELLED: 0.04, CUT: 0.07,
        UNCLAIMED: 0.02},
}  # fmt: skip
_DAY = dt.timedelta(days=1)
# Projects with less time than this between decision and end are left as they began.
_LEAST_DAYS = 12
_LATE_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of one grant; a moment is None where the step was not taken (yet)."""

    way: str
    ordered_on: dt.date
    delivered_on: dt.date
    completed_on: dt.date
    changed_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None  # 廃止の申請
    cancelled_at: dt.datetime | None = None
    reported_at: dt.datetime | None = None
    inspected_at: dt.datetime | None = None
    ruled_at: dt.datetime | None = None
    claimed_at: dt.datetime | None = None
    paid_at: dt.datetime | None = None


# The answers of an application that say when it meant to order and to finish.
PLANNED = ("order_on", "finish_on")


def ways(rng: random.Random, back: int, number: int) -> list[str]:
    """So many ways of that year: each once, as far as they fit, then the rest in chance order."""
    first = list(SHARES[back])[:number]
    rest = [way for way, share in SHARES[back].items() for _one in range(round(share * number) - 1)]
    rest += [USUAL] * (number - len(first) - len(rest))
    rng.shuffle(rest)
    return [*first, *rest]


def course(
    rng: random.Random,
    way: str,
    *,
    decided_on: dt.date,
    planned: tuple[dt.date, ...],
    ends_on: dt.date,
    due_on: Callable[[dt.date], dt.date],
    now: dt.datetime,
) -> Course | None:
    """`planned`: when the application meant to order and to finish; `due_on` gives the report's day
    for the day of the completion. None where there was too little time, or the project still runs.
    """
    first, today = decided_on + _DAY, clock.to_date(now)
    if (ends_on - first).days < _LEAST_DAYS or ends_on >= today:
        return None
    ordered = min(max(first + 5 * _DAY, planned[0]), ends_on - 8 * _DAY)
    # What was planned before the decision came may be too early by now.
    completed = min(max(ordered + rng.randint(24, 70) * _DAY, planned[1]), ends_on)
    delivered = ordered + (completed - ordered) * rng.randint(4, 8) // 10
    begun = Course(way, ordered, delivered, completed)
    if way == CANCELLED:
        return _cancelled(rng, begun, first, now)
    if way == CHANGED:
        begun = replace(begun, changed_at=_at(rng, first + 2 * _DAY))
    if way == SILENT:
        return begun
    return _reported(rng, begun, due_on(completed), now)


def _cancelled(rng: random.Random, begun: Course, first: dt.date, now: dt.datetime) -> Course:
    stopped = _at(rng, first + (begun.ordered_on - first) * rng.randint(2, 9) // 10)
    ruled = _at(rng, next_open(clock.to_date(stopped) + rng.randint(4, 10) * _DAY))
    return replace(begun, stopped_at=stopped, cancelled_at=_by(now, ruled))


def _reported(rng: random.Random, begun: Course, due_on: dt.date, now: dt.datetime) -> Course:
    today = clock.to_date(now)
    last = min(due_on, begun.completed_on + 21 * _DAY)
    day = begun.completed_on + rng.randint(1, max(1, (last - begun.completed_on).days)) * _DAY
    if rng.random() < _LATE_SHARE:
        day = due_on + rng.randint(2, 9) * _DAY
    if begun.way == WAITING:
        day = max(due_on + _DAY, today - rng.randint(4, 30) * _DAY)
    if begun.way == UNCLAIMED:
        day = max(due_on + _DAY, today - rng.randint(34, 48) * _DAY)
    found = replace(begun, reported_at=_by(now, _at(rng, day)))
    if found.reported_at is None or begun.way == WAITING:
        return found
    return _settled(rng, found, day, now)


def _settled(rng: random.Random, found: Course, reported_on: dt.date, now: dt.datetime) -> Course:
    inspected = next_open(reported_on + rng.randint(3, 14) * _DAY)
    ruled = next_open(inspected + rng.randint(1, 7) * _DAY)
    claimed = ruled + rng.randint(2, 9) * _DAY
    paid = next_open(claimed + rng.randint(6, 14) * _DAY)
    if found.way == UNCLAIMED:
        claimed = paid = clock.to_date(now) + _DAY
    steps = {"inspected_at": inspected, "ruled_at": ruled, "claimed_at": claimed, "paid_at": paid}
    moments = {name: _by(now, _at(rng, day)) for name, day in steps.items()}
    if moments["ruled_at"] is None:
        # Inspected and not ruled yet would be a proposal, which other chapters tell of.
        moments = {}
    return replace(found, **moments)


def _at(rng: random.Random, day: dt.date) -> dt.datetime:
    time = dt.time(rng.randrange(9, 17), rng.randrange(60), rng.randrange(60))
    return dt.datetime.combine(day, time, tzinfo=clock.TOKYO)


def _by(now: dt.datetime, moment: dt.datetime) -> dt.datetime | None:
    return moment if moment < now else None
