"""The search and what a firm shows of itself."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lab.nakama import policies, services, words
from lab.nakama.forms import SearchForm
from lab.nakama.models import Process
from lab.nakama.selectors import profiles as selectors
from lab.nakama.selectors.search import Answer, Wish, search
from lab.nakama.views import common
from portal.kernel import clock
from portal.ui.acts import form_page

PAGE, OUTSIDE = 20, 10
_FIELDS = {
    "material": "material",
    "size": "size",
    "tolerance": "tolerance",
    "lot": "lot",
    "certificate": "certificate",
}


@common.searchers
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """加工先を探す: the address holds what is asked."""
    form = SearchForm(request.GET) if request.GET else SearchForm()
    context: dict[str, Any] = {"form": form, "may_prefill": policies.may_prefill(request.actor)}
    if form.is_bound and form.is_valid():
        wish = form.wish()
        if wish != Wish():
            context |= _found(request, wish)
    return form_page(request, "nakama/search.html", context)


def _found(request: HttpRequest, wish: Wish) -> dict[str, Any]:
    answer = search(request.actor, wish, today=clock.today())
    result = answer.result
    if "page" not in request.GET:  # the same search once
        _note(request, wish, answer)
    page: Page[Any] = Paginator(result.fitting, PAGE).get_page(request.GET.get("page"))
    first_near = len(result.fitting) - result.near
    shown = selectors.page_of(request.actor, [*page.object_list])
    outside = selectors.page_of(request.actor, result.outside[:OUTSIDE])
    return {
        "answer": answer,
        "page": page,
        "rows": [
            (profile, hit, page.start_index() + place > first_near)
            for place, (hit, profile) in enumerate(shown)
        ],
        "fitting": first_near,
        "near": result.near,
        "outside": [
            (profile, [words.failed(name, wish.conditions) for name in hit.failed])
            for hit, profile in outside
        ],
        "outside_count": len(result.outside),
        "relax": _relax(request, answer),
        "read_as": _names(answer),
    }


def _note(request: HttpRequest, wish: Wish, answer: Answer) -> None:
    """Every word that nobody can read waits for the coordinator, whatever else was read."""
    unknown = dict.fromkeys(answer.reading.unknown, wish.text)
    unknown |= dict.fromkeys(answer.unread, wish.conditions.material)
    services.search_noted(actor=request.actor, unknown=unknown)


def _relax(request: HttpRequest, answer: Answer) -> list[tuple[str, str]]:
    """(sentence, address without these conditions)."""
    kept = {key: value for key, value in request.GET.items() if value and key != "page"}
    found = []
    for names, firms in answer.result.relax:
        gone = {_FIELDS[name] for name in names}
        left = {key: value for key, value in kept.items() if key not in gone}
        found.append((words.relaxed(names, firms), "?" + urlencode(left)))
    return found


def _names(answer: Answer) -> str:
    rows = Process.objects.filter(pk__in=answer.processes).order_by("order")
    return _("、").join(row.display_name for row in rows)


@common.searchers
@require_safe
def profile(request: HttpRequest, public_id: object) -> HttpResponse:
    """What a firm can make. The hourly band is on no page but the firm's own form."""
    row = common.profile_of(request, public_id)
    machines = row.profilemachine_set.select_related("process").order_by("process__order", "pk")
    context = {
        "row": row,
        "capabilities": selectors.capabilities(row),
        "machines": list(machines),
        "certificates": list(row.profilecertificate_set.all()),
        "weeks": selectors.weeks_ahead(row, clock.today()),
        "may_write": policies.may_write(request.actor, row),
        "is_own": policies.is_firm(request.actor) and row.firm_id == request.actor.firm_id,
        "breadcrumb": common.crumbs(row),
    }
    return TemplateResponse(request, "nakama/profile.html", context)
