"""2-KGI taken apart: users against others by stage, size class and industry."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from kpi.drill import Asked
from kpi.figures.scope import Scope
from kpi.gaps import HEADS, gaps
from kpi.rules.ratios import tenths_text
from portal.kernel import clock
from portal.ui.parts import Crumb
from programs.selectors import ward_names


def page(request: HttpRequest, number: Asked) -> HttpResponse:
    """Every table of the gap of a year, of one ward or of all; reached by `kpi:parts`."""
    made = gaps(fiscal_year=number.year, as_of=number.as_of, ward_id=number.ward_id)
    context = {
        "number": number,
        "name": made.value.ratio.name,
        "done_in": clock.fiscal_year(made.value.period) if made.value.period else None,
        "as_of": made.value.as_of,
        "total": tenths_text(made.value.value, signed=True),
        "place": ward_names()[number.ward_id] if number.ward_id else _("23区"),
        "tables": [
            (table, [(line, list(zip(HEADS, line.texts, strict=True))) for line in table.lines])
            for table in made.tables
        ],
        "heads": HEADS,
        "file_query": f"year={number.year}" + (f"&ward={number.ward_id}" if number.ward_id else ""),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), Scope(number.year, number.ward_id).home()),
            Crumb(_("内訳")),
        ],
    }
    return TemplateResponse(request, "kpi/gaps.html", context)
