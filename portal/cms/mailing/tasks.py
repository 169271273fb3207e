"""Celery tasks of the news mails."""

from celery import shared_task

from portal.cms.mailing import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

AT_MOST = 100


@shared_task(name="mailing.send_waiting")
def send_waiting() -> int:
    """Send what waits, each in a transaction of its own; returns how many were tried."""
    for sent in range(AT_MOST):
        with acting(Actor.system("mailing.send_waiting")):
            if not services.send_next(clock.now()):
                return sent
    return AT_MOST


@shared_task(name="mailing.tidy")
def tidy() -> int:
    """Every night: addresses that said nothing or said no are deleted."""
    with acting(Actor.system("mailing.tidy")):
        return services.tidy(now=clock.now())
