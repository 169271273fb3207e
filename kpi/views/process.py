"""The figures that officials need every week: how long, how often returned, how much used."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import process
from kpi.rules import tenths_text
from kpi.views.common import asked_ward, staff_only
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs.selectors import ward_names

WIDTH, HEIGHT, MARGIN = 160, 40, 4


@dataclass(frozen=True, slots=True)
class Line:
    """A process figure with its course; `points` of a small drawing, "" where there is nothing to draw."""

    figure: process.ProcessFigure
    points: str
    last: tuple[float, float] | None
    rows: list[tuple[dt.date, str]]
    parts: list[tuple[str, str]]


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Of the own ward for officials, of all for the others; `?ward=` shows another one."""
    names = ward_names()
    ward_id = asked_ward(request)
    if ward_id is None and "ward" not in request.GET and request.actor.hat == Hat.WARD:
        ward_id = request.actor.ward_id
    today = clock.today()
    context = {
        "lines": [_line(one) for one in process.figures(ward_id=ward_id, as_of=today)],
        "wards": names,
        "ward_id": ward_id,
        "place": names[ward_id] if ward_id else _("23区"),
        "as_of": today,
        "breadcrumb": [
            Crumb(_("ダッシュボード"), reverse("kpi:current")),
            Crumb(_("仕事の進み具合")),
        ],
    }
    return TemplateResponse(request, "kpi/process.html", context)


def _line(figure: process.ProcessFigure) -> Line:
    return Line(
        figure,
        *_drawn([value for _month, value in figure.series]),
        rows=[(month, tenths_text(value)) for month, value in figure.series],
        parts=[(name, tenths_text(value)) for name, value in figure.parts],
    )


def _drawn(values: list[Decimal | None]) -> tuple[str, tuple[float, float] | None]:
    """The corners of the line from 0 up, and its last point; nothing to draw of fewer than two months."""
    known = [(at, float(value)) for at, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return "", None
    top = max(value for _at, value in known) or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [
        (
            round(MARGIN + at * step, 1),
            round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top, 1),
        )
        for at, value in known
    ]
    return " ".join(f"{x},{y}" for x, y in points), points[-1]
