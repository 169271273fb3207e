"""The office's and the lecturers' pages: cohorts, a cohort's board, one survey by telephone, reports."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dojo.followup import policies, rules, selectors, services, states
from dojo.followup.forms import PhoneForm, ReturnForm
from dojo.followup.models import Investment
from dojo.followup.questions import QUESTIONS
from dojo.followup.views.common import (
    denied,
    is_open,
    keepers,
    office,
    refused,
    seen_investment,
    seen_survey,
    staff_crumbs,
    staff_tabs,
    survey_name,
    viewed,
)
from dojo.followup.views.firm import investment_rows
from dojo.views.common import cohort_tabs, kept_cohort
from dojo.words import cohort_name
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.policies import visible_firms


@keepers
@require_safe
def cohorts(request: HttpRequest) -> HttpResponse:
    """修了後のフォロー: cohorts with their surveys counted, those to be called first."""
    lines = selectors.cohort_lines(request.actor, clock.today())
    page = Paginator(lines, selectors.PAGE_SIZE).get_page(
        posted_number(request.GET.get("page", "")) or 1
    )
    waiting = selectors.waiting_count(request.actor)
    context = {
        "page": page,
        "names": [(line, cohort_name(line.cohort)) for line in page],
        "to_call": next((line for line in lines if line.counts.overdue), None),
        "waiting": waiting,
        "tabs": staff_tabs(request, "cohorts"),
    }
    return TemplateResponse(request, "followup/cohorts.html", context)


@keepers
@require_safe
def board(request: HttpRequest, public_id: object) -> HttpResponse:
    """The follow-up board of one cohort: who answered, who is due, who is overdue."""
    cohort = kept_cohort(request, public_id)
    found = selectors.board(request.actor, cohort, clock.today())
    page = Paginator(found.lines, selectors.PAGE_SIZE).get_page(
        posted_number(request.GET.get("page", "")) or 1
    )
    to_call = found.to_call
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "question": QUESTIONS[cohort.course.code].text,
        "board": found,
        "page": page,
        "months": rules.MONTHS,
        "today": clock.today(),
        "call_name": survey_name(to_call) if to_call else "",
        "may_call": to_call is not None and policies.may_enter(request.actor, to_call),
        "tabs": cohort_tabs(request, cohort, "followup:board"),
        "breadcrumb": staff_crumbs(None, cohort_name(cohort)),
    }
    return TemplateResponse(request, "followup/board.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, public_id: object) -> HttpResponse:
    """One survey: answers and mails so far; what was heard by telephone is written down here."""
    found = seen_survey(request, public_id)
    may_enter = policies.may_enter(request.actor, found) and is_open(found)
    initial = {"said_by": found.person_name, "said_on": clock.today()}
    form = PhoneForm(found.question, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.answer_by_phone(actor=request.actor, survey_id=found.pk, **given)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request.actor, error, found, "answer_by_phone")
        else:
            messages.success(request, _("聞き取った回答を記録しました。"))
            return redirect("followup:board", found.cohort.public_id)
    viewed(request, found)
    firm = visible_firms(request.actor).filter(pk=found.firm_id).first()
    context = {
        "survey": found,
        "name": survey_name(found),
        "form": form,
        "may_enter": may_enter,
        "replies": found.replies.select_related("written_by"),
        "mails": found.mails.all(),
        "phone": firm.phone if firm else "",
        "breadcrumb": staff_crumbs(found, found.person_name),
    }
    return form_page(request, "followup/staff_survey.html", context)


@office
@require_safe
def investments(request: HttpRequest) -> HttpResponse:
    """投資の報告: those that wait first on their own, then all."""
    status = request.GET.get("status", "")
    rows = selectors.investments(request.actor, status=status)
    waiting = selectors.investments(request.actor, status=states.REPORTED).order_by("reported_at")
    context = {
        "page": Paginator(rows, selectors.PAGE_SIZE).get_page(
            posted_number(request.GET.get("page", "")) or 1
        ),
        "first": waiting.first(),
        "status": status,
        "states": states.INVESTMENT.states,
        "query": f"status={status}" if status else "",
        "tabs": staff_tabs(request, "investments"),
    }
    return TemplateResponse(request, "followup/investments.html", context)


@office
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: object) -> HttpResponse:
    """One report: accept it, or return it (or take the acceptance back) with a reason."""
    row = seen_investment(request, public_id)
    action = {states.REPORTED: "return", states.ACCEPTED: "undo"}.get(row.status, "")
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and action and form.is_valid():
        act = {"return": services.investment_return, "undo": services.investment_undo}[action]
        try:
            act(
                actor=request.actor,
                investment_id=row.pk,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request.actor, error, row, action)
        else:
            messages.success(request, _("企業に差し戻しました。"))
            return redirect("followup:review", public_id)
    viewed(request, row)
    may_decide = policies.may_decide(request.actor, row)
    context = {
        "row": row,
        "rows": investment_rows(row),
        "action": action if may_decide else "",
        "form": form,
        "breadcrumb": [
            Crumb(_("投資の報告"), reverse("followup:investments")),
            Crumb(row.firm_name),
        ],
    }
    return form_page(request, "followup/review.html", context)


@office
@require_POST
def accept(request: HttpRequest, public_id: object) -> HttpResponse:
    """受理する; on to the next that waits, if any."""
    row: Investment = seen_investment(request, public_id)
    try:
        services.investment_accept(actor=request.actor, investment_id=row.pk)
    except TransitionRefused as error:
        refused(request, error, row, "accept")
        return redirect("followup:review", public_id)
    messages.success(request, _("受理し、企業に知らせました。"))
    return redirect("followup:investments")
