"""Celery tasks of the indicators."""

import logging

from celery import shared_task

from kpi import services
from portal.kernel.actor import Actor
from portal.kernel.database import acting

logger = logging.getLogger(__name__)


@shared_task(name="kpi.rebuild")
def rebuild() -> int:
    """Every night: count all cells anew; a difference is an error that must be looked into."""
    with acting(Actor.system("kpi.rebuild")):
        wrong = services.cells_rebuild()
    for line in wrong:
        logger.error("kpi cell was wrong: %s", line)
    return len(wrong)
