"""Celery tasks of the follow-up."""

from celery import shared_task
from django.core.mail import mailers

from dojo.followup import services
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# Each chunk is a transaction of its own: a worker that dies sends no more than these again.
CHUNK = 25
# With a run every fifteen seconds at most 800 a minute: the pages go on answering meanwhile.
MAILS_A_RUN = 200


@shared_task(name="followup.ask")
def ask() -> int:
    """Every ten minutes of the day: plan what is missing, close, begin and remind, some at a time."""
    actor, today = Actor.system("followup.ask"), clock.today()
    moved = 0
    for act in (
        services.surveys_catch_up,
        services.surveys_close,
        services.surveys_ask,
        services.surveys_remind,
    ):
        with acting(actor):
            moved += act(actor=actor, today=today)
    return moved


@shared_task(name="followup.send_mails")
def send_mails() -> int:
    """Send what waits, in chunks over one connection; returns how many were settled."""
    settled = 0
    with mailers.default as connection:
        while settled < MAILS_A_RUN:
            with acting(Actor.system("followup.send_mails")):
                done = services.mails_send(connection=connection, today=clock.today(), size=CHUNK)
            settled += done
            if done < CHUNK:
                break
    return settled
