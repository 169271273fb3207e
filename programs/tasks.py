"""Large imports, done by a worker."""

from functools import partial
from typing import Any

from celery import shared_task

from portal.kernel import clock
from portal.kernel.tasks import ActorTask
from programs.services import imports

SCAN_PAUSE_SECONDS = 60
SCAN_PAUSES = 120


@shared_task(name="programs.import_read", base=ActorTask, bind=True, max_retries=SCAN_PAUSES)
def import_read(self: Any, job_id: int) -> None:
    """Read a large sheet and work out what each row would do; wait for the virus scan."""
    work = partial(imports.import_read, actor=self.actor, job_id=job_id)
    try:
        imports.settle(work, actor=self.actor, job_id=job_id)
    except imports.Waiting as waiting:
        raise self.retry(exc=waiting, countdown=SCAN_PAUSE_SECONDS) from waiting


@shared_task(name="programs.import_apply", base=ActorTask, bind=True)
def import_apply(self: Any, job_id: int) -> None:
    """Import what was confirmed."""
    work = partial(imports.import_apply, actor=self.actor, job_id=job_id, today=clock.today())
    imports.settle(work, actor=self.actor, job_id=job_id)
