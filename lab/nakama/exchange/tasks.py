"""Celery tasks of the room. A message carries a key alone."""

from celery import shared_task

from lab.nakama.exchange import services
from lab.nakama.exchange.services import runs
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="exchange.tidy")
def tidy() -> int:
    """Every morning: let go what has run out of time, then look for partners anew."""
    system = Actor.system("exchange.tidy")
    with acting(system):
        ended = services.lapse(actor=system)
        ended += services.joint_lapse(actor=system, today=clock.today())
        ended += services.matches_lapse(actor=system, today=clock.today())
        services.pair_up(actor=system)
        return ended


@shared_task(name="exchange.run")
def run(run_id: int) -> None:
    """Carry out one long calculation."""
    services.run_work(run_id=run_id, today=clock.today())


@shared_task(name="exchange.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("exchange.sweep")):
        waiting = runs.lost(now=clock.now())
    for run_id in waiting:
        run.apply_async((run_id,), retry=False, expires=55)
    return len(waiting)
