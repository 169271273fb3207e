"""Handlers and tasks that run in the real workers of test_outbox.py and test_tasks.py."""

import os
import time
from pathlib import Path

from celery import shared_task
from django.db import connection

from portal.kernel import outbox
from portal.kernel.models import OutboxEvent
from portal.kernel.tasks import ActorTask, SystemTask
from tests.kernel.things import Thing


@outbox.handles("test.happened", name="test.first")
def first(event: OutboxEvent) -> None:
    """One row for each event; told by the payload, stay in the middle, fail or die there."""
    Thing.objects.create(ward_id=event.ward_id, note="first", made_by_event=event.pk)
    if marker := event.payload.get("stay"):
        Path(marker).touch()
        time.sleep(event.payload.get("seconds", 30) if Path(f"{marker}.first").exists() else 0)
    if "die" in event.payload:
        os._exit(9)
    if "fail_until" in event.payload and not Path(event.payload["fail_until"]).exists():
        raise ValueError("personal data of somebody@example.jp")


@outbox.handles("test.happened", name="test.second")
def second(event: OutboxEvent) -> None:
    """Another effect of the same event."""
    Thing.objects.create(ward_id=event.ward_id, note="second", made_by_event=event.pk)


@shared_task(base=ActorTask, bind=True, name="test.report")
def report(self: ActorTask, path: str) -> None:
    """Tell as whom the task runs and what the database makes of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, current_setting('app.ward'), current_setting('app.user')"
        )
        role, ward, user = cursor.fetchone()
    actor = self.actor
    Path(path).write_text(
        "|".join([role, ward, user, actor.name, actor.hat, ",".join(sorted(actor.roles))])
    )


@shared_task(base=SystemTask, name="test.job")
def job(path: str) -> None:
    """Tell the same of a scheduled job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        Path(path).write_text(cursor.fetchone()[0])


@shared_task(name="test.bare")
def bare(path: str) -> None:
    """A task that forgot its base class and touches a business table."""
    try:
        count = str(Thing.objects.count())
    except Exception as error:
        count = type(error.__cause__).__name__
    Path(path).write_text(count)
