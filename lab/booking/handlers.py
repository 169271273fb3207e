"""What follows a booking that ended: whoever waits gets the offer; whose was called off is told what else
is free.
"""

from lab.booking.services import changes, turns
from portal.kernel import outbox
from portal.kernel.models import OutboxEvent


@outbox.handles("booking.released", name="booking.settle")
def settle(event: OutboxEvent) -> None:
    """Machines of a lab are free again."""
    turns.settle(lab_id=event.payload["lab_id"])


@outbox.handles("booking.called_off", name="booking.notice_called_off")
def called_off(event: OutboxEvent) -> None:
    """No machine is held meanwhile: the search takes its time without keeping others from booking."""
    changes.tell_called_off(event.payload["reservation_id"])
