"""Seats: counted anew under the event's lock, and moved up the waiting list."""

import datetime as dt

from django.db import transaction

from lab.events import states
from lab.events.models import Event, Registration
from lab.events.services import notices
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from programs import seats


def locked(event_id: int) -> Event:
    """The event's row, held until the transaction ends. Every change of a seat begins here."""
    rows = Event.objects.select_for_update(of=("self",)).select_related("lab")
    return rows.get(pk=event_id)


def recount(event: Event) -> None:
    """Write how many seats are held and how many wait. The check constraint has the last word."""
    rows = Registration.objects.filter(event=event)
    event.taken = rows.filter(status__in=states.SEATED, is_helper=False).count()
    event.waiting = rows.filter(status=states.WAITING).count()
    event.save(update_fields=["taken", "waiting"])


def settle(event: Event, today: dt.date) -> int:
    """Let offers run out and offer free seats to the waiting list; returns how many rows moved.

    The event is locked by the caller; as the system.
    """
    rows = list(
        Registration.objects.filter(
            event=event, status__in=(states.WAITING, states.OFFERED)
        ).order_by("made_at", "pk")
    )
    moves = seats.Moves()
    if event.status == states.ANNOUNCED:
        moves = seats.move_up(
            capacity=event.capacity,
            enrolled=Registration.objects.filter(
                event=event, status=states.REGISTERED, is_helper=False
            ).count(),
            turns=[seats.Turn(row.pk, row.status, row.accept_by) for row in rows],
            today=today,
            starts_on=event.day,
            accept_days=event.accept_days,
        )
    by_key = {row.pk: row for row in rows}
    for key in moves.lapsed:
        _move(by_key[key], "lapse", event)
        notices.lapsed(by_key[key], event)
    for key in moves.offered:
        _move(by_key[key], "offer", event, accept_by=moves.accept_by)
        notices.offered(by_key[key], event)
    recount(event)
    return len(moves.lapsed) + len(moves.offered)


def settle_all(*, now: dt.datetime) -> int:
    """Every event with somebody waiting or asked, then those that are over; a transaction each.

    As the system. Returns how many rows moved.
    """
    rows = Event.objects.filter(
        status=states.ANNOUNCED, registrations__status__in=(states.WAITING, states.OFFERED)
    )
    moved = 0
    for event_id in sorted(set(rows.values_list("pk", flat=True))):
        with transaction.atomic():
            moved += settle(locked(event_id), clock.to_date(now))
    over = Event.objects.filter(status=states.ANNOUNCED, ends_at__lt=now)
    for event_id in sorted(over.values_list("pk", flat=True)):
        with transaction.atomic():
            moved += _end(event_id)
    return moved


def _end(event_id: int) -> int:
    event = locked(event_id)
    if event.status != states.ANNOUNCED:
        return 0
    end_row(by_itself(event), event)
    return 1


def end_row(actor: Actor, event: Event) -> None:
    """終える: whoever still waits is told that no seat has become free. The event is locked."""
    rows = Registration.objects.filter(event=event, status__in=(states.WAITING, states.OFFERED))
    for row in rows.order_by("pk"):
        _move(row, "lapse", event)
        notices.lapsed(row, event)
    recount(event)
    transitions.apply(table=states.EVENT, instance=event, action="end", actor=actor)


def by_itself(event: Event) -> Actor:
    """The portal itself, in the name of the host ward."""
    return Actor.system("events.seats", ward_id=event.ward_id)


def _move(row: Registration, action: str, event: Event, **fields: object) -> None:
    transitions.apply(
        table=states.REGISTRATION,
        instance=row,
        action=action,
        actor=by_itself(event),
        fields=fields,
    )
