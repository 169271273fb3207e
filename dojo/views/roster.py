"""The cohort board, the grid, applicants, one person; and the lecturers' own desk."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dojo import policies, services, states
from dojo.forms import FeedbackForm, PlanForm, ReasonForm
from dojo.models import Cohort, Enrolment, Session, SessionWork
from dojo.selectors import answers, roster
from dojo.selectors import board as people
from dojo.views.common import (
    card_links,
    cohort_tabs,
    keepers,
    kept_cohort,
    looked,
    office_only,
    posted_reason,
    refused,
    session_day,
    session_name,
    staff_crumbs,
)
from dojo.words import cohort_name
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb


@keepers
@require_safe
def board(request: HttpRequest, public_id: object) -> HttpResponse:
    """受講者: how the cohort stands, and everybody with a seat."""
    cohort = kept_cohort(request, public_id)
    sessions = roster.sessions_of(cohort)
    now = clock.now()
    takes_place = cohort.status != states.CANCELLED
    coming = next((item for item in sessions if takes_place and item.ends_at >= now), None)
    query = request.GET.get("q", "")
    found = people.board(
        request.actor,
        cohort,
        sessions,
        query=query,
        page=posted_number(request.GET.get("page", "")) or 1,
        next_session=coming,
    )
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "counts": found.counts,
        "page": found.page,
        "query": query,
        "coming": coming,
        "coming_name": session_name(coming) if coming else "",
        "coming_day": session_day(coming) if coming else "",
        "sessions": [
            {
                "session": item,
                "name": session_name(item),
                "day": session_day(item),
                "count": found.came.get(item.pk, 0),
                "begun": item.starts_at <= now,
            }
            for item in sessions
        ],
        "results": answers.results(request.actor, cohort),
        "tabs": cohort_tabs(request, cohort, "board"),
        "breadcrumb": _crumbs(request, cohort),
        **card_links(request),
    }
    looked(request, cohort, "board")
    return TemplateResponse(request, "dojo/board.html", context)


@keepers
@require_safe
def grid(request: HttpRequest, public_id: object) -> HttpResponse:
    """出席の表: people × sessions, a real table."""
    cohort = kept_cohort(request, public_id)
    sessions = roster.sessions_of(cohort)
    rows = policies.visible_enrolments(request.actor).filter(cohort=cohort)
    lines = roster.assessed(cohort, rows=rows)
    page = Paginator(lines, roster.PAGE_SIZE).get_page(
        posted_number(request.GET.get("page", "")) or 1
    )
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "heads": [{"session": item, "name": session_name(item)} for item in sessions],
        "rows": [
            {
                "line": line,
                "cells": [line.marks.get(item.pk) for item in sessions],
            }
            for line in page
        ],
        "page": page,
        "tabs": cohort_tabs(request, cohort, "grid"),
        "breadcrumb": _crumbs(request, cohort, _("出席の表")),
    }
    looked(request, cohort, "grid")
    return TemplateResponse(request, "dojo/grid.html", context)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def applicants(request: HttpRequest, public_id: object) -> HttpResponse:
    """申込み: who applied, who is asked, who waits; in a chosen cohort, the choice."""
    cohort = kept_cohort(request, public_id)
    form = None
    if request.method == "POST":
        form = ReasonForm(request.POST)
        row = get_object_or_404(
            policies.visible_enrolments(request.actor),
            cohort=cohort,
            pk=posted_number(request.POST.get("enrolment", "")) or 0,
        )
        action = request.POST.get("action", "")
        try:
            services.enrolment_choose(
                actor=request.actor,
                enrolment_id=row.pk,
                action=action,
                reason=posted_reason(request),
            )
        except TransitionRefused as error:
            refused(request, error, row, action)
        else:
            messages.success(
                request, _("%(name)sさんの結果を記録し、知らせました。") % {"name": row.person_name}
            )
        return redirect("dojo:applicants", public_id)
    rows = roster.applicants(request.actor, cohort)
    may = policies.may_plan(request.actor, cohort)
    position = 0
    shown = []
    for row in rows:
        position += row.status == states.WAITING
        shown.append(
            {
                "row": row,
                "position": position if row.status == states.WAITING else None,
                "moves": [
                    item
                    for item in states.ENROLMENT.allowed(row.status, request.actor.roles)
                    if may and item.name in {"enrol", "queue", "decline"}
                ],
            }
        )
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "rows": shown,
        "form": form,
        "tabs": cohort_tabs(request, cohort, "applicants"),
        "breadcrumb": _crumbs(request, cohort, _("申込み")),
    }
    looked(request, cohort, "applicants")
    return TemplateResponse(request, "dojo/applicants.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, public_id: object) -> HttpResponse:
    """One person: verdict, every record with its corrections, pre-work, feedback, plan; 取消."""
    rows = policies.visible_enrolments(request.actor).select_related(
        "cohort__course", "cohort__ward"
    )
    row: Enrolment = get_object_or_404(rows, public_id=public_id)
    sessions = roster.sessions_of(row.cohort)
    choices = [(item.pk, session_name(item)) for item in sessions]
    if request.method == "POST":
        return _person_post(request, row, sessions, choices)
    return _person_page(request, row, sessions)


def _person_post(
    request: HttpRequest,
    row: Enrolment,
    sessions: list[Session],
    choices: list[tuple[int, str]],
) -> HttpResponse:
    action = request.POST.get("action", "")
    form: Any = {
        "plan": lambda: PlanForm(request.POST, auto_id="plan_%s"),
        "feedback": lambda: FeedbackForm(request.POST, sessions=choices, auto_id="feedback_%s"),
        "remove": lambda: ReasonForm(request.POST, auto_id="remove_%s"),
    }.get(action, lambda: None)()
    if form is None:
        return redirect("dojo:person", row.public_id)
    if not form.is_valid():
        return _person_page(request, row, sessions, failed=form, action=action, status=422)
    given = form.cleaned_data
    try:
        if action == "plan":
            services.plan_hand_in(actor=request.actor, enrolment_id=row.pk, on=given["on"])
        elif action == "feedback":
            services.feedback_write(
                actor=request.actor,
                session_id=int(given["session"]),
                enrolment_id=row.pk,
                text=given["text"],
            )
        else:
            services.enrolment_remove(
                actor=request.actor, enrolment_id=row.pk, reason=given["reason"]
            )
    except TransitionRefused as error:
        refused(request, error, row, action)
        return _person_page(request, row, sessions, failed=form, action=action, status=409)
    messages.success(request, _("記録しました。"))
    return redirect("dojo:person", row.public_id)


def _person_page(
    request: HttpRequest,
    row: Enrolment,
    sessions: list[Session],
    *,
    failed: Any = None,
    action: str = "",
    status: int = 200,
) -> HttpResponse:
    audit.record(
        actor=request.actor,
        action="dojo.person_viewed",
        obj=row,
        ward_id=request.actor.ward_id,
    )
    keeps = policies.may_keep_roster(request.actor, row.cohort)
    choices = [(item.pk, session_name(item)) for item in sessions]
    is_open = keeps and row.status == states.ENROLLED

    def form(name: str, usual: Any) -> Any:
        return failed if action == name else usual

    context = {
        "row": row,
        "cohort": row.cohort,
        "name": cohort_name(row.cohort),
        "line": next(iter(roster.lines_of(row.cohort, [row], sessions))),
        "history": [(item, session_name(item.session)) for item in roster.history(row)],
        "works": [
            (work, session_name(work.session))
            for work in SessionWork.objects.filter(enrolment=row)
            .select_related("session__unit", "feedback_by")
            .order_by("session__starts_at")
        ],
        "plan_form": form(
            "plan", PlanForm(initial={"on": row.plan_handed_in_on}, auto_id="plan_%s")
        )
        if is_open
        else None,
        "feedback_form": form("feedback", FeedbackForm(sessions=choices, auto_id="feedback_%s"))
        if is_open
        else None,
        "remove_form": form("remove", ReasonForm(auto_id="remove_%s"))
        if policies.may_plan(request.actor, row.cohort) and row.status in states.LIVE
        else None,
        "form": failed,
        "breadcrumb": _crumbs(request, row.cohort, row.person_name),
        **card_links(request),
    }
    return TemplateResponse(request, "dojo/person.html", context, status=status)


@hat_required(Hat.SUPPORT, roles={Role.LECTURER})
@require_safe
def teach(request: HttpRequest) -> HttpResponse:
    """担当する期: what is next, with everything for the room at hand."""
    now = clock.now()
    rows = policies.taught_cohorts(request.actor).exclude(status=states.DRAFT)
    cohorts = list(rows.select_related("course", "ward").order_by("-fiscal_year", "-pk"))
    sessions = list(
        Session.objects.filter(cohort__in=cohorts, ends_at__gte=now)
        .select_related("cohort__course", "unit")
        .order_by("starts_at")[:10]
    )
    context = {
        "cohorts": [
            {"cohort": row, "name": cohort_name(row), "ward": row.ward.display_name}
            for row in cohorts
        ],
        "sessions": [
            {
                "session": item,
                "name": session_name(item),
                "day": session_day(item),
                "course": cohort_name(item.cohort),
            }
            for item in sessions
        ],
    }
    return TemplateResponse(request, "dojo/teach.html", context)


def _crumbs(request: HttpRequest, cohort: Cohort, here: str = "") -> list[Crumb]:
    if not policies.is_lecturer(request.actor):
        return staff_crumbs(cohort, here)
    crumbs = [Crumb(_("担当する期"), reverse("dojo:teach"))]
    if not here:
        return [*crumbs, Crumb(cohort_name(cohort))]
    url = reverse("dojo:board", args=[cohort.public_id])
    return [*crumbs, Crumb(cohort_name(cohort), url), Crumb(here)]
