"""補助金台帳: the ward's ledger on the screen, with the addresses of its files."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.exports import writers
from portal.kernel.actor import Actor, Hat
from portal.ui.templatetags.ui import wareki_year
from programs.selectors import ward_names
from subsidies import grant_states, states
from subsidies.ledger import selectors
from subsidies.ledger.filters import LedgerFilter
from subsidies.ledger.report import LEDGER
from subsidies.models import Call, Scheme
from subsidies.selectors import scheme_choices

PER_PAGE = 50
_TAGS = {
    **{state.code: state for state in states.APPLICATION.states},
    **{f"grant.{state.code}": state for state in grant_states.GRANT.states},
}


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """One page of the ledger with the four columns' totals of everything that was filtered."""
    actor = request.actor
    conditions = _conditions(request, actor)
    filters = conditions.filters_chosen
    page = Paginator(selectors.ledger_rows(actor, filters), PER_PAGE).get_page(
        request.GET.get("page")
    )
    entries = [
        {**entry, "state": _TAGS[_state_of(entry)], "ward": ward_names()[entry["ward_id"]]}
        for entry in selectors.entries(page.object_list)
    ]
    query = urlencode(conditions.chosen)
    context = {
        "filter": conditions,
        "page": page,
        "entries": entries,
        "totals": selectors.totals(actor, filters),
        "with_ward": actor.hat == Hat.AUDITOR,
        "files": [
            (name, _address(file_format, query))
            for name, file_format in (("CSV", writers.CSV), ("Excel", writers.XLSX))
        ],
    }
    return TemplateResponse(request, "ledger/ledger.html", context)


def _conditions(request: HttpRequest, actor: Actor) -> LedgerFilter:
    calls, schemes = Call.objects.all(), Scheme.objects.all()
    if actor.hat == Hat.WARD:
        calls, schemes = calls.filter(ward_id=actor.ward_id), schemes.filter(ward_id=actor.ward_id)
    years = calls.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    return LedgerFilter(
        request.GET,
        wards=list(ward_names().items()) if actor.hat == Hat.AUDITOR else [],
        years=[(year, wareki_year(year)) for year in years],
        schemes=scheme_choices(schemes.order_by("stage", "code")),
    )


def _state_of(entry: dict[str, object]) -> str:
    grant = entry["grant_status"]
    return f"grant.{grant}" if grant else str(entry["status"])


def _address(file_format: str, query: str) -> str:
    base = reverse("exports:file", args=[LEDGER.code, file_format])
    return f"{base}?{query}" if query else base
