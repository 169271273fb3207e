"""Celery tasks of the personal data."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.personal import services


@shared_task(name="personal.work_off")
def work_off() -> int:
    """Every minute: make the copies that wait; returns how many."""
    return services.copies_make(now=clock.now())


@shared_task(name="personal.expire")
def expire() -> int:
    """Every night: erase the copies whose week is over."""
    with acting(Actor.system("personal.copies")):
        return services.copies_expire(now=clock.now())
