"""Celery tasks of the ward survey."""

from celery import shared_task
from django.core.mail import mailers

from kpi.surveys import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# Each chunk is a transaction of its own: a worker that dies sends no more than these again.
CHUNK = 25
# With a run every fifteen seconds at most 800 a minute: the pages go on answering meanwhile.
MAILS_A_RUN = 200


@shared_task(name="surveys.keep")
def keep() -> int:
    """Every ten minutes of the day: close what is over, remind, some at a time."""
    actor, today = Actor.system("surveys.keep"), clock.today()
    with acting(actor):
        moved = services.waves_close(actor=actor, today=today)
    with acting(actor):
        return moved + services.waves_remind(today=today)


@shared_task(name="surveys.send_mails")
def send_mails() -> int:
    """Send what waits, in chunks over one connection; returns how many were settled."""
    settled = 0
    with mailers.default as connection:
        while settled < MAILS_A_RUN:
            with acting(Actor.system("surveys.send_mails")):
                done = services.mails_send(connection=connection, today=clock.today(), size=CHUNK)
            settled += done
            if not done:
                break
    return settled
