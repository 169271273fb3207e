"""Facts are appended and reversed, never changed."""

import datetime as dt

from django.db import connection, transaction

from kpi.indicators import Once, counted_by
from kpi.models import Fact
from kpi.services.cells import recompute_for
from kpi.services.levels import moved_by
from kpi.services.outcomes import outcome_for

# Facts of one key wait for each other: which of them is the first is said of all of them. So many
# locks at most, because a long transaction (a load) holds every one that it has taken.
_LOCKS, _LOCK_CLASS = 256, 471


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
    """Append a fact and recompute its cells; None if this source was recorded before.

    `source` is (table, primary key, revision) of the row the fact tells of.
    """
    table, pk, revision = source
    with transaction.atomic():
        if Fact.objects.filter(
            event_type=event_type,
            source_table=table,
            source_pk=pk,
            source_rev=revision,
            reverses=None,
        ).exists():
            return None
        fact = Fact(
            event_type=event_type,
            event_key=event_key,
            ward_id=ward_id,
            firm_id=firm_id,
            person_id=person_id,
            stage=stage,
            part=part,
            occurred_on=occurred_on,
            quantity=quantity,
            source_table=table,
            source_pk=pk,
            source_rev=revision,
        )
        _wait(fact)
        fact.save(force_insert=True)
        recompute_for(fact)
        outcome_for(fact)
        return fact


def fact_reverse(*, fact_id: int, source_rev: str) -> Fact:
    """Append the reversal of a fact (取消, 誤り …) and recompute its cells."""
    with transaction.atomic():
        fact = Fact.objects.get(id=fact_id)
        _wait(fact)
        reversal = Fact.objects.create(
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
            source_rev=source_rev,
            reverses=fact,
        )
        recompute_for(fact)
        outcome_for(fact)
        return reversal


def _wait(fact: Fact) -> None:
    """Until no other transaction writes a fact that this one is compared with."""
    keys = [indicator.code for indicator in moved_by(fact.event_type)]
    for indicator in counted_by(fact.event_type, fact.stage):
        key = fact.firm_id if indicator.once == Once.MATCH else fact.event_key
        keys.append(f"{indicator.code}:{key}")
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s) & %s)",
                [_LOCK_CLASS, key, _LOCKS - 1],
            )
