"""Celery tasks of the events."""

from celery import shared_task

from lab.events.services import reminders, seats
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="events.settle")
def settle() -> int:
    """Every ten minutes: offers that have run out go to the next of the list; what is over ends."""
    with acting(Actor.system("events.settle")):
        return seats.settle_all(now=clock.now())


@shared_task(name="events.remind")
def remind() -> int:
    """Every morning: tell those who come tomorrow."""
    with acting(Actor.system("events.remind")):
        return reminders.remind(today=clock.today())
