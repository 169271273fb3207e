"""Celery tasks of the room. A message carries a key alone."""

from celery import shared_task

from kpi.effect import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="effect.run")
def run(evaluation_id: int) -> None:
    """Make one evaluation."""
    services.evaluation_work(evaluation_id=evaluation_id, today=clock.today())


@shared_task(name="effect.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("effect.sweep")):
        waiting = services.lost(now=clock.now())
    for evaluation_id in waiting:
        run.apply_async((evaluation_id,), retry=False, expires=55)
    return len(waiting)
