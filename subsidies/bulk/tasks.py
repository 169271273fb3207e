"""What workers do for the runs. A message carries the run's number alone."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.bulk import services


@shared_task(name="bulk.work")
def work(run_id: int) -> None:
    """Carry out one run."""
    services.work(run_id=run_id, today=clock.today())


@shared_task(name="bulk.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("bulk.sweep")):
        waiting = services.lost(now=clock.now())
    for run_id in waiting:
        work.apply_async((run_id,), retry=False, expires=55)
    return len(waiting)
