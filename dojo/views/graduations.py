"""修了: proposals of a cohort, decided one by one or together; one graduation with what rests on it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dojo import papers, policies, services, states
from dojo.forms import ReasonForm
from dojo.models import Cohort, Graduation
from dojo.selectors import roster
from dojo.views.common import cohort_tabs, kept_cohort, looked, office_only, refused, staff_crumbs
from dojo.words import cohort_name
from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from portal.ui.parts import Row
from programs.fact_states import fact_state
from programs.uses import uses_of


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def of_cohort(request: HttpRequest, public_id: object) -> HttpResponse:
    """修了の案と認定: the rule proposes, another official decides."""
    cohort = kept_cohort(request, public_id)
    if request.method == "POST":
        _decide(request, cohort)
        return redirect("dojo:graduations", public_id)
    rows = policies.visible_enrolments(request.actor).filter(cohort=cohort)
    lines = roster.assessed_with(cohort, rows, roster.sessions_of(cohort))
    may_plan = policies.may_plan(request.actor, cohort)
    may_confirm = policies.may_confirm(request.actor, cohort)
    ready = [
        line
        for line in lines
        if line.assessment.is_complete
        and (line.graduation is None or line.graduation.status == states.RETURNED)
    ]
    waiting = [
        line for line in lines if line.graduation and line.graduation.status == states.PROPOSED
    ]
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "page": Paginator(lines, roster.PAGE_SIZE).get_page(
            posted_number(request.GET.get("page", "")) or 1
        ),
        "ready": len(ready),
        "waiting": [
            (line, states.GRADUATION.refusal(line.graduation, "confirm", request.actor))
            for line in waiting
        ],
        "may_plan": may_plan,
        "may_confirm": may_confirm,
        "tabs": cohort_tabs(request, cohort, "graduations"),
        "breadcrumb": staff_crumbs(cohort, _("修了")),
    }
    looked(request, cohort, "graduations")
    return TemplateResponse(request, "dojo/graduations.html", context)


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def graduation(request: HttpRequest, public_id: object) -> HttpResponse:
    """One graduation: the verdict, the certificate, what rests on it, and its revocation or return."""
    rows = policies.visible_graduations(request.actor).select_related(
        "enrolment__cohort__course",
        "enrolment__cohort__ward",
        "fact",
        "proposed_by",
        "confirmed_by",
        "certificate",
    )
    found: Graduation = get_object_or_404(rows, public_id=public_id)
    cohort = found.enrolment.cohort
    action = {states.PROPOSED: "return", states.CONFIRMED: "revoke"}.get(found.status, "")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and action and form.is_valid():
        act = {"return": services.graduation_return, "revoke": services.graduation_revoke}[action]
        try:
            act(
                actor=request.actor,
                graduation_id=found.pk,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            refused(request, error, found, action)
        else:
            messages.success(request, _("記録し、受講者に知らせました。"))
            return redirect("dojo:graduation", public_id)
    audit.record(
        actor=request.actor,
        action="dojo.graduation_viewed",
        obj=found,
        ward_id=request.actor.ward_id,
    )
    context = {
        "found": found,
        "cohort": cohort,
        "state": found.state,
        "rows": _rows(found),
        "uses": uses_of(request.actor, found.fact) if found.fact else [],
        "verify_url": papers.verify_path(found.number) if found.number else "",
        "form": form,
        "action": action if policies.may_confirm(request.actor, cohort) else "",
        "breadcrumb": staff_crumbs(cohort, found.enrolment.person_name),
    }
    return form_page(request, "dojo/graduation.html", context)


def _decide(request: HttpRequest, cohort: Cohort) -> None:
    """案を作る, or 認定する for one or all that are ticked."""
    try:
        if request.POST.get("action") == "propose":
            count = services.graduations_propose(actor=request.actor, cohort_id=cohort.pk)
            text = ngettext(
                "%(n)d人の修了の案を作りました。", "%(n)d人の修了の案を作りました。", count
            )
            messages.success(request, text % {"n": count})
            return
        wanted = [posted_number(value) or 0 for value in request.POST.getlist("graduation")]
        if not wanted:
            messages.error(request, _("認定する方を選んでください。"))
            return
        for pk in wanted:
            services.graduation_confirm(actor=request.actor, graduation_id=pk)
    except Graduation.DoesNotExist:
        messages.error(request, _("案が見つかりません。画面を開き直してください。"))
    except TransitionRefused as error:
        refused(request, error, cohort, "graduation")
    else:
        text = ngettext(
            "%(n)d人の修了を認定し、修了証を出しました。",
            "%(n)d人の修了を認定し、修了証を出しました。",
            len(wanted),
        )
        messages.success(request, text % {"n": len(wanted)})


def _rows(found: Graduation) -> list[Row]:
    verdict: dict[str, Any] = found.assessment
    rows = [
        Row(_("受講者"), found.enrolment.person_name),
        Row(_("企業"), found.enrolment.firm_name),
        Row(
            _("出席"),
            _("%(counted)d回（修了の要件は%(needed)d回）") % verdict,
        ),
        Row(_("案を作った人"), found.proposed_by.name if found.proposed_by else _("自動の記録")),
    ]
    if found.confirmed_on:
        rows += [
            Row(_("番号"), found.number),
            Row(_("修了日"), era_date(found.confirmed_on)),
            Row(
                _("認定した人"), found.confirmed_by.name if found.confirmed_by else _("自動の記録")
            ),
        ]
    if found.fact:
        rows.append(Row(_("いまの効力"), fact_state(found.fact, clock.today()).label))
    if found.reason:
        rows.append(Row(_("理由"), found.reason))
    return rows
