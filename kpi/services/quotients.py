"""Ratios: numerator and denominator by ward and period, written whole by the room that owns them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from kpi.models import Quotient

# Writers of one indicator wait for each other: rows that are not there cannot be locked.
_LOCK_CLASS = 472


@dataclass(frozen=True, slots=True)
class Counted:
    """What one ward and period came to; `n` is how many answers, firms or establishments it rests on."""

    ward_id: int
    period: dt.date
    numerator: Decimal
    denominator: Decimal
    n: int
    detail: dict[str, Any] = field(default_factory=dict)
    source: str = ""


def quotients_write(
    *, indicator: str, periods: Iterable[dt.date], rows: Iterable[Counted], as_of: dt.date
) -> list[Quotient]:
    """Replace the indicator's rows of these periods by `rows`; returns those whose value changed.

    A ward without a row has nothing: the page says 集計なし, never 0. The last of two writers at once
    stands whole. Raises ValueError for a row of another period.
    """
    known, found = set(periods), list(rows)
    if any(row.period not in known for row in found):
        raise ValueError("a row lies outside the periods that are replaced")
    with transaction.atomic():
        _lock(indicator)
        stored = Quotient.objects.filter(indicator=indicator, period__in=known)
        before = {(row.ward_id, row.period): row for row in stored}
        stored.delete()
        written = Quotient.objects.bulk_create(
            Quotient(
                indicator=indicator,
                ward_id=row.ward_id,
                period=row.period,
                numerator=row.numerator,
                denominator=row.denominator,
                n=row.n,
                detail=row.detail,
                source=row.source,
                as_of=as_of,
                computed_at=Now(),
            )
            for row in found
        )
    after = {(row.ward_id, row.period): row for row in written}
    return [
        after.get(place) or before[place]
        for place in sorted(before.keys() | after.keys())
        if _value(before.get(place)) != _value(after.get(place))
    ]


def _lock(indicator: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_CLASS, indicator])


def _value(row: Quotient | None) -> tuple[Decimal, Decimal, int] | None:
    return (row.numerator, row.denominator, row.n) if row else None
