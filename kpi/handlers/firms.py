"""Firms that have become one: counting looks through `firm.merged` (kpi.rules.firms)."""

from kpi.handlers.common import say, take_back, ward_of
from kpi.rules.firms import MERGED
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

MERGER = "programs_firmmerger"


@handles("programs.firm_merged", name="kpi.firm_merged")
def firm_merged(event: OutboxEvent) -> None:
    """A ward has recorded that one firm is part of another."""
    data = event.payload
    say(
        event_type=MERGED,
        event_key=str(data["into_id"]),
        ward_id=ward_of(event),
        firm_id=data["gone_id"],
        on=data["on"],
        source=(MERGER, data["merger_id"]),
    )


@handles("programs.firm_merger_taken_back", name="kpi.firm_merger_taken_back")
def firm_merger_taken_back(event: OutboxEvent) -> None:
    """It was recorded by mistake."""
    take_back(MERGER, event.payload["merger_id"])
