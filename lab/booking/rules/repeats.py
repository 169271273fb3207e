"""Repeated events of an iCalendar file (RRULE of RFC 5545): by day, week, month and year.

Times stay those of the first one on the clock of its own zone. Every step is counted, so that no rule,
not even one that nothing fulfils, is followed for ever: the libraries that read RRULE have no such bound.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_STEPS, MOST_INTERVAL, MOST_COUNT = 1_000_000, 1_000, 100_000
# The days that are looked at for each period, whatever is left of them.
_LOOKED = {DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366}
_KNOWN = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class TooManySteps(ValueError):
    """The file repeats more than anybody means."""


class Steps:
    """How far all rules of a file may be followed together."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, count: int = 1) -> None:
        """Raises TooManySteps."""
        self.left -= count
        if self.left < 0:
            raise TooManySteps


@dataclass(frozen=True, slots=True)
class Rule:
    """What a RRULE says. `until` is on the first one's own clock; `days` are (which, weekday), 0 for every."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: dt.datetime | None = None
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    days: tuple[tuple[int, int], ...] = ()
    places: frozenset[int] = frozenset()
    week_start: int = 0


def parse(text: str, *, zone: dt.tzinfo) -> Rule:
    """Raises ValueError for what is not understood."""
    parts = dict(part.split("=", 1) for part in text.strip().upper().split(";") if part)
    freq = parts.get("FREQ", "")
    if freq not in {DAILY, WEEKLY, MONTHLY, YEARLY} or not parts.keys() <= _KNOWN:
        raise ValueError(text)
    days = tuple(map(_day, _listed(parts.get("BYDAY", ""))))
    month_days = _numbers(parts.get("BYMONTHDAY", ""), 31)
    if freq in {DAILY, WEEKLY} and any(which for which, _weekday in days):
        raise ValueError(text)
    if freq == WEEKLY and month_days:
        raise ValueError(text)
    months = _numbers(parts.get("BYMONTH", ""), 12)
    if any(month < 0 for month in months):
        raise ValueError(text)
    return Rule(
        freq=freq,
        interval=_whole(parts.get("INTERVAL", "1"), MOST_INTERVAL),
        count=_whole(parts["COUNT"], MOST_COUNT) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        months=months,
        month_days=month_days,
        days=days,
        places=_numbers(parts.get("BYSETPOS", ""), 366),
        week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise ValueError(text)
    return int(text)


def _numbers(text: str, most: int) -> frozenset[int]:
    found = frozenset(int(part) for part in _listed(text))
    if any(not 1 <= abs(number) <= most for number in found):
        raise ValueError(text)
    return found


def _day(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    which = int(found[1] or 0)
    if found[1] and not 1 <= abs(which) <= 53:
        raise ValueError(text)
    return which, WEEKDAYS.index(found[2])


def _until(text: str, zone: dt.tzinfo) -> dt.datetime:
    """A day means all of it."""
    if len(text) == 8:
        return dt.datetime.strptime(text, "%Y%m%d").replace(hour=23, minute=59, second=59)  # noqa: DTZ007
    naive = dt.datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if text.endswith("Z"):
        return naive.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)
    return naive


def starts(
    rule: Rule, first: dt.datetime, *, since: dt.date, last: dt.date, steps: Steps
) -> Iterator[dt.datetime]:
    """The beginnings (on the clock of `first`, without a zone) from about `since` up to `last`, in order.

    Raises TooManySteps.
    """
    time, seen = first.time(), 0
    # Whoever counts has to count from the beginning.
    number = 0 if rule.count is not None else _periods_before(rule, first.date(), since)
    while True:
        begin, days = _period(rule, first.date(), number)
        if begin > last:
            return
        steps.take(_LOOKED[rule.freq])
        for day in days:
            moment = dt.datetime.combine(day, time)
            if moment < first:
                continue
            if day > last or (rule.until is not None and moment > rule.until):
                return
            seen += 1
            if day >= since:
                yield moment
            if rule.count is not None and seen >= rule.count:
                return
        number += 1


def _periods_before(rule: Rule, first: dt.date, since: dt.date) -> int:
    """How many periods can be left out without missing one that touches `since`."""
    months = (since.year - first.year) * 12 + since.month - first.month
    passed = {
        DAILY: (since - first).days,
        WEEKLY: (since - first).days // 7,
        MONTHLY: months,
        YEARLY: since.year - first.year,
    }[rule.freq]
    return max(0, passed // rule.interval - 1)


def _period(rule: Rule, first: dt.date, number: int) -> tuple[dt.date, list[dt.date]]:
    """When the period of that number begins, and its days, in order. Past the last year it is `date.max`."""
    step = number * rule.interval
    try:
        if rule.freq == DAILY:
            begin = first + dt.timedelta(days=step)
            days = [begin] if _fits(rule, begin) else []
        elif rule.freq == WEEKLY:
            begin = first - dt.timedelta(days=(first.weekday() - rule.week_start) % 7)
            begin += dt.timedelta(days=7 * step)
            wanted = {weekday for _which, weekday in rule.days} or {first.weekday()}
            week = [begin + dt.timedelta(days=n) for n in range(7)]
            days = [day for day in week if day.weekday() in wanted and _in_month(rule, day)]
        elif rule.freq == MONTHLY:
            years, month = divmod(first.month - 1 + step, 12)
            begin = dt.date(first.year + years, month + 1, 1)
            days = _of_month(rule, first, begin) if _in_month(rule, begin) else []
        else:
            begin = dt.date(first.year + step, 1, 1)
            days = _of_year(rule, first, begin.year)
    except (OverflowError, ValueError):
        return dt.date.max, []
    return begin, _placed(rule, days)


def _fits(rule: Rule, day: dt.date) -> bool:
    weekdays = {weekday for _which, weekday in rule.days}
    return (
        _in_month(rule, day)
        and (not weekdays or day.weekday() in weekdays)
        and (not rule.month_days or bool(_numbers_of(day) & rule.month_days))
    )


def _in_month(rule: Rule, day: dt.date) -> bool:
    return not rule.months or day.month in rule.months


def _numbers_of(day: dt.date) -> set[int]:
    """The 31st is also the -1st of its month."""
    return {day.day, day.day - calendar.monthrange(day.year, day.month)[1] - 1}


def _of_month(rule: Rule, first: dt.date, begin: dt.date) -> list[dt.date]:
    length = calendar.monthrange(begin.year, begin.month)[1]
    month = [begin.replace(day=number) for number in range(1, length + 1)]
    if not rule.month_days and not rule.days:
        return [day for day in month if day.day == first.day]
    if rule.month_days:
        month = [day for day in month if _numbers_of(day) & rule.month_days]
    if not rule.days:
        return month
    chosen = _nth(rule, begin, length)
    return [day for day in month if day in chosen]


def _of_year(rule: Rule, first: dt.date, year: int) -> list[dt.date]:
    plain = not rule.months and not rule.month_days
    if plain and rule.days:
        begin = dt.date(year, 1, 1)
        return sorted(_nth(rule, begin, 366 if calendar.isleap(year) else 365))
    months = sorted(rule.months) or ([first.month] if plain else list(range(1, 13)))
    return [day for month in months for day in _of_month(rule, first, dt.date(year, month, 1))]


def _nth(rule: Rule, begin: dt.date, length: int) -> set[dt.date]:
    """The weekdays asked for within so many days: every one, or the first, second, last …"""
    chosen: set[dt.date] = set()
    for which, weekday in rule.days:
        offset = (weekday - begin.weekday()) % 7
        same = [begin + dt.timedelta(days=n) for n in range(offset, length, 7)]
        if not which:
            chosen.update(same)
        elif abs(which) <= len(same):
            chosen.add(same[which - 1 if which > 0 else which])
    return chosen


def _placed(rule: Rule, days: list[dt.date]) -> list[dt.date]:
    if not rule.places:
        return days
    count = len(days)
    return [
        day
        for place, day in enumerate(days, start=1)
        if place in rule.places or place - count - 1 in rule.places
    ]
