"""Days of a cohort's sessions, proposed around holidays and, as the official wishes, weekends.

Holidays are those of 国民の祝日に関する法律; 29 December to 3 January are the wards' own (休日条例).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import jpholiday

MOST_SESSIONS = 20
# How far ahead a day is looked for: a year of closed days is a slip of the hand.
_LOOK_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """What the official asks for. `every_days` counts from session to session (7: weekly)."""

    first_on: dt.date
    count: int
    every_days: int = 7
    weekends: bool = False


def is_holiday(day: dt.date) -> bool:
    """A national holiday or one of the wards' own days at the turn of the year."""
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return new_year or bool(jpholiday.is_holiday(day))


def is_fit(day: dt.date, *, weekends: bool) -> bool:
    """Whether a session may be proposed on that day."""
    return not is_holiday(day) and (weekends or day.weekday() < 5)


def propose(wish: Wish) -> tuple[dt.date, ...]:
    """The days, each later than the one before.

    The rhythm counts from the first day that is fit: a week that falls on a holiday moves that
    session alone.
    Raises ValueError for no sessions, too many, or a rhythm under a day.
    """
    if not 1 <= wish.count <= MOST_SESSIONS or wish.every_days < 1:
        raise ValueError("a course has 1 to 20 sessions, a day or more apart")
    return tuple(_days(wish))


def _days(wish: Wish) -> Iterator[dt.date]:
    first = _next_fit(wish.first_on, weekends=wish.weekends)
    last = first - dt.timedelta(days=1)
    for index in range(wish.count):
        wanted = first + dt.timedelta(days=index * wish.every_days)
        last = _next_fit(max(wanted, last + dt.timedelta(days=1)), weekends=wish.weekends)
        yield last


def _next_fit(day: dt.date, *, weekends: bool) -> dt.date:
    for ahead in range(_LOOK_AHEAD):
        found = day + dt.timedelta(days=ahead)
        if is_fit(found, weekends=weekends):
            return found
    raise ValueError("no open day within a year")
