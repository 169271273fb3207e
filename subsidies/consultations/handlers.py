"""What came in is checked against the ward's consultations. Run by a worker."""

from portal.kernel import outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from subsidies.consultations.services import ticks_make

SYSTEM = "consultations.tick"


@outbox.handles("subsidies.application_submitted", name="consultations.tick_submitted")
def tick_submitted(event: OutboxEvent) -> None:
    """A new application: what the firm has done beforehand is ticked."""
    _tick(event)


@outbox.handles("subsidies.correction_answered", name="consultations.tick_corrected")
def tick_corrected(event: OutboxEvent) -> None:
    """A correction makes verdicts outdated, but no consultation."""
    _tick(event)


def _tick(event: OutboxEvent) -> None:
    actor = Actor.system(SYSTEM, ward_id=event.ward_id)
    with acting(actor):
        ticks_make(actor=actor, application_id=event.payload["application_id"])
