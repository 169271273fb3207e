"""統計と決算 for officials, policy staff and auditors: imports, statistics by ward, productivity."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.series import pictures, tables, words
from kpi.series.policies import may_hand_in, visible_intakes
from kpi.series.rules import LETTERS, datasets
from kpi.series.views.common import KINDS, staff_only, tabs
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.numbers import posted_number
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
    ward = posted_number(request.GET.get("ward", ""))
    names = ward_names()
    ward = ward if ward in names else None
    years = tables.panel_years(ward)
    context: dict[str, Any] = {
        "tabs": tabs(request.actor, "productivity"),
        "wards": names,
        "ward": ward,
        "years": years,
        "letters": [(letter, words.LETTERS[letter]) for letter in LETTERS],
        "by_ward": tables.panel_wards() if ward is None else None,
        "chart": pictures.productivity(years, names[ward] if ward else _("23区")),
        "kgi": tables.users_and_others(),
        "query": f"ward={ward}" if ward else "",
    }
    return TemplateResponse(request, "series/productivity.html", context)
