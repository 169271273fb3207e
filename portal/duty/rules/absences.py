"""When an absence may be recorded, and who may stand in. Asks no database."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.accounts.roles import Role

# An absence is recorded for so many days at most; a longer one is a transfer, with a hand-over.
MOST_DAYS = 366
# And so many days ahead: a mistyped year (3026) would lie there for good.
MOST_AHEAD = 366


class Refusal(StrEnum):
    """Why an absence is not recorded; services put it into words."""

    ORDER = "order"
    PAST = "past"
    LONG = "long"
    FAR = "far"
    SELF = "self"
    OVERLAP = "overlap"
    UNFIT = "unfit"
    LEAVES = "leaves"
    DEPUTY_AWAY = "deputy_away"
    STANDS_IN = "stands_in"
    NO_DECISIONS = "no_decisions"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of an absence that counts already, both included."""

    from_on: dt.date
    to_on: dt.date

    def touches(self, other: "Period") -> bool:
        return self.from_on <= other.to_on and other.from_on <= self.to_on


@dataclass(frozen=True, slots=True)
class Person:
    """An official on the days in question: role → the last day it is held (None: without end);
    `away` are the own absences, `stands_in` those of others in which this person is the deputy.
    """

    key: int
    roles: Mapping[str, dt.date | None]
    away: Collection[Period] = ()
    stands_in: Collection[Period] = ()


def needed(held: Iterable[str]) -> frozenset[str]:
    """The roles of which a deputy must hold one: who checks cases is stood in for by somebody who
    checks cases; an approver's deputy is a reviewer or another approver; an administrator's may
    be any official.
    """
    roles = set(held)
    if Role.REVIEWER in roles:
        return frozenset({Role.REVIEWER})
    if Role.APPROVER in roles:
        return frozenset({Role.REVIEWER, Role.APPROVER})
    return frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})


def refusal(
    absent: Person, deputy: Person, days: Period, *, may_decide: bool, today: dt.date
) -> Refusal | None:
    """The first reason against it, or None.

    A deputy who is away on one of the days is refused, and so is an absence of somebody who stands
    in on one of them: no chain and no circle of deputies can come about.
    """
    return (
        _of_days(days, today)
        or (Refusal.SELF if deputy.key == absent.key else None)
        or _of_others(absent, deputy, days)
        or _of_roles(absent, deputy, days)
        or (Refusal.NO_DECISIONS if may_decide and Role.APPROVER not in absent.roles else None)
    )


def _of_days(days: Period, today: dt.date) -> Refusal | None:
    if days.to_on < days.from_on:
        return Refusal.ORDER
    if days.from_on < today:
        return Refusal.PAST
    if (days.from_on - today).days > MOST_AHEAD:
        return Refusal.FAR
    return Refusal.LONG if (days.to_on - days.from_on).days >= MOST_DAYS else None


def _of_others(absent: Person, deputy: Person, days: Period) -> Refusal | None:
    """What is recorded for the same days already."""
    if any(days.touches(other) for other in absent.away):
        return Refusal.OVERLAP
    if any(days.touches(other) for other in absent.stands_in):
        return Refusal.STANDS_IN
    return Refusal.DEPUTY_AWAY if any(days.touches(other) for other in deputy.away) else None


def _of_roles(absent: Person, deputy: Person, days: Period) -> Refusal | None:
    """Whether the deputy has a fitting role until the last day."""
    fitting = needed(absent.roles).intersection(deputy.roles)
    if not fitting:
        return Refusal.UNFIT
    lasts = any(_lasts(deputy.roles[role], days.to_on) for role in fitting)
    return None if lasts else Refusal.LEAVES


def _lasts(until: dt.date | None, day: dt.date) -> bool:
    return until is None or until >= day
