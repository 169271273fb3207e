"""The dashboard: all wards together, or one ward."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kpi import figures, selectors, services
from kpi.figures.notes import NOTES
from kpi.indicators import INDICATORS, INVESTED
from kpi.views.common import asked_indicator, check_year, compute, source_of, staff_only
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.numbers import posted_number
from programs.selectors import ward_names

MEASURES = {
    1: _("支援策① 人と経営者"),
    2: _("支援策② 補助金"),
    3: _("支援策③ ラボと仲間まわし"),
}


@staff_only
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """This fiscal year: the own ward for officials, all wards for the others."""
    year = clock.fiscal_year(clock.today())
    if request.actor.hat == Hat.WARD:
        return redirect("kpi:ward", year=year, ward_id=request.actor.ward_id)
    return redirect("kpi:overview", year=year)


@staff_only
@require_safe
def overview(request: HttpRequest, year: int) -> HttpResponse:
    """All 23 wards together."""
    chosen = posted_number(request.GET.get("ward", ""))
    if chosen is not None:
        return redirect("kpi:ward", year=_year(request, year), ward_id=chosen)
    return _page(request, _year(request, year), None)


@staff_only
@require_safe
def ward(request: HttpRequest, year: int, ward_id: int) -> HttpResponse:
    """One ward; `?ward=` (from the form without JavaScript) leads to another or to all."""
    given = request.GET.get("ward")
    if given == "":
        return redirect("kpi:overview", year=_year(request, year))
    chosen = posted_number(given or "")
    if chosen is not None and chosen != ward_id:
        return redirect("kpi:ward", year=_year(request, year), ward_id=chosen)
    if given and _year(request, year) != year:
        return redirect("kpi:ward", year=_year(request, year), ward_id=ward_id)
    if ward_id not in ward_names():
        raise Http404
    return _page(request, year, ward_id)


def _page(request: HttpRequest, year: int, ward_id: int | None) -> HttpResponse:
    check_year(year)
    found = compute(year, ward_id, asked_indicator(request))
    shown = found.shown
    counts = selectors.ward_counts(fiscal_year=year, as_of=found.as_of, of=[shown])[shown.code]
    this_year = clock.fiscal_year(clock.today())
    context = {
        "scope": found.scope,
        "year": year,
        "years": range(this_year, min(found.first_year, this_year) - 1, -1),
        "ward_id": ward_id,
        "place": found.place,
        "wards": found.names,
        "as_of": found.as_of,
        "computed_at": found.coverage.computed_at,
        "check": services.last_check(),
        "headline": figures.headline(found.cards, is_over=found.is_over),
        "dangers": figures.dangers(found.cards),
        "lights": figures.lights(found.cards),
        "groups": groups(found.cards),
        "notes": NOTES,
        "shown": found.shown,
        "indicators": INDICATORS,
        "cohorts": found.cohorts,
        "outcome": next(card for card in found.cards if card.code == INVESTED.code),
        "outcome_day": selectors.outcome_day(),
        "invested": INVESTED,
        "parts": selectors.PARTS,
        "outcome_links": (*found.scope.files("kpi_outcome"), *found.scope.pictures("outcome")),
        "ward_links": (*found.scope.files("kpi_wards"), *found.scope.pictures("wards")),
        "source": source_of(found),
        "council": found.scope.at("kpi:council"),
        "trend": figures.trend(
            found.of(found.shown.code),
            scope=found.scope,
            as_of=found.as_of,
            updated_at=found.coverage.computed_at,
            has_last_year=found.has_last_year,
        ),
        "tiles": figures.tiles(
            counts,
            names=found.names,
            scope=found.scope,
            shown=found.shown,
            as_of=found.as_of,
            updated_at=found.coverage.computed_at,
        ),
        "counts": [(found.names[count.ward_id], count) for count in counts],
    }
    return TemplateResponse(request, "kpi/dashboard.html", context)


def groups(cards: Sequence[figures.Card]) -> list[tuple[Promise, list[figures.Card]]]:
    """Measure → its cards."""
    return [
        (title, [card for card in cards if card.measure == measure])
        for measure, title in MEASURES.items()
    ]


def _year(request: HttpRequest, year: int) -> int:
    chosen = request.GET.get("year", "")
    return int(chosen) if chosen.isdecimal() and len(chosen) == 4 else year
