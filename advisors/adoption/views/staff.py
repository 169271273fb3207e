"""The ward's list of tools, and the figures of all wards without names."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors.adoption import codes, drawing, states
from advisors.adoption.rules.wards import LIGHTS, Line
from advisors.adoption.rules.weeks import GREEN, RED, YELLOW
from advisors.adoption.selectors import board as boards
from advisors.adoption.selectors import tools as selectors
from advisors.adoption.selectors.wards import WardFigures, ward_figures
from advisors.adoption.templatetags.adoption import told
from advisors.adoption.views import common
from portal.kernel import clock
from portal.ui.exports import csv_response
from portal.ui.markup import fiscal_year_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Tab
from programs.selectors import ward_names

YEARS = 3


@common.office_or_auditor
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """導入したツール of the ward, what needs care first."""
    number = posted_number(request.GET.get("page", "")) or 1
    found = boards.board(request.actor, request.GET.get("view", ""), number)
    today = clock.today()
    labels = {
        boards.ALL: _("すべて"),
        RED: codes.LIGHTS[RED],
        YELLOW: codes.LIGHTS[YELLOW],
        GREEN: codes.LIGHTS[GREEN],
        boards.UNKNOWN: codes.LIGHTS[""],
        states.STOPPED: states.TOOL.state(states.STOPPED).label,
    }
    context = {
        "board": found,
        "rows": [(row, selectors.gap_of(row, today)) for row in found.page],
        "tabs": [
            Tab(str(label), f"?view={code}", found.counts[code], code == found.view)
            for code, label in labels.items()
        ],
    }
    return TemplateResponse(request, "adoption/board.html", context)


@common.figures_readers
@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """定着の状況 by ward: counts, share at target, the median curve. No names."""
    found = _figures(request)
    this_year = clock.fiscal_year(clock.today())
    names = ward_names()
    curve = found.curve
    here = names[found.ward_id] if found.ward_id else _("23区")
    address = reverse("adoption:wards")
    context = {
        "found": found,
        "here": here,
        "names": names,
        "lines": [(names[int(line.key)], line) for line in found.lines],
        "lights": [codes.LIGHTS[code] for code in LIGHTS],
        "patterns": list(codes.PATTERNS.values()),
        "drawings": drawing.curve([(_("中央値"), "actual", curve)]) if any(curve) else (),
        "rows": [
            (number, f"{int(value * 100)}%")
            for number, value in enumerate(curve, start=1)
            if value is not None
        ],
        "years": [
            Tab(
                fiscal_year_text(year),
                f"{address}?year={year}{f'&ward={found.ward_id}' if found.ward_id else ''}",
                None,
                year == found.year,
            )
            for year in range(this_year, this_year - YEARS, -1)
        ],
    }
    return TemplateResponse(request, "adoption/wards.html", context)


@common.figures_readers
@require_safe
def wards_csv(request: HttpRequest) -> HttpResponse:
    """The same counts; what is withheld on the page is withheld here."""
    found = _figures(request)
    names = ward_names()
    header = (
        _("区"),
        _("企業数"),
        _("ツール数"),
        _("3か月以上使っているツール"),
        _("目標に届いたツール"),
        _("目標に届いた割合（%）"),
        *(str(codes.LIGHTS[code]) for code in LIGHTS),
        str(states.TOOL.state(states.STOPPED).label),
        *(str(name) for name in codes.PATTERNS.values()),
    )
    rows = [[names[int(line.key)], *_cells(line)] for line in found.lines]
    rows.append([_("23区"), *_cells(found.total)])
    return csv_response(filename=f"adoption-{found.year}.csv", header=header, rows=rows)


def _cells(line: Line) -> list[str]:
    if line.firms == 0:
        return ["0"] + [""] * (5 + len(line.lights) + len(line.patterns))
    share = "" if line.percent is None else str(line.percent)
    return [
        told(line.firms),
        told(line.tools),
        told(line.judged),
        told(line.at_target),
        share,
        *map(told, line.lights),
        told(line.stopped),
        *map(told, line.patterns),
    ]


def _figures(request: HttpRequest) -> WardFigures:
    this_year = clock.fiscal_year(clock.today())
    year = posted_number(request.GET.get("year", "")) or this_year
    ward = posted_number(request.GET.get("ward", ""))
    return ward_figures(
        request.actor,
        min(max(year, this_year - YEARS + 1), this_year),
        ward if ward in ward_names() else None,
    )
