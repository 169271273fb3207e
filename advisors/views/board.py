"""The officials' board, and what holds firms back."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors import codes, policies
from advisors.rules.barriers import Line
from advisors.selectors import board as selectors
from advisors.selectors.barriers import YEARS, year_asked
from advisors.selectors.barriers import barriers as read
from advisors.views.common import figures_readers, office_or_auditor
from portal.kernel import clock
from portal.ui.markup import fiscal_year_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Tab
from programs.selectors import ward_names


@office_or_auditor
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """派遣の依頼と支援, in four tabs."""
    number = posted_number(request.GET.get("page", "")) or 1
    found = selectors.board(request.actor, request.GET.get("tab", ""), number)
    today = clock.today()
    labels = {
        selectors.REQUESTS: _("依頼"),
        selectors.RUNNING: _("支援中"),
        selectors.VISITS: _("受理する訪問"),
        selectors.CLOSED: _("終わった支援"),
    }
    rows = list(found.page)
    if found.tab == selectors.RUNNING:
        rows = [(row, selectors.is_quiet(row, today)) for row in rows]
    context = {
        "board": found,
        "rows": rows,
        "tabs": [
            Tab(label, f"?tab={code}", found.counts[code], code == found.tab)
            for code, label in labels.items()
        ],
        "may_handle": policies.may_handle(request.actor),
        "may_approve": policies.may_approve(request.actor),
        "today": today,
    }
    return TemplateResponse(request, "advisors/board.html", context)


@figures_readers
@require_safe
def barriers(request: HttpRequest) -> HttpResponse:
    """阻害要因 by ward and size, in a fiscal year."""
    found = read(request.actor, year_asked(request.GET.get("year", "")))
    this_year = clock.fiscal_year(clock.today())
    names = ward_names()
    context = {
        "found": found,
        "codes": [
            (code, str(label).removeprefix(code).strip()) for code, label in codes.BARRIERS.items()
        ],
        "wards": [(names[int(line.key)], line) for line in found.by_ward],
        "sizes": [(codes.SIZES[line.key], line) for line in found.by_size],
        "years": [
            Tab(
                fiscal_year_text(year),
                f"{reverse('advisors:barriers')}?year={year}",
                None,
                year == found.year,
            )
            for year in range(this_year, this_year - YEARS, -1)
        ],
        "query": f"year={found.year}",
        "top": _top(found.total),
    }
    return TemplateResponse(request, "advisors/barriers.html", context)


def _top(line: Line) -> tuple[str, int] | None:
    """The barrier named by most firms, and by how many."""
    told = [(count, code) for code, count in zip(codes.BARRIERS, line.cells, strict=True) if count]
    if not told:
        return None
    count, code = max(told)
    return str(codes.BARRIERS[code]), count
