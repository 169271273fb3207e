"""Facts are appended and reversed, never changed. What they touch is recounted by a worker."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from kpi.models import Fact


@dataclass(frozen=True, slots=True)
class New:
    """A fact to be told. `source` is (table, primary key, revision) of the row it tells of."""

    event_type: str
    event_key: str
    ward_id: int
    occurred_on: dt.date
    source: tuple[str, str, str]
    firm_id: int | None = None
    person_id: int | None = None
    stage: int = 0
    part: str = ""
    quantity: int = 1


def fact_record(
    *,
    event_type: str,
    event_key: str,
    ward_id: int,
    firm_id: int | None,
    stage: int,
    occurred_on: dt.date,
    source: tuple[str, str, str],
    quantity: int = 1,
    person_id: int | None = None,
    part: str = "",
) -> Fact | None:
    """Append a fact; None if this source was recorded before."""
    table, pk, revision = source
    with transaction.atomic():
        told = Fact.objects.filter(
            event_type=event_type,
            source_table=table,
            source_pk=pk,
            source_rev=revision,
            reverses=None,
        )
        if told.exists():
            return None
        new = New(
            event_type=event_type,
            event_key=event_key,
            ward_id=ward_id,
            firm_id=firm_id,
            person_id=person_id,
            stage=stage,
            part=part,
            occurred_on=occurred_on,
            quantity=quantity,
            source=source,
        )
        return facts_record([new])[0]


def facts_record(rows: Iterable[New]) -> list[Fact]:
    """Append many facts at once. Raises IntegrityError for a source that was recorded before."""
    with transaction.atomic():
        facts = Fact.objects.bulk_create(map(_fact, rows), batch_size=1000)
        recount_later()
    return facts


def fact_reverse(*, fact_id: int, source_rev: str) -> Fact:
    """Append the reversal of a fact (取消, 誤り …). Raises IntegrityError for one reversed before."""
    return facts_reverse([fact_id], source_rev=source_rev)[0]


def facts_reverse(ids: Collection[int], *, source_rev: str) -> list[Fact]:
    """Append the reversals of many facts at once."""
    with transaction.atomic():
        facts = Fact.objects.in_bulk(ids)
        reversals = Fact.objects.bulk_create(
            (reversal_of(facts[pk], source_rev) for pk in ids), batch_size=1000
        )
        recount_later()
    return reversals


def reversal_of(fact: Fact, source_rev: str) -> Fact:
    """What cancels a fact out, not stored."""
    return Fact(
        event_type=fact.event_type,
        event_key=fact.event_key,
        ward_id=fact.ward_id,
        firm_id=fact.firm_id,
        person_id=fact.person_id,
        stage=fact.stage,
        part=fact.part,
        occurred_on=fact.occurred_on,
        quantity=-fact.quantity,
        source_table=fact.source_table,
        source_pk=fact.source_pk,
        source_rev=source_rev[:64],
        reverses=fact,
    )


def recount_later() -> None:
    """Let a worker recount once this transaction is done; once for all facts of it."""
    if all(entry[1] is not _nudge for entry in connection.run_on_commit):
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    """Wake the worker at once; without the broker its own rhythm serves a little later."""
    from kpi import tasks

    tasks.work_off.apply_async(retry=False, expires=30)


def _fact(new: New) -> Fact:
    table, pk, revision = new.source
    columns: Mapping[str, object] = {
        name: getattr(new, name) for name in New.__slots__ if name != "source"
    }
    return Fact(**columns, source_table=table, source_pk=pk, source_rev=revision)
