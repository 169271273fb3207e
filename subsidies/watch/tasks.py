"""Celery tasks of the watch."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.watch import services


@shared_task(name="watch.sweep")
def sweep() -> int:
    """Every night: compare again what came in lately, over all wards."""
    actor = Actor.system("watch.sweep")
    with acting(actor):
        return services.sweep(actor=actor, now=clock.now())
