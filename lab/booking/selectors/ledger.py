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


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking in the row of a machine, with the first and last of the day's columns it touches."""

    row: Reservation
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
    hours = _hours(opens_of(lab, whole), start)
    rows = (
        policies.visible_reservations(actor)
        .filter(lab=lab, starts_at__lt=whole.end, ends_at__gt=whole.start)
        .select_related("lab")
        .order_by("starts_at", "pk")
    )
    reservations = {row.pk: row for row in rows}
    taken: dict[int, list[Reservation]] = {}
    pairs = Booking.objects.filter(reservation__in=list(reservations), released_at=None)
    for key, machine in pairs.order_by("starts_at").values_list("reservation_id", "machine_id"):
        taken.setdefault(machine, []).append(reservations[key])
    machines = Machine.objects.filter(lab=lab).order_by("is_accessory", "category", "name")
    lines = [Line(machine, _cells(taken.get(machine.pk, ()), hours)) for machine in machines]
    return Day(tuple(hours), tuple(lines), tuple(reservations.values()))


def _hours(opens: Sequence[Span], start: dt.datetime) -> list[dt.datetime]:
    """The hours of the day in which the lab is open; nine to five where it is closed."""
    first = min((span.start for span in opens), default=start + dt.timedelta(hours=9))
    last = max((span.end for span in opens), default=start + dt.timedelta(hours=17))
    hour = first.astimezone(clock.TOKYO).replace(minute=0)
    found = []
    while hour < last:
        found.append(hour)
        hour += dt.timedelta(hours=1)
    return found


def _cells(rows: Sequence[Reservation], hours: Sequence[dt.datetime]) -> tuple[Entry | None, ...]:
    """Left to right; of two bookings in one hour the later one stands in the next free column."""
    cells: list[Entry | None] = []
    column = 0
    for row in rows:
        touched = [
            number
            for number, hour in enumerate(hours)
            if row.starts_at < hour + dt.timedelta(hours=1) and row.ends_at > hour
        ]
        fresh = [number for number in touched if number >= column]
        if not fresh:
            continue
        cells += [None] * (fresh[0] - column)
        cells.append(Entry(row, fresh[0], len(fresh)))
        column = fresh[-1] + 1
    cells += [None] * (len(hours) - column)
    return tuple(cells)


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
