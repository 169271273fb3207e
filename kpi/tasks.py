"""Celery tasks of the indicators."""

import logging

from celery import shared_task

from kpi import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

logger = logging.getLogger(__name__)


@shared_task(name="kpi.rebuild")
def rebuild() -> int:
    """Every night: count all cells anew; a difference is an error that must be looked into.

    1-OC moves with the calendar as well: it is counted as of the new day.
    """
    with acting(Actor.system("kpi.rebuild")):
        wrong = services.cells_rebuild()
        wrong += services.outcomes_rebuild(as_of=clock.today())
    for line in wrong:
        logger.error("kpi cell was wrong: %s", line)
    return len(wrong)
