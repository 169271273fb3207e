"""What workers do for the retention. A message carries the disposal's number alone."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.retention import services


@shared_task(name="retention.enter")
def enter() -> int:
    """Every night: what has ended gets its last day."""
    actor = Actor.system("retention.enter")
    with acting(actor):
        return services.kept_enter(actor=actor)


@shared_task(name="retention.work")
def work(disposal_id: int) -> None:
    """Carry out one disposal."""
    services.work(disposal_id=disposal_id, today=clock.today())


@shared_task(name="retention.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("retention.sweep")):
        waiting = services.lost(now=clock.now())
    for disposal_id in waiting:
        work.apply_async((disposal_id,), retry=False, expires=55)
    return len(waiting)
