"""Large trials, done by a worker."""

from typing import Any

from celery import shared_task

from portal.kernel.tasks import ActorTask
from subsidies.office.services import trials


@shared_task(name="office.trial", base=ActorTask, bind=True)
def trial(self: Any, trial_id: int) -> None:
    """Judge all applications of a trial."""
    trials.trial_run(actor=self.actor, trial_id=trial_id)
