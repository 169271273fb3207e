"""From a filtered list to a prepared run: what is asked for all alike, then the confirmation."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import refuse
from portal.accounts.selectors import people_with_role
from portal.kernel import clock
from portal.kernel.transitions import RoleMissing, TransitionRefused
from subsidies.bulk import policies, services
from subsidies.bulk.forms import FORMS, InstructionForm
from subsidies.bulk.models import BulkRun
from subsidies.bulk.views.common import crumbs
from subsidies.policies import IN_CHARGE_ROLES
from subsidies.selectors.queue import QueueFilters
from subsidies.views.common import ward_only
from subsidies.views.queue import conditions_of


@ward_only
@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Freeze what the queue's filter finds and show it. Nothing is decided yet."""
    asked = QueryDict(request.POST.get("conditions", ""))
    kind = request.POST.get("kind", "")
    if kind not in BulkRun.Kind.values:
        messages.error(request, _("処理を選んでください。"))
        return redirect("subsidies:queue")
    if kind in FORMS:
        return redirect(f"{reverse('bulk:setup', args=[kind])}?{asked.urlencode()}")
    try:
        run = services.run_prepare(
            actor=request.actor, kind=kind, filters=_filters(request, asked), today=clock.today()
        )
    except RoleMissing:
        return refuse(request)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('subsidies:queue')}?{asked.urlencode()}")
    return redirect("bulk:run", run.public_id)


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask what holds for all; its POST prepares the run. What is refused keeps what was typed."""
    if kind not in FORMS:
        raise Http404
    if not policies.may_prepare(request.actor, kind):
        return refuse(request)
    filters = _filters(request, request.GET)
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if run := _prepared(request, kind, filters, form):
            return redirect("bulk:run", run.public_id)
        status = 422
    label = BulkRun.Kind(kind).label
    context = {
        "title": label,
        "form": form,
        "count": services.matches_count(actor=request.actor, filters=filters, today=clock.today()),
        "back": f"{reverse('subsidies:queue')}?{request.GET.urlencode()}",
        "breadcrumb": crumbs(request, str(label)),
    }
    return TemplateResponse(request, "bulk/setup.html", context, status=status)


def _prepared(
    request: HttpRequest, kind: str, filters: QueueFilters, form: InstructionForm
) -> BulkRun | None:
    """The run, or None with the refusal on the form."""
    if not form.is_valid():
        return None
    try:
        return services.run_prepare(
            actor=request.actor,
            kind=kind,
            filters=filters,
            today=clock.today(),
            instructions=form.instructions(),
        )
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        return None


def _filters(request: HttpRequest, asked: QueryDict) -> QueueFilters:
    ward, today = request.actor.ward_id, clock.today()
    return conditions_of(ward, asked, people_with_role(ward, IN_CHARGE_ROLES, today)).chosen
