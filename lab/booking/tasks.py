"""Celery tasks of the bookings."""

from celery import shared_task

from lab.booking.services import turns
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@shared_task(name="booking.settle")
def settle() -> int:
    """Every minute: who did not come or answer is let go, and free slots are offered."""
    with acting(Actor.system("booking.settle")):
        return turns.settle()
