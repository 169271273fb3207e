"""Celery: base classes that open the database context, and the outbox's own jobs.

Messages carry ids only, never names or other personal data.
"""

import random
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task
from django.contrib.auth import get_user_model

from portal.kernel import outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import tasks as files_tasks  # noqa: F401  # registers its jobs

HEADER = "machikoba_actor"
LONGEST_DELAY = 300


class ActorMissing(TypeError):
    """A task that works for somebody was sent without saying for whom."""


class ActorTask(Task):  # type: ignore[misc]  # Celery has no types
    """A task that does a person's work: `export.apply_async(args, actor=actor)`.

    The worker runs it inside `acting()` with the same hat, ward and firm; `self.actor` (with
    `bind=True`) is that actor. Raises ActorMissing when sent or run without one.
    """

    abstract = True

    def apply_async(
        self, args: Any = None, kwargs: Any = None, *, actor: Actor | None = None, **options: Any
    ) -> Any:
        """Send it. A retry within the task keeps the actor."""
        headers = dict(options.pop("headers", None) or {})
        if actor is not None:
            headers[HEADER] = _pack(actor)
        if HEADER not in headers:
            raise ActorMissing(f"{self.name} needs actor=")
        return super().apply_async(args, kwargs, headers=headers, **options)

    def delay(self, *_args: Any, **_kwargs: Any) -> Any:
        """Not for these tasks: it has no place for the actor."""
        raise ActorMissing(f"{self.name}: use apply_async(…, actor=…)")

    @property
    def actor(self) -> Actor:
        """For whom the running task works."""
        headers = self.request.headers or {}
        packed = headers.get(HEADER) or getattr(self.request, HEADER, None)
        if packed is None:
            raise ActorMissing(f"{self.name} was started without an actor")
        return _unpack(packed)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(self.actor):
            return super().__call__(*args, **kwargs)


class SystemTask(Task):  # type: ignore[misc]
    """A scheduled job: runs inside `acting()` as the system under the task's name."""

    abstract = True

    @property
    def actor(self) -> Actor:
        """The system, named after the job (for the audit trail)."""
        return Actor.system(self.name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(self.actor):
            return super().__call__(*args, **kwargs)


def _pack(actor: Actor) -> dict[str, Any]:
    return {
        "user_id": actor.user_id,
        # A person's name stays out of the broker; a job's name is no secret.
        "name": actor.name if actor.user_id is None else "",
        "hat": actor.hat.value,
        "roles": sorted(str(role) for role in actor.roles),
        "ward_id": actor.ward_id,
        "firm_id": actor.firm_id,
        "request_id": actor.request_id,
    }


def _unpack(packed: dict[str, Any]) -> Actor:
    name = packed["name"]
    if packed["user_id"] is not None:
        users = get_user_model()._base_manager.filter(pk=packed["user_id"])
        name = users.values_list("name", flat=True).get()
    return Actor(
        **packed | {"name": name, "hat": Hat(packed["hat"]), "roles": frozenset(packed["roles"])}
    )


def _send(event_id: Any, handler: str) -> None:
    deliver.apply_async((str(event_id), handler), retry=False)


def _in_batches(step: Callable[[], int]) -> int:
    """Repeat a job, each time in its own transaction, until a batch comes up short."""
    total = 0
    while True:
        with acting(Actor.system("outbox")):
            count = step()
        total += count
        if count < outbox.BATCH:
            return total


@shared_task(name="outbox.relay")
def relay() -> int:
    """Hand waiting events to the broker. Every two seconds, and after each commit with events."""
    return _in_batches(lambda: outbox.relay(_send))


@shared_task(name="outbox.sweep")
def sweep() -> int:
    """Close finished events and send lost ones again. Every minute."""
    return _in_batches(lambda: outbox.sweep(_send))


@shared_task(name="outbox.purge")
def purge() -> int:
    """Delete old events. Every night."""
    return _in_batches(outbox.purge)


@shared_task(name="outbox.deliver", bind=True, max_retries=None)
def deliver(self: Any, event_id: str, handler: str) -> bool:
    """One handler's work for one event; tried again with growing pauses when it fails."""
    if _came_back(self.request) and _exhausted(outbox.note_failure(event_id, handler, None)):
        return False
    try:
        return outbox.handle(event_id, handler)
    except Exception as error:
        attempts = outbox.note_failure(event_id, handler, error)
        if _exhausted(attempts):
            raise
        raise self.retry(exc=error, countdown=_pause(attempts)) from error


def _came_back(request: Any) -> bool:
    """Whether the broker hands the message out again because a worker died over it."""
    return bool((request.delivery_info or {}).get("redelivered"))


def _exhausted(attempts: int) -> bool:
    return attempts >= outbox.MAX_ATTEMPTS


def _pause(attempts: int) -> float:
    """Seconds until the next attempt: doubling, with a little noise so that herds part."""
    return min(LONGEST_DELAY, 2.0**attempts) * random.uniform(0.8, 1.2)  # noqa: S311
