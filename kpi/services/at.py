"""Figures as they were known at a moment: what a release is made of."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings

from kpi.indicators import INDICATORS, INVESTED, Indicator
from kpi.indicators.ratios import FELT_EFFECT
from kpi.models import Quotient
from kpi.rules.figure import WARDS, Figure
from kpi.services.counting import count_all
from kpi.services.felt import felt
from kpi.services.outcomes import outcomes
from kpi.services.standing import At, fetch, first_day
from portal.kernel.clock import fiscal_year, fiscal_year_bounds


def figures_at(*, watermark: dt.datetime, as_of: dt.date) -> list[Figure]:
    """Every indicator by ward and year, as of a day and as known at the watermark.

    All counts, 1-OC and 2-OC come from facts and can be had again at any time. 1-KGI, 1-KSI and 2-KGI
    are the rows that their rooms last wrote, if that was before the watermark: a row written again
    since is not found by an earlier watermark, because its former value is kept by releases only.
    `kpi.rules.compute` says the same of facts in plain Python.
    """
    at = At(watermark=watermark, as_of=as_of)
    found: Counter[tuple[str, int, int]] = Counter()
    for (code, ward, month, _part), value in count_all(at).items():
        found[code, ward, fiscal_year(first_day(month))] += value
    years = _years(at)
    figures = [figure for indicator in INDICATORS for figure in _counts(indicator, found, years)]
    figures += [
        Figure(FELT_EFFECT.code, row.ward_id, row.period, row.numerator, row.denominator, row.n)
        for row in felt(at)
    ]
    figures += _invested(at, as_of)
    figures += _written(watermark, as_of)
    return sorted(figures, key=lambda row: (row.indicator, row.period, row.ward_id))


def _years(at: At) -> range:
    """From the first fact or the programme's first year to the one of the day."""
    assert at.as_of is not None
    first = fetch(_FIRST.replace("{stands}", at.stands), at.values())[0][0]
    start = settings.PROGRAMME_START_FY
    return range(min(fiscal_year(first), start) if first else start, fiscal_year(at.as_of) + 1)


def _counts(
    indicator: Indicator, found: Counter[tuple[str, int, int]], years: range
) -> Iterator[Figure]:
    """Of every ward and year, 0 included; what goes on over the years stands on the years before."""
    for ward in WARDS:
        value = 0
        for year in years:
            value = found[indicator.code, ward, year] + (value if indicator.goes_on else 0)
            period = fiscal_year_bounds(year)[0]
            yield Figure(indicator.code, ward, period, Decimal(value), None, value)


def _invested(at: At, as_of: dt.date) -> Iterator[Figure]:
    """1-OC of the cohorts of each fiscal year: invested / matured."""
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for (ward, month), (_completed, matured, invested, *_rest) in outcomes(
        as_of=as_of, at=at
    ).items():
        place = ward, fiscal_year(first_day(month))
        before = sums.get(place, (0, 0))
        sums[place] = before[0] + invested, before[1] + matured
    for (ward, year), (invested, matured) in sums.items():
        period = fiscal_year_bounds(year)[0]
        yield Figure(INVESTED.code, ward, period, Decimal(invested), Decimal(matured), matured)


def _written(watermark: dt.datetime, as_of: dt.date) -> Iterator[Figure]:
    rows = Quotient.objects.filter(computed_at__lte=watermark, period__lte=as_of)
    for row in rows.exclude(indicator=FELT_EFFECT.code):
        yield Figure(row.indicator, row.ward_id, row.period, row.numerator, row.denominator, row.n)


_FIRST = "SELECT min(f.occurred_on) FROM kpi_fact f WHERE {stands}"
