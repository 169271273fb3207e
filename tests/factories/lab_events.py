"""Events of a lab: announced, with people who registered, going on right now."""

import datetime as dt
from itertools import count
from typing import Any

from lab.booking.models import Lab
from lab.events.models import Event, Registration
from lab.events.services import attendance, planning, registering, showcase
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.factories import booking
from tests.factories import subsidies as make

SYSTEM = Actor.system("test")
_numbers = count(1)
OFFER = {
    "vendor": "株式会社センサー屋",
    "product": "後付け振動センサー",
    "summary": "古い旋盤に付けて、刃の替え時を知る。",
    "contact_name": "千田 一",
    "contact": "03-0000-1111",
}


def plan(ahead: int = 10, **changed: Any) -> planning.Plan:
    """A seminar from 14 to 16 o'clock, so many days ahead, open for everybody from today."""
    today = clock.today()
    start = clock.midnight(today + dt.timedelta(days=ahead)) + dt.timedelta(hours=14)
    given: dict[str, Any] = {
        "kind": "seminar",
        "title": f"IoTはじめの一歩{next(_numbers)}",
        "summary": "止まりの理由を、明日から記録する。",
        "place": "すみだDXラボ 2階",
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=2),
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=max(0, ahead - 1)),
        "capacity": 10,
        "contact": "03-1234-5678",
    }
    return planning.Plan(**{**given, **changed})


def draft(staff: Actor, lab: Lab, **changed: Any) -> Event:
    """Made by the staff."""
    with acting(staff):
        return planning.event_create(actor=staff, lab_id=lab.pk, plan=plan(**changed))


def announced(staff: Actor, lab: Lab, **changed: Any) -> Event:
    """Open for registration."""
    event = draft(staff, lab, **changed)
    with acting(staff):
        return planning.event_announce(actor=staff, event_id=event.pk)


def scene(**changed: Any) -> tuple[Actor, Lab, Event]:
    """Staff, lab, and an announced event."""
    staff, lab = booking.staff(), booking.make_lab()
    return staff, lab, announced(staff, lab, **changed)


def owner(**fields: Any) -> Actor:
    """The owner of a new firm."""
    return make.firm_actor(make.make_firm(**fields))


def register(actor: Actor, event: Event, **given: Any) -> Registration:
    """Through the service, by the person."""
    with acting(actor):
        return registering.register(actor=actor, event_id=event.pk, **given)


def going_on(event: Event, *, minutes: int = -10, hours: float = 2) -> Event:
    """Move it so that it began so many minutes before now (negative) or will begin then."""
    start = clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=minutes)
    with acting(SYSTEM):
        Event.objects.filter(pk=event.pk).update(
            starts_at=start, ends_at=start + dt.timedelta(hours=hours)
        )
        return Event.objects.select_related("lab").get(pk=event.pk)


def come(event: Event, row: Registration) -> Registration:
    """By the number, at the door."""
    door = Actor.system("events.door", ward_id=event.ward_id)
    with acting(door):
        return attendance.check_in_code(actor=door, event_id=event.pk, code=row.code)


def offer(**changed: Any) -> showcase.Offer:
    return showcase.Offer(**{**OFFER, **changed})
