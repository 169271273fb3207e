"""What the pages of the figures share: who may, which year, which ward, what is computed."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from kpi import figures, selectors
from kpi.effect.selectors import verdict
from kpi.figures.scope import Scope
from kpi.indicators import BY_CODE, INDICATORS, Indicator
from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui import pictures
from portal.ui.numbers import posted_number
from programs.selectors import ward_names

HATS = (Hat.WARD, Hat.POLICY, Hat.AUDITOR)
staff_only = hat_required(*HATS)
YEARS = range(2000, 2100)
# Cohorts of 1-OC beside each other.
COHORTS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a page of one year and place is made from."""

    scope: Scope
    place: str
    as_of: dt.date
    shown: Indicator
    results: list[selectors.Progress]
    cohorts: list[selectors.Cohort]
    cards: list[figures.Card]
    coverage: selectors.Coverage
    names: dict[int, str]

    @property
    def first_year(self) -> int:
        return self.coverage.first_year or clock.fiscal_year(clock.today())

    @property
    def has_last_year(self) -> bool:
        return self.scope.year > self.first_year

    @property
    def is_over(self) -> bool:
        return self.as_of >= clock.fiscal_year_bounds(self.scope.year)[1]

    def of(self, code: str) -> selectors.Progress:
        """One indicator of them."""
        return next(item for item in self.results if item.indicator.code == code)


def compute(
    year: int, ward_id: int | None, shown: Indicator, *, paths: Collection[str] = ()
) -> Figures:
    """The figures of a year, of one ward or of all; `paths` also get their range by month.

    A fixed number of queries, whatever the number of wards and facts.
    """
    today = clock.today()
    as_of = min(today, clock.fiscal_year_bounds(year)[1])
    coverage = selectors.coverage()
    results = selectors.progress(
        fiscal_year=year, as_of=as_of, ward_id=ward_id, shown={shown.code, *paths}
    )
    cohorts = selectors.cohorts(
        last_year=min(year, clock.fiscal_year(today)), years=COHORTS, ward_id=ward_id
    )
    ratios = selectors.ratios(fiscal_year=year, as_of=as_of, ward_id=ward_id)
    names = ward_names()
    first_year = coverage.first_year or clock.fiscal_year(today)
    scope = Scope(year, ward_id, shown.code)
    return Figures(
        scope=scope,
        place=names[ward_id] if ward_id else "",
        as_of=as_of,
        shown=shown,
        results=results,
        cohorts=cohorts,
        cards=figures.cards(
            results,
            cohorts,
            ratios,
            scope=scope,
            has_last_year=year > first_year,
            evaluated=verdict(),
        ),
        coverage=coverage,
        names=names,
    )


def source_of(found: Figures) -> str:
    """What stands under a table of the dashboard."""
    ledger = _("このポータルの事実の記録（%(place)s）") % {"place": found.place or _("23区")}
    return pictures.source(ledger, found.as_of, found.coverage.computed_at)


def check_year(year: int) -> None:
    """Years of which there can be figures; the calendar itself ends in 9999. Raises Http404."""
    if year not in YEARS:
        raise Http404


def asked_indicator(request: HttpRequest) -> Indicator:
    """The indicator of the address, else the first."""
    return BY_CODE.get(request.GET.get("indicator", ""), INDICATORS[0])


def asked_ward(request: HttpRequest) -> int | None:
    """The ward of the address; None for all, and for what is none."""
    chosen = posted_number(request.GET.get("ward", ""))
    return chosen if chosen in ward_names() else None
