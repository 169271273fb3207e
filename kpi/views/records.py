"""From a number to the records behind it."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import drill, selectors
from kpi.figures.scope import Scope
from kpi.views.common import asked_ward, check_year, staff_only
from portal.kernel import audit
from portal.ui.parts import Crumb
from programs.selectors import ward_names

PER_PAGE = 50


@staff_only
@require_safe
def records(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """The records of one number; for those who may not read them, how many by ward and month.

    Looking at records leaves a trace.
    """
    check_year(year)
    number = drill.Asked(code, year, asked_ward(request), request.GET.get("part", ""))
    if not number.is_known:
        raise Http404
    actor, names = request.actor, ward_names()
    indicator = number.defined
    total = drill.total(actor, number)
    scope = Scope(year, number.ward_id, code if number.indicator else "")
    opened = drill.reads(actor, number)
    context = {
        "number": number,
        "indicator": indicator,
        "place": names[number.ward_id] if number.ward_id else "",
        "total": total,
        "updated_at": selectors.coverage().computed_at,
        "unit": number.indicator.unit(total) if number.indicator else _("社"),
        "opened": opened,
        "names": names,
        "breadcrumb": [
            Crumb(_("ダッシュボード"), scope.home()),
            Crumb(str(indicator.name)),
        ],
        "query": request.GET.urlencode(),
        "year": year,
    }
    if opened:
        context |= _opened(request, number, total)
    else:
        context["counts"] = [
            (names[ward], ward, month, n) for ward, month, n in drill.counts(actor, number)
        ]
    return TemplateResponse(request, "kpi/records.html", context)


def _opened(request: HttpRequest, number: drill.Asked, total: int) -> dict[str, Any]:
    """A page of the records, with the trace of the look."""
    pages = Paginator(range(total), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    first = page.start_index() - 1 if total else 0
    rows = drill.page(request.actor, number, first, PER_PAGE)
    if rows:
        audit.record(
            actor=request.actor,
            action="kpi.records_viewed",
            ward_id=number.ward_id,
            label=str(number.defined.name),
            detail={
                "indicator": number.code,
                "year": number.year,
                "part": number.part,
                "page": page.number,
                "rows": len(rows),
            },
        )
    asked = {"year": number.year, "code": number.code, "part": number.part}
    if number.ward_id:
        asked["ward"] = number.ward_id
    names = ward_names()
    return {
        "page": page,
        "rows": [(names[row.ward_id], row) for row in rows],
        "file_query": urlencode(asked),
    }
