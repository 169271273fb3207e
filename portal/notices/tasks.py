"""Celery tasks of the notices."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import reminders, services

AT_MOST = 100


@shared_task(name="notices.send_waiting")
def send_waiting() -> int:
    """Mail what waits, each in a transaction of its own; returns how many were settled."""
    for sent in range(AT_MOST):
        with acting(Actor.system("notices.send_waiting")):
            if not services.send_next():
                return sent
    return AT_MOST


@shared_task(name="notices.send_digests")
def send_digests() -> int:
    """Every morning: the daily mails, each person's in a transaction of its own; returns how many
    people were looked after.
    """
    people, last = 0, 0
    while True:
        with acting(Actor.system("notices.send_digests")):
            found = services.digest_next(today=clock.today(), after=last)
        if found is None:
            return people
        people, last = people + 1, found


@shared_task(name="notices.remind_roles")
def remind_roles() -> None:
    """Every morning: remind of roles that must be confirmed."""
    with acting(Actor.system("notices.remind_roles")):
        reminders.remind(today=clock.today())


@shared_task(name="notices.tidy")
def tidy() -> int:
    """Every night: addresses that belong to no account are forgotten."""
    with acting(Actor.system("notices.tidy")):
        return services.tidy(now=clock.now())
