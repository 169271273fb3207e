"""Days on which the ward's office works, and due dates that fall on them.

A ward is closed on Saturdays, Sundays, national holidays and from 29 December to 3 January (休日
条例). A period that ends on a closed day ends on the next open day (地方自治法 第4条の2).
"""

import calendar
import datetime as dt
from collections.abc import Collection

import jpholiday

from portal.kernel import clock

# How often something overdue is called to mind again.
REMIND_AGAIN_DAYS = 7


def is_open(day: dt.date) -> bool:
    """Whether the ward's office works on that day (開庁日)."""
    closed_for_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed_for_new_year and not jpholiday.is_holiday(day)


def next_open(day: dt.date) -> dt.date:
    """The day itself where the office works, else the next such day."""
    while not is_open(day):
        day += dt.timedelta(days=1)
    return day


def due_on(start: dt.date, days: int) -> dt.date:
    """The end of a period of calendar days after `start` (初日不算入)."""
    return next_open(start + dt.timedelta(days=days))


def withdrawal_until(decided_on: dt.date, days: int) -> dt.date:
    """取下げの期限: the last day on which a decision of that day may be declined.

    The letter reaches the firm's page on the day of the decision, so `days` count from it
    (`SchemeRules.decline_days`, with what a ward adds for the arrival): the date that the letter
    prints is the one that the page keeps to.
    """
    return due_on(decided_on, days)


def report_due(
    ends_on: dt.date, *, days: int, completed_on: dt.date | None = None, latest: str = ""
) -> dt.date:
    """実績報告の期限: `days` after the completion or the project's last day, whichever is earlier,
    and never after the fiscal year (会計年度独立, domain.md A1, A2 step 8) or, where the ward names
    one, the day `latest` ("MM-DD") in it.
    """
    last = dt.date(clock.fiscal_year(ends_on) + 1, 3, 31)
    if latest:
        month, day = (int(part) for part in latest.split("-"))
        year = last.year - (month >= 4)
        last = min(last, dt.date(year, month, min(day, calendar.monthrange(year, month)[1])))
    done_on = min(completed_on or ends_on, ends_on)
    return min(done_on + dt.timedelta(days=days), last)


def reminds(due_on: dt.date, today: dt.date, *, before: Collection[int]) -> bool:
    """Whether to remind on `today`: so many days `before`, then the day after and every week."""
    left = (due_on - today).days
    return left in before or (left < 0 and -left % REMIND_AGAIN_DAYS == 1)
