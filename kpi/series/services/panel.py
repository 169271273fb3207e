"""What follows from accounts and statistics: the panel's sums, and the quotients of 1-KGI and 2-KGI."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction

from kpi.indicators.ratios import GROWTH
from kpi.models import Quotient
from kpi.series import selectors
from kpi.series.models import Panel, Statistic
from kpi.series.rules import datasets
from kpi.series.rules.panel import panels
from kpi.services import Counted, quotients_write
from programs.models import Ward

THOUSAND = Decimal(1000)
YEARS_BACK = 12


def panel_refresh(*, as_of: dt.date, ward_ids: Collection[int] | None = None) -> int:
    """Add the panel of these wards (all by default) up anew; returns how many ward-years. By the system."""
    wards = (
        set(ward_ids) if ward_ids is not None else set(Ward.objects.values_list("pk", flat=True))
    )
    rows = selectors.firm_years(
        first=as_of.year - YEARS_BACK, last=as_of.year, ward_ids=sorted(wards)
    )
    found = panels(rows)
    with transaction.atomic():
        # One at a time: two savers of one ward would both write its rows.
        list(Ward.objects.select_for_update(no_key=True).filter(pk__in=wards).order_by("pk"))
        Panel.objects.filter(ward_id__in=wards).delete()
        written = Panel.objects.bulk_create(
            Panel(year=place.year, ward_id=place.ward_id, firms=firms, figures=figures, as_of=as_of)
            for place, (firms, figures) in found.items()
            if place.ward_id in wards
        )
    return len(written)


def productivity_write(*, years: Collection[int], as_of: dt.date) -> list[Quotient]:
    """1-KGI of these reference years from the official statistics alone; returns what changed. By the system.

    Of a year with both, the structure survey counts before the census. A ward whose figures are kept
    secret or missing has no row: the page says so.
    """
    rows = Statistic.objects.filter(
        replaced_at=None,
        year__in=set(years),
        industry=datasets.WHOLE,
        dataset__in=[item.code for item in datasets.DATASETS if item.official],
    ).select_related("edition")
    found: dict[tuple[int, int], dict[str, dict[str, dict[str, int]]]] = {}
    editions = {}
    for row in rows.order_by("pk"):
        place = found.setdefault((row.year, row.ward_id), {})
        place.setdefault(row.dataset, {})[row.size] = selectors.told_of(row)
        editions[row.year, row.dataset] = row.edition
    counted = []
    for (year, ward), by_dataset in found.items():
        dataset = datasets.STRUCTURE if datasets.STRUCTURE in by_dataset else datasets.CENSUS
        whole = datasets.whole(by_dataset[dataset])
        if whole is None:
            continue
        edition = editions[year, dataset]
        counted.append(
            Counted(
                ward_id=ward,
                period=dt.date(year, 1, 1),
                numerator=Decimal(whole.added) / THOUSAND,
                denominator=Decimal(whole.employees),
                n=whole.establishments,
                detail={
                    "dataset": dataset,
                    "year": year,
                    "break": edition.is_break,
                    "gross": whole.is_gross,
                    "published_on": edition.published_on.isoformat()
                    if edition.published_on
                    else "",
                },
                source=edition.source[:200],
            )
        )
    periods = [dt.date(year, 1, 1) for year in sorted(set(years))]
    return quotients_write(indicator=GROWTH, periods=periods, rows=counted, as_of=as_of)
