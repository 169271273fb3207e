"""Scheduled jobs of the files; imported by portal.kernel.tasks, where Celery looks."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import orphans, services


@shared_task(name="files.rescan")
def rescan() -> int:
    """Decide on quarantined files. Every five minutes."""
    return services.rescan_quarantined(now=clock.now())


@shared_task(name="files.sweep")
def sweep() -> int:
    """Remove bytes without a row. Every night."""
    with acting(Actor.system("files.sweep")):
        return orphans.sweep(now=clock.now())
