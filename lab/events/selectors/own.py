"""What a firm sees of itself in the events."""

import datetime as dt

from django.db.models import QuerySet

from lab.events import policies, states
from lab.events.models import Event, Material, Registration, Slot
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 100


def registrations(actor: Actor) -> list[Registration]:
    """The firm's, by the event's time, the newest first."""
    rows = policies.visible_registrations(actor).select_related("event__lab")
    return list(rows.order_by("-event__starts_at", "-pk")[:SHOWN])


def of_person(actor: Actor, event: Event) -> Registration | None:
    """The person's own live registration."""
    rows = policies.visible_registrations(actor)
    return rows.filter(event=event, person_id=actor.user_id, status__in=states.LIVE).first()


def offered(actor: Actor) -> QuerySet[Registration]:
    """Seats that are kept for the person, until a day that may be over."""
    rows = policies.visible_registrations(actor)
    return rows.filter(status=states.OFFERED, person_id=actor.user_id)


def offers(actor: Actor) -> list[Registration]:
    """Those that wait for an answer."""
    return list(offered(actor).filter(accept_by__gte=clock.today()).select_related("event"))


def materials(actor: Actor, event: Event) -> list[Material]:
    """The files that the firm may take."""
    return list(policies.readable_materials(actor).filter(event=event))


def slots(actor: Actor) -> list[Slot]:
    """The firm's showcases."""
    rows = policies.visible_slots(actor).select_related("event")
    return list(rows.order_by("-event__starts_at", "-pk")[:SHOWN])


def calendar(firm_id: int, person_id: int, since: dt.datetime) -> list[Registration]:
    """The seats of a person; as the system."""
    rows = Registration.objects.filter(
        firm_id=firm_id,
        person_id=person_id,
        status=states.REGISTERED,
        event__starts_at__gte=since,
    ).exclude(event__status=states.CANCELLED)
    return list(rows.select_related("event").order_by("event__starts_at")[:500])
