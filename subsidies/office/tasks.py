"""Large trials, done by a worker. A message carries the trial's number alone."""

from typing import Any

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.tasks import ActorTask
from subsidies.office.services import trials


@shared_task(name="office.trial", base=ActorTask, bind=True)
def trial(self: Any, trial_id: int) -> None:
    """Judge all applications of a trial."""
    trials.trial_run(actor=self.actor, trial_id=trial_id)


@shared_task(name="office.resume")
def resume(trial_id: int) -> None:
    """Take up a trial that was lost."""
    trials.trial_resume(trial_id=trial_id, today=clock.today())


@shared_task(name="office.sweep")
def sweep() -> int:
    """Send again what a worker or the broker lost; how many. Every minute."""
    with acting(Actor.system("office.sweep")):
        waiting = trials.lost(now=clock.now())
    for trial_id in waiting:
        resume.apply_async((trial_id,), retry=False, expires=55)
    return len(waiting)
