"""Celery tasks of the plan evaluation."""

from celery import shared_task

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.evaluation import reminders


@shared_task(name="evaluation.remind")
def remind() -> int:
    """Every morning: remind advisors of the evaluations they owe."""
    with acting(Actor.system("evaluation.remind")):
        return reminders.remind(today=clock.today())
