"""A number taken apart: by month, ward, stage, size, industry and what its own records tell."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import breakdowns, selectors
from kpi.drill import Asked
from kpi.figures import parts as drawn
from kpi.figures.scope import Scope
from kpi.indicators import Indicator
from kpi.indicators.ratios import GAP
from kpi.rules.ratios import tenths_text
from kpi.views import gaps
from kpi.views.common import asked_ward, check_year, staff_only
from portal.ui import pictures
from portal.ui.charts import Bars
from portal.ui.parts import Crumb
from programs.selectors import ward_names

# Where a ratio that no records here are behind is told by industry, size or stage.
ELSEWHERE = {
    "1-KGI": ("series:statistics", "#wards"),
    "1-KSI": ("surveys:list", ""),
}


@staff_only
@require_safe
def parts(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Every table of one number of a year, of one ward or of all."""
    check_year(year)
    if code in ELSEWHERE:
        page, anchor = ELSEWHERE[code]
        return redirect(reverse(page) + anchor)
    number = Asked(code, year, asked_ward(request))
    if code == GAP:
        return gaps.page(request, number)
    if not breakdowns.is_known(number):
        raise Http404
    names = ward_names()
    made = breakdowns.breakdown(request.actor, number)
    counts = len(made.sums) == 1
    defined, updated_at = drawn.defined(number), selectors.coverage().computed_at
    context = {
        "number": number,
        "name": defined.name,
        "year": year,
        "place": names[number.ward_id] if number.ward_id else _("23区"),
        "made": made,
        "is_empty": not made.sums[-1],
        "charts": [(one, drawn.span(one)) for one in _charts(number, made, updated_at)],
        "total": f"{made.sums[0]:,}" if counts else tenths_text(breakdowns.share(made.sums)),
        "unit": number.indicator.unit(made.sums[0]) if number.indicator else "%",
        "is_share": not counts,
        "updated_at": updated_at,
        "file_query": _query(number),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), Scope(year, number.ward_id).home()),
            Crumb(_("内訳")),
        ],
    }
    return TemplateResponse(request, "kpi/parts.html", context)


@staff_only
@require_safe
def picture(request: HttpRequest, year: int, code: str, kind: str, form: str) -> HttpResponse:
    """One way a number is taken apart as PNG or SVG, with what this reader may know of it."""
    check_year(year)
    number = Asked(code, year, asked_ward(request))
    if code in ELSEWHERE or not breakdowns.is_known(number):
        raise Http404
    made = breakdowns.breakdown(request.actor, number)
    charts = _charts(number, made, selectors.coverage().computed_at)
    shown = next((one for one in charts if one.caption.key == f"by-{kind}"), None)
    return pictures.response(shown, name=f"kpi-{year}-{code}-by-{kind}", form=form)


def _charts(
    number: Asked, made: breakdowns.Breakdown, updated_at: dt.datetime | None
) -> list[Bars]:
    defined = drawn.defined(number)
    ledger = defined.ledger if isinstance(defined, Indicator) else defined.quality.source
    ward = f"?ward={number.ward_id}" if number.ward_id else ""

    def links(kind: str) -> tuple[Crumb, ...]:
        asked = [number.year, number.code, kind]
        return pictures.links(lambda form: reverse("kpi:parts_picture", args=[*asked, form]) + ward)

    source = pictures.source(str(ledger).rstrip(_("。")), number.as_of, updated_at)
    return drawn.drawn(made, number, source=source, links=links)


def _query(number: Asked) -> str:
    query = f"year={number.year}&code={number.code}"
    return f"{query}&ward={number.ward_id}" if number.ward_id else query
