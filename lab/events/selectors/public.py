"""What everybody reads of the events."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from lab.booking.models import Machine
from lab.events import policies, states
from lab.events.codes import Kind
from lab.events.models import Event, Slot
from portal.kernel.actor import Actor

SHOWN, PAST_SHOWN = 60, 12

SOON, OPEN, FULL, CLOSED, OVER, CANCELLED = (
    "soon", "open", "full", "closed", "over", "cancelled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The coming events, and the last that were held."""

    coming: list[Event]
    past: list[Event]


def events(actor: Actor, *, now: dt.datetime, ward_id: int | None, kind: str = "") -> Found:
    """Two queries. Cancelled ones are shown until their day."""
    rows = policies.visible_events(actor).exclude(status=states.DRAFT)
    if ward_id is not None:
        rows = rows.filter(ward_id=ward_id)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("lab", "programme")
    past = rows.filter(ends_at__lt=now).exclude(status=states.CANCELLED)
    return Found(
        coming=list(rows.filter(ends_at__gte=now).order_by("starts_at", "pk")[:SHOWN]),
        past=list(past.order_by("-starts_at", "-pk")[:PAST_SHOWN]),
    )


def window(event: Event, now: dt.datetime, today: dt.date) -> str:
    """Whether one can register today."""
    if event.status == states.CANCELLED:
        return CANCELLED
    if event.status != states.ANNOUNCED or event.starts_at <= now:
        return OVER
    if today < event.opens_on:
        return SOON
    if today > event.closes_on:
        return CLOSED
    return FULL if event.free <= 0 or event.waiting else OPEN


def machines(event: Event) -> list[Machine]:
    """What can be tried there."""
    return list(event.machines.order_by("category", "name"))


def vendors(event: Event) -> QuerySet[Slot]:
    """Who shows what: those that were approved."""
    return Slot.objects.filter(event=event, status=states.APPROVED).order_by("vendor_key")
