"""Figures as they were known at a moment: what a release is made of."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings

from kpi.models import Fact, Quotient
from kpi.rules.compute import Row, compute
from kpi.rules.figure import Figure

# Shares that are counted from facts here, not taken from `Quotient`.
FROM_FACTS = ("2-OC",)


def figures_at(*, watermark: dt.datetime, as_of: dt.date) -> list[Figure]:
    """Every indicator by ward and year, as of a day and as known at the watermark.

    All counts, 1-OC and 2-OC come from facts and can be had again at any time. 1-KGI, 1-KSI and 2-KGI
    are the rows that their rooms last wrote, if that was before the watermark: a row written again
    since is not found by an earlier watermark, because its former value is kept by releases only.
    """
    figures = compute(
        _rows(watermark), as_of=as_of, start=settings.PROGRAMME_START_FY, watermark=watermark
    )
    kept = Quotient.objects.filter(computed_at__lte=watermark, period__lte=as_of)
    for row in kept.exclude(indicator__in=FROM_FACTS).order_by("indicator", "period", "ward_id"):
        figures.append(
            Figure(row.indicator, row.ward_id, row.period, row.numerator, row.denominator, row.n)
        )
    return figures


def _rows(watermark: dt.datetime) -> Iterator[Row]:
    facts = Fact.objects.filter(recorded_at__lte=watermark).order_by("pk")
    for fact in facts.iterator(chunk_size=5000):
        yield Row(
            number=fact.pk,
            event_type=fact.event_type,
            event_key=fact.event_key,
            ward_id=fact.ward_id,
            occurred_on=fact.occurred_on,
            recorded_at=fact.recorded_at,
            firm=str(fact.firm_id) if fact.firm_id is not None else "",
            stage=fact.stage,
            part=fact.part,
            quantity=Decimal(fact.quantity),
            source=(fact.source_table, fact.source_pk),
            reverses=fact.reverses_id,
        )
