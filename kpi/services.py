"""Writing facts and recomputing the cells they touch."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from kpi.indicators import BY_CODE, INDICATORS, Indicator, counted_by
from kpi.models import Cell, Fact


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
        fact = Fact.objects.create(
            event_type=event_type,
            event_key=event_key,
            ward_id=ward_id,
            firm_id=firm_id,
            person_id=person_id,
            stage=stage,
            occurred_on=occurred_on,
            quantity=quantity,
            source_table=table,
            source_pk=pk,
            source_rev=revision,
        )
        _recompute_for(fact)
        return fact


def fact_reverse(*, fact_id: int, source_rev: str) -> Fact:
    """Append the reversal of a fact (取消, 誤り …) and recompute its cells."""
    with transaction.atomic():
        fact = Fact.objects.get(id=fact_id)
        reversal = Fact.objects.create(
            event_type=fact.event_type,
            event_key=fact.event_key,
            ward_id=fact.ward_id,
            firm_id=fact.firm_id,
            person_id=fact.person_id,
            stage=fact.stage,
            occurred_on=fact.occurred_on,
            quantity=-fact.quantity,
            source_table=fact.source_table,
            source_pk=fact.source_pk,
            source_rev=source_rev,
            reverses=fact,
        )
        _recompute_for(fact)
        return reversal


def cell_recompute(*, indicator: Indicator, ward_id: int, month: dt.date) -> None:
    """Count one cell anew.

    The upsert locks the cell first; the count is a statement of its own and therefore sees what
    an earlier holder of the lock has committed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpi_cell (indicator, ward_id, month, value) VALUES (%s, %s, %s, 0)"
            " ON CONFLICT (indicator, month, ward_id) DO UPDATE SET value = kpi_cell.value",
            [indicator.code, ward_id, month],
        )
        value = (
            _counting(indicator)
            .filter(ward_id=ward_id, occurred_on__gte=month, occurred_on__lt=_next_month(month))
            .aggregate(n=Count("event_key", distinct=True))["n"]
        )
        cursor.execute(
            "UPDATE kpi_cell SET value = %s, computed_at = statement_timestamp()"
            " WHERE indicator = %s AND ward_id = %s AND month = %s",
            [value, indicator.code, ward_id, month],
        )


def cells_rebuild() -> list[str]:
    """Count everything anew and replace the table; returns the cells that had been wrong."""
    with transaction.atomic():
        before = {
            (cell.indicator, cell.ward_id, cell.month): cell.value
            for cell in Cell.objects.select_for_update()
        }
        after = {key: value for indicator in INDICATORS for key, value in _all_cells(indicator)}
        Cell.objects.all().delete()
        Cell.objects.bulk_create(
            Cell(indicator=code, ward_id=ward_id, month=month, value=value)
            for (code, ward_id, month), value in after.items()
        )
    return sorted(
        f"{code} {ward_id} {month:%Y-%m}: {before.get(key, 0)} → {after.get(key, 0)}"
        for key in before.keys() | after.keys()
        for code, ward_id, month in [key]
        if before.get(key, 0) != after.get(key, 0)
    )


def _recompute_for(fact: Fact) -> None:
    for indicator in counted_by(fact.event_type, fact.stage):
        cell_recompute(
            indicator=BY_CODE[indicator.code],
            ward_id=fact.ward_id,
            month=fact.occurred_on.replace(day=1),
        )


def _counting(indicator: Indicator) -> QuerySet[Fact]:
    """Facts that count: a fact and its reversal cancel out before anything is counted (R2)."""
    facts = Fact.objects.filter(event_type=indicator.event_type, reverses=None, reversed_by=None)
    return facts if indicator.stage is None else facts.filter(stage=indicator.stage)


def _all_cells(indicator: Indicator) -> Iterator[tuple[tuple[str, int, dt.date], int]]:
    rows = (
        _counting(indicator)
        .annotate(month=TruncMonth("occurred_on"))
        .values("ward_id", "month")
        .annotate(n=Count("event_key", distinct=True))
        .order_by()
    )
    for row in rows:
        yield (indicator.code, row["ward_id"], row["month"]), row["n"]


def _next_month(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
