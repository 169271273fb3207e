"""The figures to print: pictures of charts and tables, and the council's paper."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import figures, selectors
from kpi.figures import papers
from kpi.figures.scope import Scope
from kpi.indicators import INDICATORS
from kpi.rules.figure import WARDS
from kpi.views.common import (
    Figures,
    asked_indicator,
    asked_ward,
    check_year,
    compute,
    source_of,
    staff_only,
)
from kpi.views.dashboards import groups
from portal.kernel import clock, documents
from portal.ui import pictures
from portal.ui.charts import LineChart, TileMap
from portal.ui.charts.alone import Chart
from portal.ui.markup import era_date, fiscal_year_text

# What the council asks for by ward.
MOST_ASKED = ("2-KSI", "2-OP1", "2-OP2", "2-OP3", "1-OP1", "1-OP3", "3-KSI", "3-OC")


@staff_only
@require_safe
def picture(request: HttpRequest, year: int, kind: str, form: str) -> HttpResponse:
    """A chart or a table as PNG or SVG, its source inside."""
    check_year(year)
    make = _PICTURES.get(kind)
    if make is None:
        raise Http404
    found = compute(year, asked_ward(request), asked_indicator(request))
    name = f"kpi-{year}-{found.shown.code}-{kind}"
    return pictures.response(make(found), name=name, form=form)


@staff_only
@require_safe
def council(request: HttpRequest, year: int) -> HttpResponse:
    """The A4 paper for the council: tagged PDF, made at once."""
    check_year(year)
    ward_id = asked_ward(request)
    codes = [indicator.code for indicator in INDICATORS]
    found = compute(year, ward_id, INDICATORS[0], paths=codes)
    place = found.place or _("23区")
    lead = _("%(year)s　%(day)s時点") % {
        "year": fiscal_year_text(year),
        "day": era_date(found.as_of),
    }
    counts = selectors.ward_counts(fiscal_year=year, as_of=found.as_of)
    wards = _ward_matrix(found, counts)
    data = papers.council_data(
        title=_("%(place)s　ものづくり支援の成果") % {"place": place},
        lead=lead,
        headline=figures.headline(found.cards, is_over=found.is_over),
        dangers=figures.dangers(found.cards),
        groups=groups(found.cards),
        trends=[_trend(found, code, several=True) for code in codes if found.of(code).target],
        cohorts=found.cohorts,
        wards=wards,
        source=source_of(found),
    )
    made_at = found.coverage.computed_at or clock.now()
    content = documents.render_pdf("kpi_council", data, made_at=made_at)
    return _file(content, "application/pdf", f"kpi-{year}-{ward_id or 'all'}.pdf")


def _trend(found: Figures, code: str, *, several: bool = False) -> LineChart:
    scope = Scope(found.scope.year, found.scope.ward_id, code, several)
    drawn = figures.trend(
        found.of(code),
        scope=scope,
        as_of=found.as_of,
        updated_at=found.coverage.computed_at,
        has_last_year=found.has_last_year,
    )
    return drawn["chart"]


def _trend_picture(found: Figures) -> LineChart:
    return _trend(found, found.shown.code)


def _tiles_picture(found: Figures) -> TileMap:
    counts = selectors.ward_counts(fiscal_year=found.scope.year, as_of=found.as_of)
    return figures.tiles(
        counts[found.shown.code],
        names=found.names,
        scope=found.scope,
        shown=found.shown,
        as_of=found.as_of,
        updated_at=found.coverage.computed_at,
    )


def _outcome_picture(found: Figures) -> pictures.Table:
    return pictures.Table(*papers.outcome_table(found.cohorts), source_of(found))


def _wards_picture(found: Figures) -> pictures.Table:
    counts = selectors.ward_counts(fiscal_year=found.scope.year, as_of=found.as_of)
    table = papers.ward_table(found.shown, counts[found.shown.code], found.names)
    return pictures.Table(*table, source_of(found))


_PICTURES: dict[str, Callable[[Figures], Chart | pictures.Table]] = {
    "trend": _trend_picture,
    "tiles": _tiles_picture,
    "outcome": _outcome_picture,
    "wards": _wards_picture,
}


def _ward_matrix(found: Figures, counts: dict[str, list[selectors.WardCount]]) -> papers.Table:
    """Wards by the counts that are asked for most: applications, grants, the lab."""
    codes = MOST_ASKED
    names = {indicator.code: str(indicator.name) for indicator in INDICATORS}
    rows = [
        [found.names[ward], *(f"{counts[code][at].value:,}" for code in codes)]
        for at, ward in enumerate(WARDS)
    ]
    return _("区ごとの実績"), [_("区"), *(names[code] for code in codes)], rows


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
