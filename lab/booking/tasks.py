"""Celery tasks of the bookings."""

from celery import shared_task

from lab.booking.services import turns


@shared_task(name="booking.settle")
def settle() -> int:
    """Every minute: who did not come or answer is let go, and free slots are offered."""
    return turns.settle()
