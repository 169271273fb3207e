"""Celery tasks of the indicators."""

import logging

from celery import shared_task

from kpi import services
from portal.kernel.actor import Actor
from portal.kernel.database import acting

logger = logging.getLogger(__name__)


@shared_task(name="kpi.work_off")
def work_off() -> int:
    """Recount what new facts have touched; at once after each, and every minute what was left."""
    with acting(Actor.system("kpi.work_off")):
        return services.work_off()


@shared_task(name="kpi.rebuild")
def rebuild() -> int:
    """Every night: count everything anew; a difference is an error that must be looked into.

    1-OC and levels move with the calendar as well: they are counted as of the new day.
    """
    with acting(Actor.system("kpi.rebuild")):
        check = services.rebuild()
        services.process_rebuild()
    for line in check.undelivered:
        logger.error("kpi facts are missing: %s", line)
    for line in check.lines:
        logger.error("kpi cell was wrong: %s", line)
    return check.wrong
