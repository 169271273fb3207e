"""Who sees which event, registration and slot. Who runs a lab: `lab.booking.policies`."""

from typing import Any

from django.db.models import Q, QuerySet

from lab.booking.policies import ALL_SEEING, is_staff
from lab.events import states
from lab.events.codes import Shown
from lab.events.models import Event, Material, Registration, Slot
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing


def visible_events(actor: Actor) -> QuerySet[Event]:
    """What is announced is everybody's to see; drafts the host lab's staff's."""
    rows = Event.objects.all()
    if actor.hat in ALL_SEEING:
        return rows
    published = ~Q(status=states.DRAFT)
    return rows.filter(published | Q(ward_id=actor.ward_id) if is_staff(actor) else published)


def kept_events(actor: Actor) -> QuerySet[Event]:
    """Those whose roster the actor reads."""
    rows = Event.objects.all()
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def may_run(actor: Actor, event: Event) -> bool:
    """Whether the actor is staff of the host lab."""
    return is_staff(actor) and event.ward_id == actor.ward_id


def run(actor: Actor, event_id: int) -> Event:
    """The event, for staff of its lab. Raises Event.DoesNotExist, RoleMissing."""
    event = kept_events(actor).select_related("lab").get(pk=event_id)
    if not may_run(actor, event):
        raise RoleMissing
    return event


def get_event(actor: Actor, **lookup: Any) -> Event:
    """One visible event with its lab. Raises Event.DoesNotExist."""
    return visible_events(actor).select_related("lab", "programme").get(**lookup)


def visible_registrations(actor: Actor) -> QuerySet[Registration]:
    """The firm's own; those of the staff's events; of an official's own ward, as host or as home."""
    rows = Registration.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(Q(ward_id=actor.ward_id) | Q(firm_ward_id=actor.ward_id))
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_slots(actor: Actor) -> QuerySet[Slot]:
    """Slots with who stands behind them: the firm's own, or those of the staff's events."""
    rows = Slot.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(applicant__firm_id=actor.firm_id)
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def readable_materials(actor: Actor) -> QuerySet[Material]:
    """Staff's and auditors' all; a firm's by its seat, or after it came."""
    rows = Material.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        seats = Registration.objects.filter(firm_id=actor.firm_id, status=states.REGISTERED)
        came = seats.filter(attended_on__isnull=False)
        return rows.filter(
            Q(shown=Shown.REGISTERED, event_id__in=seats.values("event_id"))
            | Q(event_id__in=came.values("event_id"))
        )
    return rows.filter(event_id__in=kept_events(actor).values("pk"))
