"""一括処理: what will happen and to whom, then how far it is, then what became of each."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import hat_required, recent_authentication_required
from portal.kernel.actor import Hat
from portal.kernel.files.responses import file_response
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404, trying
from subsidies.bulk import policies, services, words
from subsidies.bulk.filters import RunFilter
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.rows import COLUMNS, items_of, row_of
from subsidies.bulk.views.common import crumbs
from subsidies.views.common import ward_only

PER_PAGE = 50
REFRESH_SECONDS = 3
FILES = ("print", "zip")
Outcome = BulkItem.Outcome


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """The ward's runs, newest first."""
    conditions = RunFilter(request.GET)
    rows = conditions.chosen(policies.visible_runs(request.actor)).order_by("-created_at")
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "breadcrumb": crumbs(request),
    }
    return TemplateResponse(request, "bulk/list.html", context)


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def run(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Confirmation, progress or result, by where the run stands."""
    found = _run(request, public_id)
    counts = found.items.aggregate(
        **{name.value: Count("pk", filter=Q(outcome=name)) for name in Outcome}
    )
    running = found.phase == BulkRun.Phase.RUNNING
    total = sum(counts.values()) - counts[Outcome.EXCLUDED]
    context: dict[str, Any] = {
        "run": found,
        "counts": counts,
        "total": total,
        "explanation": words.EXPLANATIONS[found.kind],
        "column": COLUMNS[found.kind],
        "instruction": words.instruction(found),
        "button": words.button(found.kind, total),
        "settled": counts[Outcome.DONE] + counts[Outcome.FAILED],
        "running": running,
        "may_start": policies.may_start(request.actor, found),
        "may_cancel": policies.may_prepare(request.actor, found.kind),
        "lists": _lists(request, found),
        "breadcrumb": crumbs(request, str(found.get_kind_display())),
    }
    response = TemplateResponse(request, "bulk/run.html", context)
    if running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@ward_only
@recent_authentication_required
@require_POST
def start(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Carry it out, in the name of who prepared it."""
    found = _run(request, public_id)
    return _acted(request, found, services.run_start)


@ward_only
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop it; what is done stays done."""
    return _acted(request, _run(request, public_id), services.run_cancel)


@ward_only
@require_safe
def download(request: HttpRequest, public_id: uuid.UUID, which: str) -> HttpResponseBase:
    """The letters to print, or their originals; each opening is recorded."""
    if which not in FILES:
        raise Http404
    found = _run(request, public_id)
    try:
        stored, reader = services.open_file(
            actor=request.actor, public_id=found.public_id, which=which
        )
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect("bulk:run", found.public_id)
    return file_response(stored, reader)


def _acted(request: HttpRequest, found: BulkRun, act: Any) -> HttpResponse:
    with trying(request):
        act(actor=request.actor, public_id=found.public_id)
    return redirect("bulk:run", found.public_id)


def _run(request: HttpRequest, public_id: uuid.UUID) -> BulkRun:
    return found_or_404(policies.get_run, request.actor, public_id=public_id)


def _lists(request: HttpRequest, found: BulkRun) -> list[dict[str, Any]]:
    """What stands below: what went wrong and what is left out first, each with its reason."""
    titles = {
        Outcome.FAILED: _("できなかったもの"),
        Outcome.EXCLUDED: _("除かれるもの"),
        Outcome.WAITING: _("処理するもの"),
        Outcome.DONE: _("処理したもの"),
    }
    lists = []
    for outcome, title in titles.items():
        rows = items_of(found, outcome)
        parameter = f"{outcome.value}-page"
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get(parameter))
        if page.paginator.count:
            lists.append(
                {
                    "id": outcome.value,
                    "title": title,
                    "page": page,
                    "parameter": parameter,
                    "rows": [row_of(found.kind, item) for item in page],
                    "with_reason": outcome in {Outcome.FAILED, Outcome.EXCLUDED},
                }
            )
    return lists
