"""Celery tasks of the diagnosis."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.diagnosis.services import taking


@shared_task(name="diagnosis.remind")
def remind() -> int:
    """Every morning: tell who wanted to hear a year after a diagnosis."""
    with acting(Actor.system("diagnosis.remind")):
        return taking.remind(today=clock.today())
