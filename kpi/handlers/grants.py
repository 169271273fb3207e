"""Applications and grants: measure 2."""

import datetime as dt

from kpi.handlers.common import ward_of
from kpi.services import fact_record
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles


@handles("subsidies.application_submitted", name="kpi.grant_submitted")
def grant_submitted(event: OutboxEvent) -> None:
    """2-KSI counts the first submission only; a corrected one is the same application."""
    data = event.payload
    if data["first"]:
        fact_record(
            event_type="grant.submitted",
            event_key=str(data["application_id"]),
            ward_id=ward_of(event),
            firm_id=data["firm_id"],
            stage=data["stage"],
            occurred_on=dt.date.fromisoformat(data["submitted_on"]),
            source=("subsidies_application", str(data["application_id"]), "submitted"),
        )


@handles("subsidies.application_decided", name="kpi.grant_decided")
def grant_decided(event: OutboxEvent) -> None:
    """2-OP1/2/3 count grants; a refusal is a fact of its own."""
    data = event.payload
    granted = data["outcome"] == "grant"
    fact_record(
        event_type="grant.decided" if granted else "grant.refused",
        event_key=str(data["application_id"]),
        ward_id=ward_of(event),
        firm_id=data["firm_id"],
        stage=data["stage"],
        occurred_on=dt.date.fromisoformat(data["decided_on"]),
        source=("subsidies_application", str(data["application_id"]), "decided"),
    )
