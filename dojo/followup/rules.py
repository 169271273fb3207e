"""When a graduate is asked, reminded, and when a survey closes. Pure: the clock is an argument.

Source: founding document 003 (3か月・6か月・12か月), 001 (追跡アンケート調査); reminders and the length of a
survey are ours.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = (3, 6, 12)
# Days after the survey fell due; there are no more reminders than these.
REMIND_DAYS = (14, 28)
# The last day for an answer, counted from the day it fell due.
OPEN_DAYS = 60


@dataclass(frozen=True, slots=True)
class Planned:
    """One survey: how many months after graduation, due and last day (both Tokyo, both included)."""

    months: int
    due_on: dt.date
    closes_on: dt.date


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or that month's last: 30 Nov + 3 → 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def plan(graduated_on: dt.date) -> Iterator[Planned]:
    """The surveys of a graduation, in the order of their days."""
    for months in MONTHS:
        due = months_after(graduated_on, months)
        yield Planned(months, due, due + dt.timedelta(days=OPEN_DAYS))


def reminders_due(due_on: dt.date, today: dt.date) -> int:
    """How many reminders should have been sent by today."""
    return sum(today >= due_on + dt.timedelta(days=days) for days in REMIND_DAYS)


def is_overdue(due_on: dt.date, today: dt.date) -> bool:
    """Whether every mail was in vain: the next step is the telephone."""
    return reminders_due(due_on, today) == len(REMIND_DAYS)
