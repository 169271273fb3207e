"""What workers do for the auditors. A message carries the job's number alone."""

from celery import shared_task

from portal.auditing import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="auditing.make")
def make(job_id: int) -> None:
    """Do the work of one job."""
    services.WORK.run(job_id, clock.today())


@shared_task(name="auditing.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("auditing.sweep")):
        waiting = services.WORK.lost(clock.now())
    for job_id in waiting:
        make.apply_async((job_id,), retry=False, expires=55)
    return len(waiting)


@shared_task(name="auditing.expire")
def expire() -> int:
    """Erase bundles whose time is over. Every night."""
    with acting(Actor.system("auditing.expire")):
        return services.WORK.expire(clock.now())
