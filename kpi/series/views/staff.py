"""統計と決算 for officials, policy staff and auditors: imports, statistics by ward, productivity."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.series import pictures, prices, tables, words
from kpi.series.policies import may_hand_in, visible_intakes
from kpi.series.rules import LETTERS, datasets
from kpi.series.views.common import KINDS, staff_only, tabs
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui import pictures as common_pictures
from portal.ui.charts import LineChart, TileMap
from portal.ui.numbers import posted_number
from portal.ui.pictures import Table
from programs.industry import JSIC
from programs.selectors import ward_names

PER_PAGE = 30


@staff_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was handed in, with its state, and which statistics there are."""
    actor = request.actor
    rows = visible_intakes(actor).order_by("-created_at", "-pk")
    context = {
        "tabs": tabs(actor, "home"),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "editions": tables.editions(),
        "deflator": prices.in_force(),
        "kinds": [kind for kind in KINDS if may_hand_in(actor, kind)],
        "with_ward": actor.hat == Hat.AUDITOR,
        "wards": ward_names(),
    }
    return TemplateResponse(request, "series/home.html", context)


@staff_only
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """One statistic, year and industry, ward by ward, with what it covers and how old it is."""
    given = tables.asked(request.GET)
    table = tables.statistics(given, today=clock.today())
    context = {
        "tabs": tabs(request.actor, "statistics"),
        "given": given,
        "table": table,
        "chart": pictures.statistics(table, given) if table.edition else None,
        "real": (real := prices.real() if table.dataset.official else None),
        "real_chart": pictures.real(real) if real else None,
        "real_links": pictures.links("series-real", "real-table", ""),
        "table_links": pictures.links("series-statistics", "statistics", given.query),
        "source": pictures.statistics_source(table) if table.edition else "",
        "datasets": datasets.DATASETS,
        "industries": [(datasets.WHOLE, _("製造業計")), *JSIC],
        "sizes": datasets.SIZES,
        "query": given.query,
    }
    return TemplateResponse(request, "series/statistics.html", context)


@staff_only
@require_safe
def productivity(request: HttpRequest) -> HttpResponse:
    """A, B and C side by side from our own firms: sums by ward and year, never a firm's name."""
    ward, names = _ward(request), ward_names()
    years = tables.panel_years(ward)
    context: dict[str, Any] = {
        "tabs": tabs(request.actor, "productivity"),
        "wards": names,
        "ward": ward,
        "years": years,
        "letters": [(letter, words.LETTERS[letter]) for letter in LETTERS],
        "by_ward": tables.panel_wards() if ward is None else None,
        "chart": pictures.productivity(years, ward, names[ward] if ward else _("23区")),
        "source": pictures.panel_source(),
        "year_links": pictures.links("series-productivity", "years", pictures.ward_query(ward)),
        "ward_links": pictures.links("series-wards", "by-ward", ""),
        "kgi_links": pictures.links("series-growth", "growth", ""),
        "kgi": tables.users_and_others(),
    }
    return TemplateResponse(request, "series/productivity.html", context)


@staff_only
@require_safe
def picture(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A drawing or table of these pages as PNG or SVG, for the filters of the address."""
    make = _PICTURES.get(kind)
    shown = make(request) if make else None
    return common_pictures.response(shown, name=f"series-{kind}", form=form)


def _ward(request: HttpRequest) -> int | None:
    ward = posted_number(request.GET.get("ward", ""))
    return ward if ward in ward_names() else None


def _line(request: HttpRequest) -> LineChart | None:
    ward = _ward(request)
    place = ward_names()[ward] if ward else _("23区")
    return pictures.productivity(tables.panel_years(ward), ward, place)


def _years(request: HttpRequest) -> Table:
    lines = tables.panel_years(_ward(request))
    return pictures.panel_table(lines, _("年ごとの労働生産性の一覧"), _("決算の年"))


def _by_ward(_request: HttpRequest) -> Table:
    return pictures.panel_table(tables.panel_wards(), _("区ごとの労働生産性"), _("区"))


def _statistics(request: HttpRequest) -> Table | None:
    given = tables.asked(request.GET)
    return pictures.statistics_table(tables.statistics(given, today=clock.today()))


def _map(request: HttpRequest) -> TileMap | None:
    given = tables.asked(request.GET)
    table = tables.statistics(given, today=clock.today())
    return pictures.statistics(table, given) if table.edition else None


def _real(_request: HttpRequest) -> LineChart | None:
    found = prices.real()
    return pictures.real(found) if found else None


def _real_table(_request: HttpRequest) -> Table | None:
    found = prices.real()
    return pictures.real_table(found) if found else None


_PICTURES: dict[str, Callable[[HttpRequest], LineChart | TileMap | Table | None]] = {
    "productivity": _line,
    "years": _years,
    "by-ward": _by_ward,
    "growth": lambda _request: pictures.growth_table(),
    "statistics": _statistics,
    "map": _map,
    "real": _real,
    "real-table": _real_table,
}
