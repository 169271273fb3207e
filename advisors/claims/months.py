"""Months as their first day, and as they stand in addresses (2026-10). Pure."""

import datetime as dt
import re
from collections.abc import Collection

_SLUG = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_of(day: dt.date) -> dt.date:
    """The first day of the day's month."""
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after it."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def last_day(month: dt.date) -> dt.date:
    """The month's last day."""
    return next_month(month) - dt.timedelta(days=1)


def slug(month: dt.date) -> str:
    """2026-10."""
    return f"{month:%Y-%m}"


def parse(text: str) -> dt.date | None:
    """The first day of a month of an address; None for what is none."""
    found = _SLUG.fullmatch(text)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def target(month: dt.date, frozen: Collection[dt.date]) -> dt.date:
    """On which month's claim a visit of `month` stands: the first from it on that is not frozen."""
    while month in frozen:
        month = next_month(month)
    return month
