"""Celery tasks of the room."""

from celery import shared_task

from lab.consortium import services
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="consortium.tidy")
def tidy() -> int:
    """Every morning: problems nobody was chosen for in time, consents that have run out."""
    system = Actor.system("consortium.tidy")
    with acting(system):
        return services.expire(actor=system) + services.referrals_expire(actor=system)
