"""When a lab is open, and what of it is free. Moments are aware; days are Tokyo's, which has no DST."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from portal.kernel import clock


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time: `start` is in it, `end` is not."""

    start: dt.datetime
    end: dt.datetime

    @property
    def minutes(self) -> int:
        """Whole minutes that really pass."""
        return int((self.end - self.start).total_seconds() // 60)

    def meets(self, other: "Span") -> bool:
        """Whether they share a moment."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: int, after: int) -> "Span":
        """With so many minutes more on both sides."""
        return Span(
            self.start - dt.timedelta(minutes=before), self.end + dt.timedelta(minutes=after)
        )


_START = attrgetter("start")

# Weekday (0 Monday) → the day's opening hours.
Week = Mapping[int, Sequence[tuple[dt.time, dt.time]]]


def days_of(span: Span) -> list[dt.date]:
    """The Tokyo days that the span touches."""
    first, last = clock.to_date(span.start), clock.to_date(span.end - dt.timedelta(microseconds=1))
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def open_spans(
    week: Week,
    days: Iterable[dt.date],
    *,
    closed: Iterable[Span] = (),
    holidays: Collection[dt.date] = (),
) -> list[Span]:
    """The opening hours of these days without holidays and what is closed, in their order."""
    spans = []
    for day in days:
        if day in holidays:
            continue
        for opens, closes in week.get(day.weekday(), ()):
            spans.append(
                Span(
                    dt.datetime.combine(day, opens, tzinfo=clock.TOKYO),
                    dt.datetime.combine(day, closes, tzinfo=clock.TOKYO),
                )
            )
    return subtract(spans, closed)


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `spans`; sorted, without empty ones. Both are walked once, side by side."""
    holes = sorted(taken, key=_START)
    left: list[Span] = []
    first = 0
    for span in sorted(spans, key=_START):
        start, end = span.start, span.end
        while first < len(holes) and holes[first].end <= start:
            first += 1
        for place in range(first, len(holes)):
            hole = holes[place]
            if hole.start >= end:
                break
            if start < hole.start:
                left.append(Span(start, hole.start))
            start = max(start, hole.end)
        if start < end:
            left.append(Span(start, end))
    return left


def common(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Where both are."""
    return sorted(
        Span(max(a.start, b.start), min(a.end, b.end)) for a in first for b in second if a.meets(b)
    )


def is_open(span: Span, opens: Iterable[Span]) -> bool:
    """Whether one stretch of opening hours covers it: a booking may not lie across closing time."""
    return any(item.covers(span) for item in opens)


def starts(free: Iterable[Span], *, minutes: int, step: int, after: dt.datetime) -> Iterator[Span]:
    """Possible bookings of so many minutes, on the grid of `step` minutes from midnight in Tokyo."""
    length = dt.timedelta(minutes=minutes)
    for span in sorted(free):
        begin = on_grid(max(span.start, after), step)
        while begin + length <= span.end:
            yield Span(begin, begin + length)
            begin += dt.timedelta(minutes=step)


def on_grid(moment: dt.datetime, step: int) -> dt.datetime:
    """The first moment not before this one that lies on the grid of the day."""
    midnight = clock.midnight(clock.to_date(moment))
    past = (moment - midnight).total_seconds() / 60
    return midnight + dt.timedelta(minutes=-(-past // step) * step)
