"""Celery tasks of the cases."""

from celery import shared_task

from lab.nakama.cases import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="cases.waves")
def waves() -> int:
    """Every five minutes: close waves whose time is over, open the next where nobody accepted."""
    return services.waves_close(actor=Actor.system("cases.waves"), now=clock.database_now())


@shared_task(name="cases.daily")
def daily() -> int:
    """Once a day: ratings whose time is over are shown, drawings of cases long ended are erased."""
    actor = Actor.system("cases.daily")
    with acting(actor):
        now = clock.database_now()
        shown = services.ratings_reveal(now=now)
        return shown + services.drawings_purge(actor=actor, now=now)
