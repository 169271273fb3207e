"""The week of one machine, cell by cell; the week of a whole lab in a few words a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lab.booking import states
from lab.booking.models import Lab, Machine
from lab.booking.rules.hours import Span, Week, is_open
from lab.booking.selectors.calendar import free_of, week_of
from portal.kernel import clock

FREE, TAKEN, CLOSED, PAST = "free", "taken", "closed", "past"
DAYS = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot: its beginning, and whether it can be booked."""

    start: dt.datetime
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """A day with its slots, in the order of the columns."""

    day: dt.date
    cells: tuple[Cell, ...]

    @property
    def has_free(self) -> bool:
        return any(cell.state == FREE for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """The week of a machine: heads are the slots' times."""

    heads: tuple[dt.time, ...]
    rows: tuple[Row, ...]


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def week_span(first: dt.date) -> Span:
    """Seven days from the beginning of the first."""
    start = clock.midnight(first)
    return Span(start, start + dt.timedelta(days=DAYS))


def machine_week(machine: Machine, first: dt.date, now: dt.datetime) -> Grid:
    """Three queries."""
    span = week_span(first)
    week = week_of(machine.lab)
    free = free_of([machine], span, now)[machine.pk]
    open_ = _open_times(week)
    heads = _heads(week, machine.slot_minutes)
    earliest = now + dt.timedelta(hours=machine.lead_hours)
    latest = now + dt.timedelta(days=machine.ahead_days)
    rows = []
    for number in range(DAYS):
        day = first + dt.timedelta(days=number)
        cells = []
        for head in heads:
            start = dt.datetime.combine(day, head, tzinfo=clock.TOKYO)
            slot = Span(start, start + dt.timedelta(minutes=machine.slot_minutes))
            cells.append(Cell(start, _state(slot, free, open_, earliest, latest)))
        rows.append(Row(day, tuple(cells)))
    return Grid(heads, tuple(rows))


def _state(
    slot: Span,
    free: Sequence[Span],
    week: Sequence[tuple[int, dt.time, dt.time]],
    earliest: dt.datetime,
    latest: dt.datetime,
) -> str:
    if slot.start < earliest:
        return PAST
    if is_open(slot, free):
        return FREE if slot.start <= latest else CLOSED
    weekday, begin, end = slot.start.weekday(), slot.start.time(), slot.end.time()
    inside = any(day == weekday and opens <= begin and end <= closes for day, opens, closes in week)
    return TAKEN if inside else CLOSED


def _open_times(week: Week) -> list[tuple[int, dt.time, dt.time]]:
    return [(day, opens, closes) for day, hours in week.items() for opens, closes in hours]


def _heads(week: Week, step: int) -> tuple[dt.time, ...]:
    """The slots from the earliest opening to the latest closing of the week."""
    hours = [pair for pairs in week.values() for pair in pairs]
    if not hours:
        return ()
    first = min(_minutes(opens) for opens, _closes in hours)
    last = max(_minutes(closes) for _opens, closes in hours)
    begin = -(-first // step) * step
    return tuple(
        dt.time(minute // 60, minute % 60) for minute in range(begin, last - step + 1, step)
    )


def _minutes(moment: dt.time) -> int:
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True, slots=True)
class Line:
    """A machine in the week of its lab: what is free on each day."""

    machine: Machine
    days: tuple[tuple[Span, ...], ...]


def lab_week(lab: Lab, machines: Sequence[Machine], first: dt.date, now: dt.datetime) -> list[Line]:
    """Two queries for any number of machines. Shorter than a slot is not free."""
    span = week_span(first)
    free = free_of(machines, span, now)
    starts = [clock.midnight(first + dt.timedelta(days=number)) for number in range(DAYS + 1)]
    lines = []
    for machine in machines:
        earliest = now + dt.timedelta(hours=machine.lead_hours)
        slot = dt.timedelta(minutes=machine.slot_minutes)
        days: list[list[Span]] = [[] for _day in range(DAYS)]
        for item in free[machine.pk]:
            begin = max(item.start, earliest)
            if begin + slot <= item.end:
                days[(begin - starts[0]).days].append(Span(begin, item.end))
        lines.append(Line(machine, tuple(tuple(day) for day in days)))
    return lines


def with_photos(rows: QuerySet[Machine]) -> QuerySet[Machine]:
    """With what a page tells of their photos, without the bytes."""
    return rows.select_related("photo").defer("photo__picture")


def bookable(lab: Lab, category: str = "") -> list[Machine]:
    """What a firm chooses from: without accessories; those out of service are shown as such."""
    rows = with_photos(Machine.objects.filter(lab=lab, is_accessory=False)).select_related("lab")
    if category:
        rows = rows.filter(category=category)
    return sorted(rows, key=lambda row: (row.status != states.IN_SERVICE, row.category, row.name))
