"""Pages of a firm: applying, the own courses, attending from a phone, the questionnaire."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dojo import ical, policies, services, states
from dojo.forms import AnswerForm, ApplyForm, CodeForm
from dojo.models import Cohort, Enrolment, Session
from dojo.selectors import own, public, roster
from dojo.services.attendance import session_of
from dojo.services.errors import Refused
from dojo.views.common import denied, firm_only, own_enrolment, refused, session_day, session_name
from dojo.words import cohort_name
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb
from programs.models import FirmMembership, Site
from programs.selectors import ward_names


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, public_id: object) -> HttpResponse:
    """申し込む. What was typed stays where it is refused."""
    rows = policies.visible_cohorts(request.actor).select_related("course", "ward")
    cohort = get_object_or_404(rows.prefetch_related("wards"), public_id=public_id)
    form = ApplyForm(
        request.POST or None,
        people=_people(request, cohort),
        wards=_wards(request, cohort),
        initial={"person": str(request.actor.user_id)},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.enrolment_apply(
                actor=request.actor,
                cohort_id=cohort.pk,
                person_id=int(given["person"]),
                motive=given["motive"],
                ward_id=int(given["ward"]) if given.get("ward") else None,
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, cohort, "apply")
        else:
            messages.success(request, _said(made))
            return redirect("dojo:enrolment", made.public_id)
    context = {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "form": form,
        "told": cohort.course.display_told,
        "window": public.window(cohort, clock.today()),
        "is_full": cohort.free <= 0,
        "breadcrumb": [
            Crumb(_("講座を探す"), reverse("dojo:courses")),
            Crumb(cohort_name(cohort), reverse("dojo:cohort", args=[cohort.public_id])),
            Crumb(_("申込み")),
        ],
    }
    return form_page(request, "dojo/apply.html", context)


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """受講する講座: the firm's enrolments, the newest first."""
    rows = list(own.enrolments(request.actor)[:100])
    context = {
        "rows": [
            {"row": row, "name": cohort_name(row.cohort), "graduation": _confirmed(row)}
            for row in rows
        ],
        "today": own.sessions_today(request.actor, clock.now()),
    }
    return TemplateResponse(request, "dojo/mine.html", context)


@firm_only
@never_cache
@require_safe
def enrolment(request: HttpRequest, public_id: object) -> HttpResponse:
    """One person's course: the next step, every session with what to do, calendar, certificate."""
    row = own_enrolment(request, public_id)
    now = clock.now()
    days = own.days(row, now)
    line = next(iter(roster.assessed(row.cohort, only=row.pk)), None)
    is_self = row.person_id == request.actor.user_id
    context = {
        "row": row,
        "name": cohort_name(row.cohort),
        "days": [
            {"day": item, "name": session_name(item.session), "when": session_day(item.session)}
            for item in days
        ],
        "next": next((item for item in days if not item.is_over), None),
        "line": line,
        "is_self": is_self,
        "may_change": is_self or request.actor.has_role(Role.FIRM_OWNER),
        "is_live": row.status in states.LIVE,
        "graduation": _confirmed(row),
        "calendar": ical.address(row) if is_self and row.status == states.ENROLLED else "",
        "breadcrumb": [
            Crumb(_("受講する講座"), reverse("dojo:mine")),
            Crumb(cohort_name(row.cohort)),
        ],
    }
    return TemplateResponse(request, "dojo/enrolment.html", context)


@firm_only
@require_POST
def accept(request: HttpRequest, public_id: object) -> HttpResponse:
    """案内された席を受ける."""
    row = own_enrolment(request, public_id)
    try:
        services.enrolment_accept(actor=request.actor, enrolment_id=row.pk)
    except TransitionRefused as error:
        refused(request, error, row, "accept")
    else:
        messages.success(request, _("受講が決まりました。日程と事前の準備を確かめてください。"))
    return redirect("dojo:enrolment", public_id)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """辞退する, asked once more: the seat goes to somebody else."""
    row = own_enrolment(request, public_id)
    if request.method == "POST":
        try:
            services.enrolment_withdraw(actor=request.actor, enrolment_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "withdraw")
        else:
            messages.success(request, _("辞退を受け付けました。"))
        return redirect("dojo:enrolment", public_id)
    if row.status not in states.LIVE:
        return redirect("dojo:enrolment", public_id)
    context = {
        "heading": _("受講を辞退しますか"),
        "text": _("席は、すぐに次の方へ案内します。取り戻すには、もう一度申し込む必要があります。"),
        "action_label": _("辞退する"),
        "tone": "danger",
        "cancel_url": reverse("dojo:enrolment", args=[public_id]),
        "breadcrumb": [
            Crumb(_("受講する講座"), reverse("dojo:mine")),
            Crumb(cohort_name(row.cohort), reverse("dojo:enrolment", args=[public_id])),
            Crumb(_("辞退")),
        ],
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@firm_only
@require_POST
def prework(request: HttpRequest, public_id: object, session_id: int) -> HttpResponse:
    """事前の準備を終えた."""
    row = own_enrolment(request, public_id)
    _session_of(row, session_id)
    try:
        services.prework_done(actor=request.actor, session_id=session_id)
    except TransitionRefused as error:
        refused(request, error, row, "prework")
    else:
        messages.success(request, _("準備済みとして記録しました。講師に伝わります。"))
    return redirect(f"{reverse('dojo:enrolment', args=[public_id])}#session-{session_id}")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: object, session_id: int) -> HttpResponse:
    """アンケート of one session."""
    row = own_enrolment(request, public_id)
    session = _session_of(row, session_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.answer_give(
                actor=request.actor,
                session_id=session_id,
                grades={name: given[name] for name in ("clear", "useful", "pace")},
                comment=given["comment"],
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, row, "answer")
        else:
            messages.success(request, _("ありがとうございました。次の回に生かします。"))
            return redirect("dojo:enrolment", public_id)
    context = {
        "form": form,
        "session": session,
        "name": session_name(session),
        "breadcrumb": [
            Crumb(_("受講する講座"), reverse("dojo:mine")),
            Crumb(cohort_name(row.cohort), reverse("dojo:enrolment", args=[public_id])),
            Crumb(_("アンケート")),
        ],
    }
    return form_page(request, "dojo/answer.html", context)


@firm_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """出席する, after the room's QR code was read: one button, and a clear answer."""
    try:
        session = _room_session(request, token)
        if request.method == "POST":
            made = services.check_in(actor=request.actor, now=clock.now(), token=token)
            return _checked_in(request, made)
    except TransitionRefused as error:
        denied(request, error, None, "check_in")
        context = {"refusal": str(error)}
        return TemplateResponse(request, "dojo/check_in.html", context, status=409)
    context = {
        "session": session,
        "name": session_name(session),
        "when": session_day(session),
        "course": cohort_name(session.cohort),
    }
    return TemplateResponse(request, "dojo/check_in.html", context)


@firm_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_code(request: HttpRequest) -> HttpResponse:
    """出席する with the digits, where no camera is at hand."""
    now = clock.now()
    sessions = own.sessions_today(request.actor, now)
    form = CodeForm(
        request.POST or None,
        sessions=[
            (item.pk, f"{cohort_name(item.cohort)}　{session_name(item)}　{session_day(item)}")
            for item in sessions
        ],
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = services.check_in(
                actor=request.actor,
                now=now,
                session_id=int(form.cleaned_data["session"]),
                digits=form.cleaned_data["digits"],
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, None, "check_in")
        else:
            return _checked_in(request, made)
    if form.errors:
        status = 422
    context = {
        "form": form,
        "sessions": sessions,
        "breadcrumb": [Crumb(_("受講する講座"), reverse("dojo:mine")), Crumb(_("出席する"))],
    }
    return TemplateResponse(request, "dojo/check_in_code.html", context, status=status)


def _room_session(request: HttpRequest, token: str) -> Session:
    """The session of the token, if the person has a seat there. Raises Refused."""
    session = (
        Session.objects.select_related("cohort__course", "unit")
        .filter(pk=session_of(token))
        .first()
    )
    seated = session and policies.visible_enrolments(request.actor).filter(
        cohort_id=session.cohort_id, person_id=request.actor.user_id, status=states.ENROLLED
    )
    if session is None or not seated:
        raise Refused(
            _("この回の受講者ではありません。ご自分の期の会場のコードを読み取ってください。")
        )
    return session


def _checked_in(request: HttpRequest, made: Any) -> HttpResponse:
    text = _("出席を記録しました。")
    if made.mark == "late":
        text = _("遅刻として出席を記録しました（%(minutes)d分の出席）。") % {
            "minutes": made.minutes
        }
    messages.success(request, text)
    return redirect("dojo:enrolment", made.enrolment.public_id)


def _said(row: Enrolment) -> str:
    return {
        states.ENROLLED: _("受講が決まりました。日程と事前の準備を確かめてください。"),
        states.WAITING: _("補欠として受け付けました。席が空くと、順番に案内します。"),
        states.APPLIED: _("申し込みました。募集の終わりの後に選考し、結果をお知らせします。"),
    }[row.status]


def _confirmed(row: Enrolment) -> Any:
    found = getattr(row, "graduation", None)
    return found if found and found.status in (states.CONFIRMED, states.REVOKED) else None


def _session_of(row: Enrolment, session_id: int) -> Session:
    session = Session.objects.select_related("unit").filter(pk=session_id).first()
    if session is None or session.cohort_id != row.cohort_id:
        raise Http404
    return session


def _people(request: HttpRequest, cohort: Cohort) -> list[tuple[int, str]]:
    """Members who may take part; the owner alone where the course is for owners."""
    rows = FirmMembership.objects.filter(
        firm_id=request.actor.firm_id, valid_to=None, user__is_active=True
    ).select_related("user")
    if cohort.course.is_for_owners:
        rows = rows.filter(role=FirmMembership.Role.OWNER)
    return [(row.user_id, row.user.name) for row in rows.order_by("role", "pk")]


def _wards(request: HttpRequest, cohort: Cohort) -> list[tuple[int, str]]:
    served = {row.ward_id for row in cohort.wards.all()}
    here = Site.objects.filter(
        firm_id=request.actor.firm_id, ward_id__in=served, closed_on__isnull=True
    )
    names = ward_names()
    return [(code, names[code]) for code in sorted(set(here.values_list("ward_id", flat=True)))]
