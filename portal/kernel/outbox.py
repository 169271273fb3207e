"""The outbox (送信箱): events written with the change, delivered at least once, handled once.

A producer calls `publish()` in its own transaction. A relay hands waiting events to Celery, one
task per (event, handler); the handler's effect and the proof that it happened are one transaction.
A worker killed at any point loses and doubles nothing. See docs/adr/0004-outbox.md.
"""

import datetime as dt
import logging
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import autodiscover_modules

from portal.kernel.actor import Actor
from portal.kernel.database import acting, insert_blind
from portal.kernel.models import FailedDelivery, HandledEvent, OutboxEvent

logger = logging.getLogger(__name__)

BATCH = 200
MAX_ATTEMPTS = 8
KEPT = dt.timedelta(days=90)

Send = Callable[[uuid.UUID, str], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function of an app's handlers.py, known by a name that outlives renaming the function."""

    name: str
    event: str
    function: Callable[[OutboxEvent], None]


_handlers: dict[str, Handler] = {}


def publish(
    *, name: str, subject: object, ward_id: int | None, payload: Mapping[str, Any]
) -> uuid.UUID:
    """Write an event in the running transaction; gone again if that rolls back.

    `name` is "<app>.<what_happened>", `subject` the primary key of what it is about. The payload
    holds ids and figures, no personal data. Returns the event's id.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to a change's transaction")
    event = OutboxEvent(name=name, subject=str(subject), ward_id=ward_id, payload=dict(payload))
    insert_blind(event)
    if all(entry[1] is not _nudge for entry in connection.run_on_commit):
        transaction.on_commit(_nudge, robust=True)
    return event.id


def _nudge() -> None:
    """Wake the relay at once; without the broker its own rhythm serves a little later."""
    from portal.kernel import tasks

    tasks.relay.apply_async(retry=False, expires=30)


def handles(
    event: str, *, name: str
) -> Callable[[Callable[[OutboxEvent], None]], Callable[[OutboxEvent], None]]:
    """Decorator: `@outbox.handles("subsidies.application_submitted", name="kpi.facts")`.

    The function runs in a worker as the system, in one transaction with its proof of work; it
    must do nothing outside the database that may not happen twice. Raises ValueError when the
    name is taken.
    """

    def register(function: Callable[[OutboxEvent], None]) -> Callable[[OutboxEvent], None]:
        if name in _handlers:
            raise ValueError(f"two handlers are called {name}")
        _handlers[name] = Handler(name, event, function)
        return function

    return register


@cache
def registered() -> dict[str, Handler]:
    """All handlers by name; imports every app's handlers.py the first time."""
    autodiscover_modules("handlers")
    return _handlers


def handlers_of(event: str) -> list[Handler]:
    """The handlers of events of that name."""
    return [handler for handler in registered().values() if handler.event == event]


def handle(event_id: uuid.UUID | str, name: str) -> bool:
    """Do one handler's work for one event, unless it is done. True when this call did it.

    Raises LookupError for an unknown handler and whatever the handler raises; then nothing of it
    remains.
    """
    handler = registered()[name]
    with acting(Actor.system("outbox")):
        event = OutboxEvent.objects.filter(pk=event_id).first()
        if event is None or not _claim(event, name):
            return False
        with acting(Actor.system("outbox", ward_id=event.ward_id)):
            handler.function(event)
        FailedDelivery.objects.filter(event=event, handler=name).delete()
    return True


def _claim(event: OutboxEvent, handler: str) -> bool:
    """Write the proof of work; False when it exists. A rival who is at it is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_handledevent (event_id, handler) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [event.pk, handler],
        )
        return cursor.rowcount == 1


def relay(send: Send) -> int:
    """Hand the oldest waiting events to the broker; returns how many. Runs in `acting()`.

    Several relays may run at once. If one dies after sending, its events are sent again.
    """
    waiting = OutboxEvent.objects.filter(relayed_at=None).order_by("created_at")
    events = list(waiting.select_for_update(skip_locked=True)[:BATCH])
    for event in events:
        for handler in handlers_of(event.name):
            send(event.pk, handler.name)
    _mark_relayed(events)
    _close([event for event in events if not handlers_of(event.name)])
    return len(events)


def sweep(send: Send) -> int:
    """Close finished events and send again what no worker finished in time; returns how many.

    Covers messages that the broker or a worker lost. A handler that failed lately is left to its
    own retries. Runs in `acting()`.
    """
    patience = dt.timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS)
    overdue = OutboxEvent.objects.filter(closed_at=None, relayed_at__lt=Now() - patience)
    events = list(overdue.order_by("relayed_at").select_for_update(skip_locked=True)[:BATCH])
    settled, retrying = _settled(events), _retrying(events, patience)
    still_open = []
    for event in events:
        names = {handler.name for handler in handlers_of(event.name)}
        missing = {name for name in names if (event.pk, name) not in settled}
        if missing:
            still_open.append(event)
        for name in sorted(missing):
            if (event.pk, name) not in retrying:
                send(event.pk, name)
    _mark_relayed(still_open)
    _close([event for event in events if event not in still_open])
    return len(still_open)


def _settled(events: list[OutboxEvent]) -> set[tuple[uuid.UUID, str]]:
    """(event, handler) pairs that are done or given up."""
    done = HandledEvent.objects.filter(event__in=events)
    given_up = FailedDelivery.objects.filter(event__in=events).exclude(given_up_at=None)
    return {*done.values_list("event_id", "handler"), *given_up.values_list("event_id", "handler")}


def _retrying(events: list[OutboxEvent], patience: dt.timedelta) -> set[tuple[uuid.UUID, str]]:
    """(event, handler) pairs that failed so lately that their retry is still to come."""
    failures = FailedDelivery.objects.filter(event__in=events, failed_at__gt=Now() - patience)
    return set(failures.values_list("event_id", "handler"))


def _mark_relayed(events: list[OutboxEvent]) -> None:
    rows = OutboxEvent.objects.filter(pk__in=[event.pk for event in events])
    rows.update(relayed_at=Now(), relays=F("relays") + 1)


def _close(events: list[OutboxEvent]) -> None:
    rows = OutboxEvent.objects.filter(pk__in=[event.pk for event in events])
    rows.update(closed_at=Now())


def note_failure(event_id: uuid.UUID | str, handler: str, error: BaseException | None) -> int:
    """Count a failed attempt (error None: the worker died in it); returns the attempts so far.

    At MAX_ATTEMPTS the delivery is given up: the row stays for people to see.
    """
    with acting(Actor.system("outbox")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_faileddelivery AS f (event_id, handler, attempts, last_error)"
            " SELECT id, %(handler)s, 1, %(error)s FROM kernel_outboxevent e WHERE id = %(event)s"
            " AND NOT EXISTS (SELECT FROM kernel_handledevent h"
            " WHERE h.event_id = e.id AND h.handler = %(handler)s)"
            " ON CONFLICT (event_id, handler) DO UPDATE SET attempts = f.attempts + 1,"
            " last_error = excluded.last_error, failed_at = statement_timestamp(),"
            " given_up_at = CASE WHEN f.attempts + 1 >= %(most)s THEN statement_timestamp() END"
            " RETURNING attempts",
            {"event": event_id, "handler": handler, "error": place_of(error), "most": MAX_ATTEMPTS},
        )
        row = cursor.fetchone()
    attempts = row[0] if row else 0
    if attempts >= MAX_ATTEMPTS:
        logger.error("event %s: handler %s given up after %s attempts", event_id, handler, attempts)
    return attempts


def place_of(error: BaseException | None) -> str:
    """Class and place of an error. Not its text, which may quote personal data."""
    if error is None:
        return "worker lost"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:300]


def retry_given_up() -> int:
    """Give every delivery that was given up a fresh start; the next relay sends them."""
    failures = FailedDelivery.objects.exclude(given_up_at=None)
    events = list(failures.values_list("event_id", flat=True))
    OutboxEvent.objects.filter(pk__in=events).update(closed_at=None, relayed_at=None)
    return failures.delete()[0]


def purge() -> int:
    """Delete a batch of events closed KEPT ago, except those with a delivery given up."""
    old = OutboxEvent.objects.filter(closed_at__lt=Now() - KEPT, failures=None)
    batch = list(old.values_list("pk", flat=True)[:BATCH])
    OutboxEvent.objects.filter(pk__in=batch).delete()
    return len(batch)


def drain() -> int:
    """Relay and handle everything waiting here and now, events of handlers included.

    For tests and for loading demonstration data, where no worker runs. Returns how many
    deliveries were made; a handler's error is raised.
    """
    made = 0
    queue: list[tuple[uuid.UUID, str]] = []
    with acting(Actor.system("outbox")):
        while relay(lambda event_id, name: queue.append((event_id, name))):
            while queue:
                made += handle(*queue.pop(0))
    return made
