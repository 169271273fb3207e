"""Celery tasks of the room."""

from celery import shared_task

from lab.nakama.exchange import services
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="exchange.tidy")
def tidy() -> int:
    """Every morning: let go what has run out of time, then look for partners anew."""
    system = Actor.system("exchange.tidy")
    with acting(system):
        ended = services.lapse(actor=system)
        services.pair_up(actor=system)
        return ended
