"""Applications and grants: measure 2.

Events may overtake each other: whichever of a decision and its end comes first, both facts are there
in the end, and what ended before its completion was told is not told as completed.
"""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from kpi.handlers.common import ward_of
from kpi.models import Fact
from kpi.rules.compute import COMPLETED, EFFECT, EFFECT_KIND
from kpi.services import fact_record, facts_reverse
from portal.kernel import clock
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

DECIDED, APPLICATION = "grant.decided", "subsidies_application"


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
            source=(APPLICATION, str(data["application_id"]), "submitted"),
        )


@handles("subsidies.application_decided", name="kpi.grant_decided")
def grant_decided(event: OutboxEvent) -> None:
    """2-OP1/2/3 count grants; a refusal is a fact of its own."""
    data = event.payload
    granted = data["outcome"] == "grant"
    _tell(event, DECIDED if granted else "grant.refused", "decided", data["decided_on"])


@handles("subsidies.grant_finalised", name="kpi.grant_finalised")
def grant_finalised(event: OutboxEvent) -> None:
    """額の確定: the grant is completed, for 2-KGI and 2-OC; with the answer of its report, if any.

    It counts in the year in which the project ended (事業完了日), although it is settled in spring.
    """
    data = event.payload
    if _told(data).filter(event_type=DECIDED).exclude(reversed_by=None).exists():
        return
    on = data.get("completed_on") or clock.to_date(event.created_at).isoformat()
    _tell(event, COMPLETED, "completed", on)
    if answer := data.get("effect"):
        _tell(event, EFFECT, "effect", on, part=answer)
    if kind := data.get("effect_kind"):
        _tell(event, EFFECT_KIND, "effect_kind", on, part=kind)


@handles("subsidies.grant_withdrawn", name="kpi.grant_withdrawn")
def grant_withdrawn(event: OutboxEvent) -> None:
    """取下げ: the decision counts as never made."""
    _end(event)


@handles("subsidies.grant_cancelled", name="kpi.grant_cancelled")
def grant_cancelled(event: OutboxEvent) -> None:
    """廃止: nothing is paid; it is taken off the year of its decision."""
    _end(event)


@handles("subsidies.grant_revoked", name="kpi.grant_revoked")
def grant_revoked(event: OutboxEvent) -> None:
    """取消: off the year of its decision, whenever it comes; its completion and answer count no more."""
    _end(event)


def _end(event: OutboxEvent) -> None:
    """Raises KeyError for an event from before they named the day of the decision, until that is told."""
    data = event.payload
    if not _told(data).filter(event_type=DECIDED).exists():
        _tell(event, DECIDED, "decided", data["decided_on"])
    ids = _told(data).filter(reversed_by=None).values_list("pk", flat=True)
    facts_reverse(list(ids), source_rev=event.name.partition(".")[2])


def _told(data: dict[str, Any]) -> QuerySet[Fact]:
    """What was told of this application since its decision, taken back or not."""
    return Fact.objects.filter(
        event_type__in=(DECIDED, COMPLETED, EFFECT, EFFECT_KIND),
        source_table=APPLICATION,
        source_pk=str(data["application_id"]),
        reverses=None,
    )


def _tell(event: OutboxEvent, kind: str, revision: str, on: str, *, part: str = "") -> None:
    data = event.payload
    fact_record(
        event_type=kind,
        event_key=str(data["application_id"]),
        ward_id=ward_of(event),
        firm_id=data["firm_id"],
        stage=data["stage"],
        occurred_on=dt.date.fromisoformat(on),
        part=part,
        source=(APPLICATION, str(data["application_id"]), revision),
    )
