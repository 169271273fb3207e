"""From a filtered list to a prepared run: what is asked for all alike, then the confirmation."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import refuse
from portal.accounts.models import User
from portal.accounts.selectors import people_with_role
from portal.kernel import clock
from portal.kernel.transitions import RoleMissing, TransitionRefused
from portal.ui.acts import trying
from subsidies.bulk import policies, services
from subsidies.bulk.forms import FORMS, InstructionForm
from subsidies.bulk.models import BulkRun
from subsidies.bulk.views.common import crumbs
from subsidies.grants.selectors import money
from subsidies.policies import IN_CHARGE_ROLES
from subsidies.selectors.queue import QueueFilters
from subsidies.views.common import ward_only
from subsidies.views.queue import conditions_of

# Kinds that go over the applications of the queue's filter.
OF_QUEUE = {*BulkRun.Kind.values} - {BulkRun.Kind.PAY, BulkRun.Kind.LETTERS}


@ward_only
@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Freeze what the queue's filter finds and show it. Nothing is decided yet."""
    asked = QueryDict(request.POST.get("conditions", ""))
    kind = request.POST.get("kind", "")
    if kind not in OF_QUEUE:
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
    filters, paying = _filters(request, request.GET), kind == BulkRun.Kind.PAY
    form = FORMS[kind](
        request.POST if request.method == "POST" else None,
        staff=[(person.pk, person.name) for person in _staff(request)],
        initial={"paid_on": clock.today()},
    )
    status = 200
    if request.method == "POST":
        if run := _prepared(request, kind, filters, form):
            return redirect("bulk:run", run.public_id)
        status = 422
    label = BulkRun.Kind(kind).label
    queue = f"{reverse('subsidies:queue')}?{request.GET.urlencode()}"
    context = {
        "title": label,
        "form": form,
        "count": money.payable(request.actor).count()
        if paying
        else services.matches_count(actor=request.actor, filters=filters, today=clock.today()),
        "back": reverse("grants:payments") if paying else queue,
        "breadcrumb": crumbs(request, str(label)),
    }
    return TemplateResponse(request, "bulk/setup.html", context, status=status)


def _prepared(
    request: HttpRequest, kind: str, filters: QueueFilters, form: InstructionForm
) -> BulkRun | None:
    """The run, or None with the refusal on the form."""
    if not form.is_valid():
        return None
    with trying(request, form):
        if kind == BulkRun.Kind.PAY:
            day = form.cleaned_data["paid_on"]
            return services.payments_prepare(actor=request.actor, paid_on=day)
        return services.run_prepare(
            actor=request.actor,
            kind=kind,
            filters=filters,
            today=clock.today(),
            instructions=form.instructions(),
        )
    return None


def _filters(request: HttpRequest, asked: QueryDict) -> QueueFilters:
    return conditions_of(request.actor.ward_id, asked, _staff(request)).chosen


def _staff(request: HttpRequest) -> Iterable[User]:
    return people_with_role(request.actor.ward_id, IN_CHARGE_ROLES, clock.today())
