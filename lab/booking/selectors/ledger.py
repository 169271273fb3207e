"""The day of a lab: machines and who has them when; what waits for its staff."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lab.booking import policies, states
from lab.booking.models import Booking, Lab, Machine, Reservation
from lab.booking.rules.hours import Span
from lab.booking.selectors.calendar import opens_of
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 200
# Of which days and how many bookings something that happened can be told.
LATELY_DAYS, SHOWN_LATELY = 14, 50


@dataclass(frozen=True, slots=True)
class Entry:
    """Bookings in one cell of a machine's row: several where they share an hour. `span` columns wide."""

    rows: tuple[Reservation, ...]
    first: int
    span: int


@dataclass(frozen=True, slots=True)
class Line:
    """A machine with its cells: an entry, or None for an hour that is free."""

    machine: Machine
    cells: tuple[Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The ledger of a day: the hours as columns, the machines as rows."""

    hours: tuple[dt.datetime, ...]
    lines: tuple[Line, ...]
    rows: tuple[Reservation, ...]


def day_of(actor: Actor, lab: Lab, day: dt.date) -> Day:
    """Six queries for any number of machines and bookings."""
    start = clock.midnight(day)
    whole = Span(start, start + dt.timedelta(days=1))
    rows = (
        policies.visible_reservations(actor)
        .filter(lab=lab, starts_at__lt=whole.end, ends_at__gt=whole.start)
        .select_related("lab")
        .order_by("starts_at", "pk")
    )
    reservations = {row.pk: row for row in rows}
    hours = _hours(opens_of(lab, whole), whole, list(reservations.values()))
    taken: dict[int, list[Reservation]] = {}
    pairs = Booking.objects.filter(reservation__in=list(reservations), released_at=None)
    for key, machine in pairs.order_by("starts_at").values_list("reservation_id", "machine_id"):
        taken.setdefault(machine, []).append(reservations[key])
    machines = Machine.objects.filter(lab=lab).order_by("is_accessory", "category", "name")
    lines = [Line(machine, _cells(taken.get(machine.pk, ()), hours)) for machine in machines]
    return Day(tuple(hours), tuple(lines), tuple(reservations.values()))


def _hours(opens: Sequence[Span], whole: Span, rows: Sequence[Reservation]) -> list[dt.datetime]:
    """The hours of the day in which the lab is open (nine to five where it is closed), and those of
    bookings outside of them.
    """
    first = min((span.start for span in opens), default=whole.start + dt.timedelta(hours=9))
    last = max((span.end for span in opens), default=whole.start + dt.timedelta(hours=17))
    first = max(whole.start, min([first, *(row.starts_at for row in rows)]))
    last = min(whole.end, max([last, *(row.ends_at for row in rows)]))
    hour = first.astimezone(clock.TOKYO).replace(minute=0, second=0, microsecond=0)
    found = []
    while hour < last:
        found.append(hour)
        hour += dt.timedelta(hours=1)
    return found


def _cells(rows: Sequence[Reservation], hours: Sequence[dt.datetime]) -> tuple[Entry | None, ...]:
    """Left to right; bookings that share an hour share a cell, so that none is left out."""
    cells: list[Entry | None] = []
    column = 0
    for row in rows:
        touched = [
            number
            for number, hour in enumerate(hours)
            if row.starts_at < hour + dt.timedelta(hours=1) and row.ends_at > hour
        ]
        if not touched:
            continue
        last = cells[-1] if cells else None
        if last is not None and touched[0] < column:
            column = max(column, touched[-1] + 1)
            cells[-1] = Entry((*last.rows, row), last.first, column - last.first)
            continue
        cells += [None] * (touched[0] - column)
        cells.append(Entry((row,), touched[0], len(touched)))
        column = touched[-1] + 1
    cells += [None] * (len(hours) - column)
    return tuple(cells)


def lately_used(actor: Actor, lab: Lab, now: dt.datetime) -> list[Reservation]:
    """Bookings that somebody has entered with, of the last days: those still going on come first."""
    rows = policies.visible_reservations(actor).filter(
        lab=lab, checked_in_at__gte=now - dt.timedelta(days=LATELY_DAYS)
    )
    found = list(rows.select_related("lab").order_by("-checked_in_at", "-pk")[:SHOWN_LATELY])
    return sorted(found, key=lambda row: row.status != states.IN_USE)


def waiting(actor: Actor, lab: Lab | None = None) -> QuerySet[Reservation]:
    """Bookings that wait for an approval, the next ones first."""
    rows = policies.visible_reservations(actor).filter(status=states.REQUESTED)
    if lab is not None:
        rows = rows.filter(lab=lab)
    return rows.select_related("lab").order_by("starts_at", "pk")


def to_approve(actor: Actor) -> QuerySet[Reservation]:
    """For the menu: what waits for the actor's own approval."""
    return waiting(actor) if policies.is_staff(actor) else Reservation.objects.none()


def bookings(actor: Actor) -> QuerySet[Reservation]:
    """All bookings that the actor reads, the newest first."""
    rows = policies.visible_reservations(actor).select_related("lab")
    return rows.order_by("-starts_at", "-pk")
