"""The indicator pages: all wards, one ward, the definitions, CSV."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kpi import figures, selectors
from kpi.indicators import BY_CODE, INDICATORS, INVESTED
from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.exports import csv_response
from portal.ui.numbers import posted_number
from programs.models import Ward
from programs.selectors import ward_names

staff_only = hat_required(Hat.WARD, Hat.POLICY, Hat.AUDITOR)
YEARS = range(2000, 2100)
MEASURES = {
    1: _("支援策① 人と経営者"),
    2: _("支援策② 補助金"),
    3: _("支援策③ ラボと仲間まわし"),
}
# Cohorts of 1-OC beside each other.
COHORTS = 3


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
    return _page(request, _year(request, year), ward=None)


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
    place = Ward.objects.filter(code=ward_id).first()
    if place is None:
        raise Http404
    return _page(request, year, ward=place)


@staff_only
@require_safe
def download(request: HttpRequest, year: int) -> HttpResponse:
    """All indicators by ward as CSV, numbers as the page shows them."""
    _check_year(year)
    names = dict(Ward.objects.values_list("code", "name"))
    counts = selectors.ward_counts(fiscal_year=year)
    return csv_response(
        filename=f"kpi-{year}.csv",
        header=[_("指標コード"), _("指標"), _("地方公共団体コード"), _("区"), _("実績"), _("目標")],
        rows=(
            (
                indicator.code,
                str(indicator.name),
                count.ward_id,
                names[count.ward_id],
                count.value,
                count.target,
            )
            for indicator in INDICATORS
            for count in counts[indicator.code]
        ),
    )


@staff_only
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What each figure means and how far it can be trusted."""
    context = {"indicators": INDICATORS, "outcomes": [INVESTED]}
    return TemplateResponse(request, "kpi/definitions.html", context)


@staff_only
@require_safe
def outcome_download(request: HttpRequest, year: int) -> HttpResponse:
    """1-OC by ward and cohort as CSV: counts and shares as the page shows them."""
    _check_year(year)
    names = dict(Ward.objects.values_list("code", "name"))
    found = selectors.ward_cohorts(last_year=year, years=COHORTS)
    return csv_response(
        filename=f"kpi-1-oc-{year}.csv",
        header=[
            _("地方公共団体コード"),
            _("区"),
            _("修了した年度"),
            _("修了した企業"),
            _("1年がたった企業"),
            _("成熟率（%）"),
            _("投資した企業"),
            _("投資率（%）"),
            *selectors.PARTS,
            _("調査に答えた企業"),
            _("答えた企業の投資率（%）"),
            _("目標（%）"),
        ],
        rows=(
            (
                ward,
                names[ward],
                cohort_year,
                item.share.completed,
                item.share.matured,
                item.maturity,
                item.share.invested,
                item.rate,
                *(part.count for part in item.parts),
                item.share.replied,
                item.rate_of_replied,
                INVESTED.target,
            )
            for (ward, cohort_year), item in sorted(found.items())
        ),
    )


def _page(request: HttpRequest, year: int, ward: Ward | None) -> HttpResponse:
    _check_year(year)
    as_of = min(clock.today(), clock.fiscal_year_bounds(year)[1])
    shown = BY_CODE.get(request.GET.get("indicator", ""), INDICATORS[0])
    results = selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward.code if ward else None)
    names = ward_names()
    counts = selectors.ward_counts(fiscal_year=year)[shown.code]
    coverage = selectors.coverage()
    this_year = clock.fiscal_year(clock.today())
    first_year = coverage.first_year or this_year
    has_last_year = year > first_year
    trend = next(item for item in results if item.indicator.code == shown.code)
    cohorts = selectors.cohorts(
        last_year=min(year, this_year), years=COHORTS, ward_id=ward.code if ward else None
    )
    cards = [figures.card(item) for item in results]
    context: dict[str, Any] = {
        "cohorts": cohorts,
        "outcome": figures.outcome_card(cohorts),
        "outcome_day": selectors.outcome_day(),
        "invested": INVESTED,
        "parts": selectors.PARTS,
        "groups": [
            (title, [card for card in cards if card.progress.indicator.measure == measure])
            for measure, title in MEASURES.items()
        ],
        "year": year,
        "years": range(this_year, min(first_year, this_year) - 1, -1),
        "has_last_year": has_last_year,
        "ward": ward,
        "place": names[ward.code] if ward else "",
        "wards": names,
        "as_of": as_of,
        "computed_at": coverage.computed_at,
        "headline": headline(results),
        "results": results,
        "cards": cards,
        "shown": shown,
        "indicators": INDICATORS,
        "trend": figures.trend(trend, year=year, as_of=as_of, has_last_year=has_last_year),
        "tiles": figures.tiles(counts, names=names, year=year, shown=shown, as_of=as_of),
        "counts": [(names[count.ward_id], count) for count in counts],
    }
    return TemplateResponse(request, "kpi/dashboard.html", context)


def headline(results: list[selectors.Progress]) -> str:
    """The finding in one sentence: how many indicators keep the pace of their targets."""
    with_target = [item for item in results if item.target]
    if not with_target:
        return gettext("この年度の目標はまだ登録されていません")
    ahead = sum(item.on_pace for item in with_target)
    return ngettext(
        "%(all)s指標のうち%(ahead)s指標が目標のペースに達しています",
        "%(all)s指標のうち%(ahead)s指標が目標のペースに達しています",
        ahead,
    ) % {"all": len(with_target), "ahead": ahead}


def _year(request: HttpRequest, year: int) -> int:
    chosen = request.GET.get("year", "")
    return int(chosen) if chosen.isdecimal() and len(chosen) == 4 else year


def _check_year(year: int) -> None:
    """Years of which there can be figures; the calendar itself ends in 9999. Raises Http404."""
    if year not in YEARS:
        raise Http404
