"""What the facts come to, by ward, month and part."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import (
    Case,
    Count,
    Expression,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import ExtractYear, RowNumber, TruncMonth

from kpi.indicators import Indicator, Once
from kpi.models import Fact
from kpi.rules import Joined, Match, changes, new_matches

# (ward, first day of the month, part)
Key = tuple[int, dt.date, str]
_BEFORE_APRIL = Case(
    When(occurred_on__month__lt=4, then=Value(1)), default=Value(0), output_field=IntegerField()
)


def counting(event_types: Collection[str]) -> QuerySet[Fact]:
    """Facts that count: a fact and its reversal cancel out before anything is counted (R2)."""
    return Fact.objects.filter(event_type__in=event_types, reverses=None, reversed_by=None)


def counts(
    indicator: Indicator, *, ward_id: int | None = None, month: dt.date | None = None
) -> Counter[Key]:
    """Every cell of the indicator with its parts, or those of one ward and month."""
    if indicator.once == Once.MEMBER:
        return _kept(_members(indicator, month), ward_id, month)
    if indicator.once == Once.MATCH:
        return _kept(_matches(indicator, month), ward_id, month)
    facts = _of(indicator)
    shown = facts
    if month is not None and ward_id is not None:
        shown = facts.filter(ward_id=ward_id, **_within(month))
        facts = facts.filter(event_key__in=shown.values("event_key"))
    rows = (
        shown.filter(pk__in=_first(facts, indicator).values("pk"))
        .annotate(month=TruncMonth("occurred_on"))
        .values("ward_id", "month", "part")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return Counter({(row["ward_id"], row["month"], row["part"]): row["n"] for row in rows})


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _first(facts: QuerySet[Fact], indicator: Indicator) -> QuerySet[Fact]:
    """Of each key (and year) the first in time, of one day the one recorded first."""
    keys: list[Expression | F] = [F("event_key")]
    if indicator.once == Once.YEAR:
        keys.append(ExtractYear("occurred_on") - _BEFORE_APRIL)
    place = Window(RowNumber(), partition_by=keys, order_by=["occurred_on", "pk"])
    return facts.annotate(place=place).filter(place=1)


def _of(indicator: Indicator) -> QuerySet[Fact]:
    facts = counting(indicator.event_types)
    return facts if indicator.stage is None else facts.filter(stage=indicator.stage)


def _members(indicator: Indicator, month: dt.date | None) -> Iterable[tuple[Key, int]]:
    facts = _of(indicator)
    if month is not None:
        facts = facts.filter(event_key__in=facts.filter(**_within(month)).values("event_key"))
    rows = facts.order_by("occurred_on", "pk")
    told = (
        Joined(key, ward, day, joins=kind == indicator.event_type)
        for key, ward, day, kind in rows.values_list(
            "event_key", "ward_id", "occurred_on", "event_type"
        )
    )
    return (((ward, day.replace(day=1), ""), change) for ward, day, change in changes(told))


def _matches(indicator: Indicator, month: dt.date | None) -> Iterable[tuple[Key, int]]:
    facts = _of(indicator)
    if month is not None:
        facts = facts.filter(firm_id__in=facts.filter(**_within(month)).values("firm_id"))
    told = (
        Match(
            (row.source_table, row.source_pk), row.event_key, row.ward_id, row.occurred_on, row.part
        )
        for row in facts.order_by("occurred_on", "pk")
    )
    return (((row.ward_id, row.on.replace(day=1), row.part), 1) for row in new_matches(told))


def _kept(
    found: Iterable[tuple[Key, int]], ward_id: int | None, month: dt.date | None
) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for key, change in found:
        if month is None or key[:2] == (ward_id, month):
            total[key] += change
    return total


def _within(month: dt.date) -> dict[str, dt.date]:
    return {"occurred_on__gte": month, "occurred_on__lt": next_month(month)}
