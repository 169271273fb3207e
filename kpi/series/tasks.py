"""What workers do in the room."""

import datetime as dt
from functools import partial
from typing import Any

from celery import shared_task

from kpi.series.services import growth_write, intakes, panel_refresh
from portal.kernel import clock
from portal.kernel.tasks import ActorTask, SystemTask

SCAN_PAUSE_SECONDS = 60
SCAN_PAUSES = 120


@shared_task(name="series.intake_read", base=ActorTask, bind=True, max_retries=SCAN_PAUSES)
def intake_read(self: Any, intake_id: int) -> None:
    """Read a large file and work out what each row would do; wait for the virus scan."""
    work = partial(intakes.intake_read, actor=self.actor, intake_id=intake_id)
    try:
        intakes.settle(work, actor=self.actor, intake_id=intake_id)
    except intakes.Waiting as waiting:
        raise self.retry(exc=waiting, countdown=SCAN_PAUSE_SECONDS) from waiting


@shared_task(name="series.intake_take", base=ActorTask, bind=True)
def intake_take(self: Any, intake_id: int) -> None:
    """Take over what was confirmed."""
    work = partial(intakes.intake_take, actor=self.actor, intake_id=intake_id)
    intakes.settle(work, actor=self.actor, intake_id=intake_id)


@shared_task(name="series.refresh", base=SystemTask)
def refresh() -> int:
    """Every night: the panel and 2-KGI, which move with the calendar; returns how many quotients changed."""
    today: dt.date = clock.today()
    panel_refresh(as_of=today)
    return len(growth_write(as_of=today))
