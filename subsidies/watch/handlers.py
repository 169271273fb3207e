"""After each submission the application is compared with all others. Run by a worker."""

from portal.kernel import outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from subsidies.watch import services

SYSTEM = "watch.compare"


@outbox.handles("subsidies.application_submitted", name="watch.compare_submitted")
def compare_submitted(event: OutboxEvent) -> None:
    """A new application."""
    _compare(event)


@outbox.handles("subsidies.correction_answered", name="watch.compare_corrected")
def compare_corrected(event: OutboxEvent) -> None:
    """Its mended version may name other vendors, prices and files."""
    _compare(event)


@outbox.handles("grants.filing_submitted", name="watch.compare_filed")
def compare_filed(event: OutboxEvent) -> None:
    """A claim names an account, an effect report figures."""
    _compare(event)


def _compare(event: OutboxEvent) -> None:
    """Over all wards, hence with no ward of its own."""
    with acting(Actor.system(SYSTEM)):
        services.application_compare(
            actor=Actor.system(SYSTEM), application_id=event.payload["application_id"]
        )
