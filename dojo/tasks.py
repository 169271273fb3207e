"""Celery tasks of the courses."""

from celery import shared_task

from dojo import services
from dojo.services import reminders
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="dojo.settle_seats")
def settle_seats() -> int:
    """Every ten minutes: offers that have run out go to the next of the list."""
    with acting(Actor.system("dojo.settle_seats")):
        return services.seats_settle_all(today=clock.today())


@shared_task(name="dojo.remind")
def remind() -> int:
    """Every morning: tell participants of the sessions to come."""
    with acting(Actor.system("dojo.remind")):
        return reminders.remind(today=clock.today())
