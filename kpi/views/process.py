"""The figures that officials need every week: how long, how often returned, how much used."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import process, services
from kpi.figures import work
from kpi.views.common import asked_ward, staff_only
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui import pictures
from portal.ui.charts.alone import Chart
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
    finding: str
    unit: str
    links: tuple[Crumb, ...]


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Of the own ward for officials, of all for the others; `?ward=` shows another one."""
    names, ward_id, today = ward_names(), _ward(request), clock.today()
    updated_at, links = _updated_at(), _links(ward_id)
    found = process.figures(ward_id=ward_id, as_of=today)
    source = _source(today, updated_at)
    hours = [work.hours(one, source=source, links=links) for one in found]
    context = {
        "lines": [_line(one, links) for one in found],
        "hours": [one for one in hours if one],
        "source": source,
        "wards": names,
        "ward_id": ward_id,
        "place": names[ward_id] if ward_id else _("23区"),
        "as_of": today,
        "updated_at": updated_at,
        "file_query": _query(ward_id),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), reverse("kpi:current")),
            Crumb(_("仕事の進み具合")),
        ],
    }
    return TemplateResponse(request, "kpi/process.html", context)


@staff_only
@require_safe
def picture(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A figure month by month, or hour by hour, as PNG or SVG."""
    ward_id, today = _ward(request), clock.today()
    found = {one.code: one for one in process.figures(ward_id=ward_id, as_of=today)}
    source = _source(today, _updated_at())
    shown: Chart | None = None
    if kind in found:
        shown = work.course(found[kind], source=source)
    elif (code := kind.removesuffix("-hours")) in found:
        shown = work.hours(found[code], source=source, links=_links(ward_id))
    return pictures.response(shown, name=f"kpi-process-{ward_id or 'all'}-{kind}", form=form)


def _ward(request: HttpRequest) -> int | None:
    ward_id = asked_ward(request)
    if ward_id is None and "ward" not in request.GET and request.actor.hat == Hat.WARD:
        return request.actor.ward_id
    return ward_id


def _query(ward_id: int | None) -> str:
    """Of the ward that is shown; empty for all, which an official's address has to say, too."""
    return f"ward={ward_id or ''}"


def _links(ward_id: int | None) -> work.Links:
    def links(kind: str) -> tuple[Crumb, ...]:
        query = f"?{_query(ward_id)}"
        return pictures.links(
            lambda form: reverse("kpi:process_picture", args=[kind, form]) + query
        )

    return links


def _updated_at() -> dt.datetime | None:
    """The night's count makes these figures anew."""
    check = services.last_check()
    return check.checked_at if check else None


def _source(today: dt.date, updated_at: dt.datetime | None) -> str:
    return pictures.source(_("このポータルの申請・決定・予約・訪問の記録"), today, updated_at)


def _line(figure: process.ProcessFigure, links: work.Links) -> Line:
    return Line(
        figure,
        *_drawn([value for _month, value in figure.series]),
        rows=work.months(figure),
        finding=work.finding(figure),
        unit=work.spaced(figure.unit),
        links=links(figure.code),
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
