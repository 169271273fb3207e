"""Weeks of a tool, their rates and lights.

003 「KPI設計」 names the measures (weekly login rate, input completion, errors) and an example of a
target: 70 % use of the work in question three months after the introduction. It gives no formula
for 「利用率」. Here it is the smaller of login rate and input completion: a tool is used when people
come and the work goes in. Rates are fractions of 1.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

TARGET = Fraction(7, 10)
# Three months in weeks.
TARGET_WEEK = 13
# So far below the line a week is yellow, farther down it is red. Ours, not of 003.
NEAR = Fraction(1, 5)
# What is said of a tool rests on so many of its last recorded weeks.
WINDOW = 4
GREEN, YELLOW, RED = "green", "yellow", "red"
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of one week. `entered` and `expected` are both known or both None."""

    number: int
    people: int
    logged_in: int
    entered: int | None = None
    expected: int | None = None
    errors: int | None = None

    @property
    def login_rate(self) -> Fraction:
        return Fraction(self.logged_in, self.people)

    @property
    def completion(self) -> Fraction | None:
        """None where nothing was to be entered, or nobody counts it."""
        if self.entered is None or not self.expected:
            return None
        return Fraction(self.entered, self.expected)

    @property
    def use(self) -> Fraction:
        """利用率."""
        completion = self.completion
        return self.login_rate if completion is None else min(self.login_rate, completion)

    @property
    def light(self) -> str:
        return light(self.use, self.number)


def target_of(number: int) -> Fraction:
    """The line that a week is held against: straight up to 70 % in week 13, level from then on."""
    return TARGET * min(number, TARGET_WEEK) / TARGET_WEEK


def light(use: Fraction, number: int) -> str:
    """Green on the line or above it, yellow up to 20 points below, red farther down."""
    target = target_of(number)
    if use >= target:
        return GREEN
    return YELLOW if use >= target - NEAR else RED


def mean(values: Sequence[Fraction]) -> Fraction | None:
    """None of nothing."""
    return sum(values, Fraction(0)) / len(values) if values else None


def monday(day: dt.date) -> dt.date:
    """The Monday of the day's week."""
    return day - dt.timedelta(days=day.weekday())


def number_of(week: dt.date, started_on: dt.date) -> int:
    """1 for the week in which the use began."""
    return (monday(week) - monday(started_on)).days // 7 + 1


def last_week(today: dt.date, stopped_on: dt.date | None = None) -> dt.date:
    """The Monday of the last week that can be written down: this one from its Friday on."""
    this = monday(today)
    last = this if today.weekday() >= FRIDAY else this - dt.timedelta(days=7)
    return last if stopped_on is None else min(last, monday(stopped_on))


def weeks_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every Monday from `first` to `last`, both included."""
    return [first + dt.timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the month's last day where it has no such day."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    first_after = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(
        dt.date(year, month, 1) + dt.timedelta(days=day.day - 1), first_after - dt.timedelta(days=1)
    )
