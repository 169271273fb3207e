"""Planning a cohort: made with proposed days, its sessions and lecturers, published, changed, ended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dojo import policies, services, states
from dojo.forms import CohortForm, LecturerForm, MakeUpForm, NewCohortForm, ReasonForm, SessionForm
from dojo.models import Cohort, Course, Lecturer, Session
from dojo.rules import days
from dojo.selectors import public, roster
from dojo.services.cohorts import missing
from dojo.services.sessions import lecturers_of
from dojo.views.common import (
    cohort_tabs,
    keepers,
    kept_cohort,
    office_only,
    refused,
    session_day,
    session_name,
    staff_crumbs,
)
from dojo.words import cohort_name
from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, trying
from portal.ui.parts import Crumb, Row
from programs.selectors import ward_names

planners_only = hat_required(Hat.WARD, roles=states.PLANNERS)


@keepers
@require_safe
def cohort_list(request: HttpRequest) -> HttpResponse:
    """講座の期: what the ward holds or takes part in, of three years."""
    if policies.is_lecturer(request.actor):
        return redirect("dojo:teach")
    if not policies.is_office(request.actor) and request.actor.hat != Hat.AUDITOR:
        raise Http404
    names = ward_names()
    today = clock.today()
    rows = [
        {
            "cohort": row,
            "name": cohort_name(row),
            "ward": names[row.ward_id],
            "first": row.first_at,
            "last": row.last_at,
            "window": public.window(row, today),
        }
        for row in public.results(request.actor)
    ]
    context = {
        "years": _by_year(rows),
        "may_plan": policies.is_office(request.actor) and request.actor.has_role(*states.PLANNERS),
    }
    return TemplateResponse(request, "dojo/cohort_list.html", context)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """期を作る: the days are proposed around holidays, and may be changed one by one."""
    assert request.actor.ward_id is not None
    newest = Course.objects.order_by("code", "-version").distinct("code")
    form = NewCohortForm(
        request.POST or None,
        ward_id=request.actor.ward_id,
        courses=Course.objects.filter(pk__in=newest.values("pk")),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        course = given["course"]
        wish = days.Wish(
            given["first_on"], course.units.count(), given["every_days"], given["weekends"]
        )
        with trying(request, form):
            made = services.cohort_create(
                actor=request.actor,
                course_id=course.pk,
                ward_ids=[int(code) for code in given["wards"]],
                fields=form.fields_given,
                times=services.Times(wish, given["starts"]),
            )
            messages.success(
                request,
                _("期を作りました。提案した開催日を確かめ、講師を加えてから公開してください。"),
            )
            return redirect("dojo:plan", made.public_id)
    context = {
        "form": form,
        "heading": _("期を作る"),
        "button": _("開催日を提案する"),
        "breadcrumb": [Crumb(_("講座の期"), reverse("dojo:cohort_list")), Crumb(_("期を作る"))],
    }
    return form_page(request, "dojo/form.html", context)


@office_only
@require_safe
def plan(request: HttpRequest, public_id: object) -> HttpResponse:
    """日程・講師: every session, every lecturer, what is missing, and the moves."""
    return _plan_page(request, kept_cohort(request, public_id))


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """募集の内容を変える."""
    cohort = _planned(request, public_id)
    form = CohortForm(request.POST or None, initial=CohortForm.initial_of(cohort))
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.cohort_change(
                actor=request.actor, cohort_id=cohort.pk, fields=form.fields_given
            )
            messages.success(request, _("保存しました。"))
            return redirect("dojo:plan", public_id)
    context = {
        "form": form,
        "heading": _("募集の内容を変える"),
        "button": _("保存する"),
        "breadcrumb": staff_crumbs(cohort, _("募集の内容を変える")),
    }
    return form_page(request, "dojo/form.html", context)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, session_id: int) -> HttpResponse:
    """開催日時を変える; a holiday is pointed out, and is the official's to choose."""
    session = get_object_or_404(Session.objects.select_related("unit"), pk=session_id)
    cohort = _planned(request, pk=session.cohort_id)
    begin, end = (at.astimezone(clock.TOKYO) for at in (session.starts_at, session.ends_at))
    form = SessionForm(
        request.POST or None,
        initial={
            "day": begin.date(),
            "starts": begin.time(),
            "ends": end.time(),
            "place": session.place,
            "online_url": session.online_url,
        },
    )
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.session_change(actor=request.actor, session_id=session.pk, **form.times)
            messages.success(request, _("保存しました。受講者に知らせます。"))
            if days.is_holiday(form.cleaned_data["day"]):
                messages.warning(
                    request, _("この日は祝日か年末年始です。よければ、このままで構いません。")
                )
            return redirect("dojo:plan", cohort.public_id)
    context = {
        "form": form,
        "heading": _("%(name)sの日時を変える") % {"name": session_name(session)},
        "button": _("保存する"),
        "breadcrumb": staff_crumbs(cohort, session_name(session)),
    }
    return form_page(request, "dojo/form.html", context)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def make_up(request: HttpRequest, public_id: object) -> HttpResponse:
    """補講を加える."""
    cohort = _planned(request, public_id)
    form = MakeUpForm(request.POST or None, units=cohort.course.units.all())
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.make_up_add(
                actor=request.actor,
                cohort_id=cohort.pk,
                unit_id=form.cleaned_data["unit"].pk,
                **form.times,
            )
            messages.success(request, _("補講を加えました。"))
            return redirect("dojo:plan", public_id)
    context = {
        "form": form,
        "heading": _("補講を加える"),
        "button": _("補講を加える"),
        "breadcrumb": staff_crumbs(cohort, _("補講")),
    }
    return form_page(request, "dojo/form.html", context)


@planners_only
@require_POST
def unmake_up(request: HttpRequest, session_id: int) -> HttpResponse:
    """補講を取り消す."""
    session = get_object_or_404(Session, pk=session_id, is_make_up=True)
    cohort = _planned(request, pk=session.cohort_id)
    try:
        services.make_up_remove(actor=request.actor, session_id=session.pk)
    except TransitionRefused as error:
        refused(request, error, cohort, "make_up_remove")
    else:
        messages.success(request, _("補講を取り消しました。"))
    return redirect("dojo:plan", cohort.public_id)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def lecturer(request: HttpRequest, public_id: object) -> HttpResponse:
    """講師を加える."""
    cohort = _planned(request, public_id)
    people = (
        lecturers_of(cohort.ward_id).order_by("user__name").values_list("user_id", "user__name")
    )
    form = LecturerForm(request.POST or None, people=list(dict.fromkeys(people)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with trying(request, form):
            services.lecturer_add(
                actor=request.actor,
                cohort_id=cohort.pk,
                name=given["name"],
                profile=given["profile"],
                user_id=int(given["user"]) if given["user"] else None,
                is_peer=given["is_peer"],
                story=given["story"],
            )
            messages.success(request, _("講師を加えました。"))
            return redirect("dojo:plan", public_id)
    context = {
        "form": form,
        "heading": _("講師を加える"),
        "button": _("講師を加える"),
        "breadcrumb": staff_crumbs(cohort, _("講師を加える")),
    }
    return form_page(request, "dojo/form.html", context)


@planners_only
@require_POST
def unlecture(request: HttpRequest, lecturer_id: int) -> HttpResponse:
    """講師を外す."""
    found = get_object_or_404(Lecturer, pk=lecturer_id)
    cohort = _planned(request, pk=found.cohort_id)
    try:
        services.lecturer_remove(actor=request.actor, lecturer_id=found.pk)
    except TransitionRefused as error:
        refused(request, error, cohort, "lecturer_remove")
    else:
        messages.success(request, _("講師を外しました。"))
    return redirect("dojo:plan", cohort.public_id)


@planners_only
@require_POST
def move(request: HttpRequest, public_id: object, action: str) -> HttpResponse:
    """公開・終了・中止."""
    cohort = _planned(request, public_id)
    acts = {"announce": services.cohort_announce, "end": services.cohort_end}
    form = None
    try:
        if action == "cancel":
            form = ReasonForm(request.POST)
            if not form.is_valid():
                return _plan_page(request, cohort, form=form, status=422)
            services.cohort_cancel(
                actor=request.actor, cohort_id=cohort.pk, reason=form.cleaned_data["reason"]
            )
        elif action in acts:
            acts[action](actor=request.actor, cohort_id=cohort.pk)
        else:
            raise Http404
    except TransitionRefused as error:
        refused(request, error, cohort, action)
    else:
        messages.success(request, _("記録しました。"))
    return redirect("dojo:plan", public_id)


def _plan_page(
    request: HttpRequest, cohort: Cohort, *, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    may_plan = policies.may_plan(request.actor, cohort)
    allowed = states.COHORT.allowed(cohort.status, request.actor.roles) if may_plan else []
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "facts": _facts(cohort),
        "sessions": [
            {
                "session": item,
                "name": session_name(item),
                "day": session_day(item),
                "holiday": days.is_holiday(clock.to_date(item.starts_at)),
            }
            for item in roster.sessions_of(cohort)
        ],
        "lecturers": list(cohort.lecturers.all()),
        "left": missing(cohort, clock.today()) if cohort.status == states.DRAFT else [],
        "may_plan": may_plan and cohort.status in (states.DRAFT, states.ANNOUNCED),
        "moves": [item for item in allowed if item.name != "cancel"],
        "cancel": next((item for item in allowed if item.name == "cancel"), None),
        "form": form,
        "reason_form": form or ReasonForm(),
        "tabs": cohort_tabs(request, cohort, "plan"),
        "breadcrumb": staff_crumbs(cohort),
    }
    return TemplateResponse(request, "dojo/plan.html", context, status=status)


def _facts(cohort: Cohort) -> list[Row]:
    names = ward_names()
    rows = [
        Row(_("対象の区"), _("・").join(names[row.ward_id] for row in cohort.wards.all())),
        Row(_("定員"), _("%(n)d人") % {"n": cohort.capacity}),
        Row(_("受講者の決め方"), cohort.get_selection_display()),
        Row(_("会場"), cohort.place),
        Row(_("問合せ先"), cohort.contact),
    ]
    if cohort.criteria:
        rows.insert(3, Row(_("選考の基準"), cohort.criteria))
    return rows


def _planned(request: HttpRequest, public_id: object = None, **lookup: Any) -> Cohort:
    """A cohort that the person plans: those of other wards are not there."""
    rows = Cohort.objects.filter(ward_id=request.actor.ward_id).select_related("course", "ward")
    return get_object_or_404(rows, **(lookup or {"public_id": public_id}))


def _by_year(rows: list[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    years: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        years.setdefault(row["cohort"].fiscal_year, []).append(row)
    return list(years.items())
