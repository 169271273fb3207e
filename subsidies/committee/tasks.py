"""Celery tasks of the review."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.committee import reminders


@shared_task(name="committee.remind")
def remind() -> int:
    """Every morning: remind members of what they owe."""
    with acting(Actor.system("committee.remind")):
        return reminders.remind(today=clock.today())
