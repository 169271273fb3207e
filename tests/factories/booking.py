"""A lab with machines, firms that may book them, and bookings made through the services."""

import datetime as dt
from itertools import count
from typing import Any

from lab.booking.models import (
    Agreement,
    Booking,
    FeeLine,
    FeeTable,
    Lab,
    Machine,
    OpeningHours,
    Reservation,
)
from lab.booking.rules.hours import Span
from lab.booking.selectors.calendar import is_holiday
from lab.booking.services import changes, firms, reserve
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA
from tests.support.people import assign, make_person

SYSTEM = Actor.system("test")
_numbers = count(1)


def make_lab(*, ward: int = SUMIDA, **fields: Any) -> Lab:
    """A lab that is open every day from 9 to 17, holidays included, with rules of use."""
    values: dict[str, Any] = {
        "ward_id": ward,
        "name": f"すみだDXラボ{next(_numbers)}",
        "place": "墨田区横川1-1-1",
        "contact": "03-1234-5678",
        "bring": "動きやすい服、上履き",
        "closes_on_holidays": False,
    }
    lab = Lab.objects.create(**values | fields)
    OpeningHours.objects.bulk_create(
        OpeningHours(lab=lab, weekday=day, opens=dt.time(9), closes=dt.time(17)) for day in range(7)
    )
    Agreement.objects.create(lab=lab, version=1, text="設備を大切に使います。")
    return lab


def make_machine(lab: Lab, **fields: Any) -> Machine:
    """A printer with slots of an hour and 15 minutes for cleaning."""
    values: dict[str, Any] = {
        "category": "printer",
        "name": f"3Dプリンター{next(_numbers)}号機",
        "summary": "樹脂の試作品を作る。",
        "place": "1階",
    }
    return Machine.objects.create(lab=lab, **values | fields)


def fees(lab: Lab, *machines: Machine, yen: int = 1_000, **fields: Any) -> FeeTable:
    """A table from the beginning of time, with one price an hour."""
    values = {"version": 1, "valid_from": dt.date(2020, 4, 1), "waives_first": False}
    table = FeeTable.objects.create(lab=lab, **values | fields)
    for machine in machines:
        FeeLine.objects.create(table=table, machine=machine, per="hour", amount_yen=yen)
    return table


def owner(*, ward: int = SUMIDA, lab: Lab | None = None, **fields: Any) -> Actor:
    """The owner of a new firm; with `lab`, one that has accepted its rules for this year and the next."""
    actor = make.firm_actor(make.make_firm(ward=ward, **fields))
    if lab is not None:
        agree(actor, lab)
    return actor


def agree(actor: Actor, lab: Lab) -> None:
    for day in (clock.today(), clock.today() + dt.timedelta(days=200)):
        with acting(actor):
            firms.agree(actor=actor, lab_id=lab.pk, version=1, day=day)


def staff(ward: int = SUMIDA, *, user: Any = None, name: str = "加藤 拓也") -> Actor:
    """Somebody who works in the labs of the ward."""
    if user is None:
        user = assign(
            make_person(f"lab{next(_numbers)}@example.jp", name=name), Role.LAB_STAFF, ward_id=ward
        )
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=ward)


def on(day: int = 3, begin: int = 10, hours: float = 2) -> Span:
    """From `begin` o'clock, `day` days from today."""
    midnight = clock.midnight(clock.today() + dt.timedelta(days=day))
    start = midnight + dt.timedelta(hours=begin)
    return Span(start, start + dt.timedelta(hours=hours))


def ask(
    *machines: Machine, span: Span | None = None, purpose: str = "trial", note: str = ""
) -> Any:
    return reserve.Ask(tuple(item.pk for item in machines), span or on(), purpose, note)


def book(actor: Actor, *machines: Machine, **given: Any) -> Any:
    """A booking through the service, by the firm."""
    with acting(actor):
        return reserve.reserve(actor=actor, ask=ask(*machines, **given))


def now_at(row: Any, *, minutes: int = -1) -> Any:
    """Move a booking so that it began so many minutes before now (negative) or will begin then."""
    start = clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=minutes)
    length = row.ends_at - row.starts_at
    with acting(SYSTEM):
        Booking.objects.filter(reservation=row).update(
            starts_at=start,
            ends_at=start + length,
            taken_from=start,
            taken_until=start + length,
            due_by=start + dt.timedelta(minutes=row.lab.grace_minutes),
        )
        Reservation.objects.filter(pk=row.pk).update(starts_at=start, ends_at=start + length)
        return fresh(row)


def used(actor: Actor, *machines: Machine, purpose: str = "trial") -> Any:
    """A booking that is over: checked in and out just now."""
    row = now_at(book(actor, *machines, purpose=purpose))
    with acting(actor):
        changes.check_in(actor=actor, reservation_id=row.pk)
        return changes.check_out(actor=actor, reservation_id=row.pk)


def weekday_span(days: int, begin: int, hours: float) -> Span:
    """On the first day from then on that is no holiday and no weekend."""
    day = clock.today() + dt.timedelta(days=days)
    while day.weekday() > 4 or is_holiday(day):
        day += dt.timedelta(days=1)
    start = clock.midnight(day) + dt.timedelta(hours=begin)
    return Span(start, start + dt.timedelta(hours=hours))


def fresh(row: Any) -> Any:
    """The booking as it is now, with its lab."""
    return Reservation.objects.select_related("lab").get(pk=row.pk)


def cancel(actor: Actor, row: Any) -> Any:
    """Taken back by whoever booked."""
    with acting(actor):
        return changes.cancel(actor=actor, reservation_id=row.pk)
