"""Celery tasks of the obligations."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.obligations.services import closing, reminders


@shared_task(name="obligations.remind")
def remind() -> int:
    """Every morning: remind firms and officials of what is due."""
    with acting(Actor.system("obligations.remind")):
        return reminders.remind(today=clock.today())


@shared_task(name="obligations.close")
def close() -> int:
    """Every night: restrictions that are over, grants that owe nothing any more."""
    actor = Actor.system("obligations.close")
    with acting(actor):
        closing.restrictions_end(actor=actor, today=clock.today())
        return closing.grants_close(actor=actor)
