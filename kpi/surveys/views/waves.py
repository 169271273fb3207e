"""実態調査の回: the list, planning, one wave with its progress and acts, the paper form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.surveys import policies, services, states
from kpi.surveys.forms import ExtendForm, PlanForm, ReasonForm
from kpi.surveys.models import Wave
from kpi.surveys.rules import days
from kpi.surveys.selectors import board
from kpi.surveys.views.common import crumbs, denied, planners, refused, seen_wave, staff
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from programs.diagnosis.rules.definition import built
from programs.diagnosis.selectors.versions import newest
from programs.selectors import ward_names


@staff
@require_safe
def wave_list(request: HttpRequest) -> HttpResponse:
    """The waves, the newest first."""
    lines = board.wave_lines(request.actor)
    context = {
        "lines": [(line, _wards(line.wards)) for line in lines],
        "may_plan": policies.may_plan(request.actor),
        "open": next((line for line in lines if line.wave.status == states.OPEN), None),
    }
    return TemplateResponse(request, "surveys/list.html", context)


@planners
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """計画する: days, wards, how many are asked."""
    wards = list(ward_names().items()) if request.actor.hat == Hat.POLICY else []
    form = PlanForm(request.POST or None, wards=wards)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.wave_plan(actor=request.actor, plan=form.plan)
        except TransitionRefused as error:
            denied(request.actor, error, None, "plan")
            form.add_error(None, str(error))
        else:
            messages.success(request, _("計画を保存しました。始めるまで、企業には何も届きません。"))
            return redirect("surveys:wave", found.public_id)
    context = {"form": form, "breadcrumb": crumbs(None, _("調査を計画する"))}
    return form_page(request, "surveys/plan.html", context)


@staff
@require_safe
def wave(request: HttpRequest, public_id: object) -> HttpResponse:
    """One wave: what to do next, how far it is, its frame."""
    row = seen_wave(request, public_id)
    actor, today, names = request.actor, clock.today(), ward_names()
    wards = board.wards_of(actor, row)
    context = {
        "wave": row,
        "ward_words": _wards(wards),
        "progress": board.progress_of(actor, row),
        "frame": [
            (names[ward], firms, asked) for ward, firms, asked in board.frame_lines(actor, row)
        ],
        "may_run": policies.may_run(actor, row),
        "may_mail": policies.may_run(actor, row)
        or (actor.hat == Hat.WARD and actor.has_role(*states.OFFICE)),
        "sees_firms": actor.hat != Hat.POLICY,
        "is_newest": row.questionnaire_id == newest(row.questionnaire.instrument).pk,
        "is_startable": row.starts_on <= today <= row.ends_on,
        "reminder": days.next_reminder(row.starts_on, row.ends_on, today),
        "is_own_ward": actor.hat == Hat.WARD and len(wards) > 1,
        "breadcrumb": crumbs(None, row.name),
    }
    return TemplateResponse(request, "surveys/wave.html", context)


_ACTS = {
    "open": services.wave_open,
    "close": services.wave_close,
    "requestion": services.wave_requestion,
}
_MAIL_ACTS = {"stop": services.mails_stop, "resume": services.mails_resume}


@planners
@require_POST
def act(request: HttpRequest, public_id: object) -> HttpResponse:
    """Begin, close, take the newest questions, stop and resume the mails."""
    row, name = seen_wave(request, public_id), request.POST.get("act", "")
    if name not in _ACTS | _MAIL_ACTS:
        return redirect("surveys:wave", row.public_id)
    try:
        if name in _MAIL_ACTS:
            mails = _MAIL_ACTS[name](actor=request.actor, wave_id=row.pk)
            messages.success(request, _mails_said(name, mails))
        else:
            _ACTS[name](actor=request.actor, wave_id=row.pk)
            messages.success(request, _DONE[name]())
    except TransitionRefused as error:
        refused(request, error, row, name)
    return redirect("surveys:wave", row.public_id)


@planners
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: object) -> HttpResponse:
    """取りやめる, with the reason."""
    row = seen_wave(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.wave_cancel(
                actor=request.actor, wave_id=row.pk, reason=form.cleaned_data["reason"]
            )
        except TransitionRefused as error:
            refused(request, error, row, "cancel")
        return redirect("surveys:wave", row.public_id)
    return _form_page(request, row, form, _("この調査を取りやめる"), _("取りやめる"))


@planners
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, public_id: object) -> HttpResponse:
    """締切を延ばす."""
    row = seen_wave(request, public_id)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.wave_extend(
                actor=request.actor, wave_id=row.pk, ends_on=form.cleaned_data["ends_on"]
            )
        except TransitionRefused as error:
            denied(request.actor, error, row, "extend")
            form.add_error("ends_on", str(error))
        else:
            messages.success(request, _("締切を延ばしました。"))
            return redirect("surveys:wave", row.public_id)
    return _form_page(request, row, form, _("締切を延ばす"), _("この日まで延ばす"))


@staff
@require_safe
def paper(request: HttpRequest, public_id: object) -> HttpResponse:
    """調査票: the questions to print, with the way from page to page."""
    row = seen_wave(request, public_id)
    sheet = built(row.questionnaire.definition)
    numbers = {page.code: n for n, page in enumerate(sheet.pages, 1)}
    context = {
        "wave": row,
        "sheet": sheet,
        "pages": [(numbers[page.code], page, _ways(sheet, page, numbers)) for page in sheet.pages],
        "consent": services.CONSENT,
        "breadcrumb": crumbs(row, _("調査票")),
    }
    return TemplateResponse(request, "surveys/paper.html", context)


def _ways(sheet: Any, page: Any, numbers: dict[str, int]) -> list[tuple[str, int]]:
    """(answers, number of the page to go on with; 0: the end) of every branch and of the rest."""
    found = []
    for branch in page.branches:
        question = next(one for one in page.questions if one.code == branch.question)
        words = [str(o.words) for o in question.options if o.code in branch.chosen]
        found.append((_("、").join(words), numbers.get(branch.to, 0)))
    if page.next or page.branches:
        place = sheet.pages.index(page) + 1
        following = sheet.pages[place].code if place < len(sheet.pages) else ""
        found.append(("", numbers.get(page.next or following, 0)))
    return found


def _form_page(request: HttpRequest, row: Wave, form: Any, title: str, button: str) -> HttpResponse:
    context = {
        "form": form,
        "wave": row,
        "title": title,
        "button": button,
        "breadcrumb": crumbs(row, title),
    }
    return form_page(request, "surveys/form.html", context)


def _wards(wards: Any) -> str:
    names = ward_names()
    if len(wards) == len(names):
        return _("23区")
    return _("、").join(names[ward] for ward in wards)


def _mails_said(name: str, mails: int) -> str:
    if name == "stop":
        text = ngettext(
            "まだ送っていない%(n)d通のメールを止めました。",
            "まだ送っていない%(n)d通のメールを止めました。",
            mails,
        )
    else:
        text = ngettext(
            "止めていた%(n)d通のメールの送信を再開しました。",
            "止めていた%(n)d通のメールの送信を再開しました。",
            mails,
        )
    return text % {"n": mails}


_DONE = {
    "open": lambda: _("調査を始めました。メールは順に送られます。"),
    "close": lambda: _("締め切りました。1-KSIを計算しました。"),
    "requestion": lambda: _("最新の設問に差し替えました。入力中の答えは、合うものを残します。"),
}
