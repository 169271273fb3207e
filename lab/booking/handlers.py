"""What follows a booking that ended: whoever waits gets the offer."""

from lab.booking.services import turns
from portal.kernel import outbox
from portal.kernel.models import OutboxEvent


@outbox.handles("booking.released", name="booking.settle")
def settle(event: OutboxEvent) -> None:
    """Machines of a lab are free again."""
    turns.settle(lab_id=event.payload["lab_id"])
