"""For the coordinator: who waits for help. For offices: counts, status, concentration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases import policies, probation, services, states
from lab.nakama.cases.forms.asking import ReasonForm
from lab.nakama.cases.forms.planning import LiftForm
from lab.nakama.cases.models import Case, Invitation, Wave
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.selectors.counts import counts as count_all
from lab.nakama.cases.selectors.counts import own_ward
from lab.nakama.cases.views.common import (
    figures_readers,
    lab_only,
    public_rows,
    seen_case,
    tried,
)
from lab.nakama.cases.words import limit_texts
from portal.kernel import clock
from portal.kernel.database import acting
from portal.ui.acts import form_page
from portal.ui.parts import Crumb


@lab_only
@require_safe
def lab(request: HttpRequest) -> HttpResponse:
    """仲間まわしの相談: stuck cases first, then those being asked about, then appeals."""
    actor = request.actor
    stuck = find.escalated(actor)
    asking = policies.visible_cases(actor).filter(status=states.INVITING, escalated_at=None)
    context = {
        "stuck": stuck,
        "asking": list(asking.order_by("opened_at", "pk")[: find.SHOWN]),
        "appeals": list(policies.visible_ratings(actor).filter(status=states.APPEALED)),
    }
    return TemplateResponse(request, "cases/lab.html", context)


@lab_only
@require_http_methods(["GET", "HEAD", "POST"])
def lab_case(request: HttpRequest, public_id: object) -> HttpResponse:
    """One case without names of buyer and customer, drawings or prices: whom to telephone."""
    case: Case = seen_case(request, public_id)
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    form.fields["reason"].label = _("何をしたか")
    with acting(request.actor.elevated()):
        new = probation.held_back(case) if case.status in states.ASKING else {}
    lift = LiftForm(request.POST if "firm" in request.POST else None, firms=new)
    if lift.is_bound and lift.is_valid() and _lifted(request, case, lift):
        return redirect("cases:lab_case", public_id)
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            form,
            services.lab_done,
            _("相談を終わりにしました。"),
            case_id=case.pk,
            note=form.cleaned_data["reason"],
        )
    ):
        return redirect("cases:lab")
    steps = find.steps_of(case)
    rows = list(Invitation.objects.filter(case=case).order_by("step__position", "pk"))
    waves = list(Wave.objects.filter(case=case).order_by("number"))
    context = {
        "case": case,
        "form": lift if lift.is_bound else form,
        "done": form,
        "lift": lift if new else None,
        "limits": limit_texts((*probation.limits(case), probation.Limit.VALUE)),
        "lifts": list(case.lifts.all()),
        "rows": public_rows(case, exact=False),
        "steps": [
            (
                step,
                [wave for wave in waves if wave.step_id == step.pk],
                [row for row in rows if row.step_id == step.pk],
            )
            for step in steps
        ],
        "breadcrumb": [
            Crumb(_("仲間まわしの相談"), reverse("cases:lab")),
            Crumb(case.number or ""),
        ],
    }
    return form_page(request, "cases/lab_case.html", context)


def _lifted(request: HttpRequest, case: Case, form: LiftForm) -> bool:
    data = form.cleaned_data
    return tried(
        request,
        form,
        services.first_job_lift,
        _("上限を外し、ハブ企業に知らせました。"),
        case_id=case.pk,
        firm_id=data["firm"],
        reason=data["lift_reason"],
    )


@figures_readers
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """件数と偏り: no names, drawings or prices."""
    context = {
        "counts": count_all(request.actor, today=clock.today()),
        "cases": own_ward(request.actor),
        "year": clock.fiscal_year(clock.today()),
    }
    return TemplateResponse(request, "cases/counts.html", context)
