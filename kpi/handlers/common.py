"""What the handlers of several rooms need: facts that may be taken back and said anew, wards of firms."""

import datetime as dt
from collections.abc import Collection

from kpi.models import Fact
from kpi.services import fact_record, fact_reverse
from portal.kernel.models import OutboxEvent
from programs.models import Site


def say(
    *,
    event_type: str,
    event_key: str,
    ward_id: int,
    on: str,
    source: tuple[str, object],
    firm_id: int | None = None,
    person_id: int | None = None,
    part: str = "",
    aspect: str = "said",
) -> None:
    """A fact of `source` (table, key), which may hold several (`aspect`); nothing if it stands already.

    After it was taken back it may be said again: each time has its own revision.
    """
    table, pk = source[0], str(source[1])
    earlier = Fact.objects.filter(
        event_type=event_type,
        source_table=table,
        source_pk=pk,
        source_rev__startswith=f"{aspect}#",
        reverses=None,
    )
    if earlier.filter(reversed_by=None).exists():
        return
    fact_record(
        event_type=event_type,
        event_key=event_key,
        ward_id=ward_id,
        firm_id=firm_id,
        person_id=person_id,
        stage=0,
        part=part,
        occurred_on=dt.date.fromisoformat(on),
        source=(table, pk, f"{aspect}#{earlier.count()}"),
    )


def take_back(table: str, pk: object, *, event_type: str = "") -> None:
    """Every fact of that row that stands. Raises Fact.DoesNotExist where none was ever told: its event
    may still be under way, and this one is tried again.
    """
    rows = Fact.objects.filter(source_table=table, source_pk=str(pk), reverses=None)
    if event_type:
        rows = rows.filter(event_type=event_type)
    if not rows.exists():
        raise Fact.DoesNotExist(f"{table} {pk}")
    for fact in rows.filter(reversed_by=None).order_by("pk"):
        fact_reverse(fact_id=fact.pk, source_rev=f"{fact.source_rev}-taken-back"[:64])


def ward_of(event: OutboxEvent, wards: list[int] | None = None) -> int:
    """The ward of what happened, else the first of these. Raises LookupError: no fact is without one."""
    if event.ward_id is not None:
        return event.ward_id
    if not wards:
        raise LookupError(f"{event.name} {event.subject} names no ward")
    return wards[0]


def wards_of(firm_ids: Collection[int]) -> list[int]:
    """The wards of these firms' open sites, firm by firm, head offices first; none outside the 23."""
    rows = Site.objects.filter(firm_id__in=firm_ids, closed_on=None)
    place = {firm: number for number, firm in enumerate(firm_ids)}
    ordered = sorted(rows, key=lambda row: (place[row.firm_id], row.kind != Site.Kind.HEAD, row.pk))
    return [row.ward_id for row in ordered]
