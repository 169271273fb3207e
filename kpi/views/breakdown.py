"""A number taken apart: by month, ward, stage, size, industry and what its own records tell."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import breakdowns
from kpi.drill import Asked
from kpi.figures.scope import Scope
from kpi.indicators import INVESTED, RATIOS
from kpi.indicators.ratios import GAP
from kpi.rules.ratios import tenths_text
from kpi.views import gaps
from kpi.views.common import asked_ward, check_year, staff_only
from portal.ui.parts import Crumb
from programs.selectors import ward_names

# Where a ratio that no records here are behind is told by industry, size or stage.
ELSEWHERE = {
    "1-KGI": "series:statistics",
    "1-KSI": "surveys:list",
}


@staff_only
@require_safe
def parts(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Every table of one number of a year, of one ward or of all."""
    check_year(year)
    if code in ELSEWHERE:
        return redirect(ELSEWHERE[code])
    number = Asked(code, year, asked_ward(request))
    if code == GAP:
        return gaps.page(request, number)
    if not breakdowns.is_known(number):
        raise Http404
    names = ward_names()
    made = breakdowns.breakdown(request.actor, number)
    defined = number.indicator or next(one for one in (INVESTED, *RATIOS) if one.code == code)
    counts = len(made.sums) == 1
    context = {
        "number": number,
        "name": defined.name,
        "year": year,
        "place": names[number.ward_id] if number.ward_id else _("23区"),
        "made": made,
        "is_empty": not made.sums[-1],
        "heads": heads(code),
        "tables": [
            (
                table,
                [(line, list(zip(heads(code), line.counts, strict=True))) for line in table.lines],
            )
            for table in made.tables
        ],
        "total": f"{made.sums[0]:,}" if counts else tenths_text(breakdowns.share(made.sums)),
        "unit": number.indicator.unit(made.sums[0]) if number.indicator else "%",
        "is_share": not counts,
        "file_query": f"year={year}&code={code}"
        + (f"&ward={number.ward_id}" if number.ward_id else ""),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), Scope(year, number.ward_id).home()),
            Crumb(_("内訳")),
        ],
    }
    return TemplateResponse(request, "kpi/parts.html", context)


def heads(code: str) -> tuple[str, ...]:
    """What stands above the counts."""
    return {
        "1-OC": (_("投資した企業"), _("1年がたった企業")),
        "2-OC": (_("効果を実感した企業"), _("効果の問いに答えた企業")),
    }.get(code, (_("実績"),))
