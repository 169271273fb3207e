"""Which visit can be true. Pure: no clock, no database; each fault names its field."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A day's work on the shop floor; longer is a slip of the hand.
MOST_MINUTES, LEAST_MINUTES = 8 * 60, 15
MOST_TRAVEL_MINUTES, MOST_TRAVEL_YEN = 360, 20_000
# How far back an advisor may still hand a record in.
MOST_DAYS_LATE = 60

FUTURE, ORDER, LONG, SHORT, LATE = "future", "order", "long", "short", "late"
ENGAGEMENT, CONTRACT, MEMBER, OVERLAP, TRAVEL = (
    "engagement",
    "contract",
    "member",
    "overlap",
    "travel",
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included. `last` None: open."""

    first: dt.date
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Times:
    """From when to when somebody was somewhere; `label` says where."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    label: str = ""

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def meets(self, other: "Times") -> bool:
        """Whether both have a moment in common; one may begin when the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Frame:
    """What bounds a visit: the engagement, the place in the team, the contract, other visits."""

    engagement: Span
    member: Span
    contract: Span
    others: tuple[Times, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a visit; `field` is the form's, `about` what the sentence names."""

    code: str
    field: str
    about: object = ""


def faults(
    times: Times, frame: Frame, *, now: dt.datetime, day: dt.date, today: dt.date, planned: bool
) -> list[Fault]:
    """Everything that speaks against the visit. `day` is its day in Tokyo; `planned`: yet to come."""
    found = list(_length(times))
    if not found:
        found += _time(times, now=now, day=day, today=today, planned=planned)
    return found + list(_frame(times, frame, day))


def travel_faults(minutes: int, yen: int) -> Iterator[Fault]:
    """Travel that no ward of Tokyo asks for."""
    if minutes > MOST_TRAVEL_MINUTES:
        yield Fault(TRAVEL, "travel_minutes", MOST_TRAVEL_MINUTES)
    if yen > MOST_TRAVEL_YEN:
        yield Fault(TRAVEL, "travel_yen", MOST_TRAVEL_YEN)


def _length(times: Times) -> Iterable[Fault]:
    if times.ends_at <= times.starts_at:
        yield Fault(ORDER, "ends")
    elif times.minutes > MOST_MINUTES:
        yield Fault(LONG, "ends", times.minutes)
    elif times.minutes < LEAST_MINUTES:
        yield Fault(SHORT, "ends", times.minutes)


def _time(
    times: Times, *, now: dt.datetime, day: dt.date, today: dt.date, planned: bool
) -> Iterable[Fault]:
    if planned and day < today:
        yield Fault(LATE, "day", 0)
    elif not planned and times.ends_at > now:
        yield Fault(FUTURE, "day" if day > today else "ends")
    elif not planned and (today - day).days > MOST_DAYS_LATE:
        yield Fault(LATE, "day", MOST_DAYS_LATE)


def _frame(times: Times, frame: Frame, day: dt.date) -> Iterable[Fault]:
    spans = (
        (ENGAGEMENT, frame.engagement),
        (MEMBER, frame.member),
        (CONTRACT, frame.contract),
    )
    outside = next((Fault(code, "day", span) for code, span in spans if not span.holds(day)), None)
    if outside:
        yield outside
    met = next((other for other in frame.others if times.meets(other)), None)
    if met:
        yield Fault(OVERLAP, "starts", met)
