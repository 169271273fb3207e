"""Half-weeks: Monday to Wednesday and Thursday to Sunday."""

from datetime import date, timedelta

DAYS_IN_WEEK = 7
THURSDAY = 3


def monday_of(day: date) -> date:
    """The Monday of that week: index 0 of a plan starts on one."""
    return day - timedelta(days=day.weekday())


def half_week(day: date, first: date) -> int:
    """Index of the half-week in which a day lies, counted from the week of `first`."""
    weeks = (monday_of(day) - monday_of(first)).days // DAYS_IN_WEEK
    return 2 * weeks + (day.weekday() >= THURSDAY)


def first_day(index: int, first: date) -> date:
    """The day on which a half-week starts."""
    week, second = divmod(index, 2)
    return monday_of(first) + timedelta(days=DAYS_IN_WEEK * week + THURSDAY * second)


def last_day(index: int, first: date) -> date:
    """The day on which a half-week ends."""
    return first_day(index + 1, first) - timedelta(days=1)
