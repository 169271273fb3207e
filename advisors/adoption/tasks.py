"""Celery tasks of adoption tracking."""

from celery import shared_task

from advisors.adoption.services import reminders
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="adoption.remind")
def remind() -> int:
    """Every morning: tell firms and teams of the reviews to come."""
    with acting(Actor.system("adoption.remind")):
        return reminders.remind(today=clock.today())
