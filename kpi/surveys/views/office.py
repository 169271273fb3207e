"""対象企業: who has not answered, one firm, what came by paper or telephone. No single answer without consent."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kpi.surveys import policies, services, states
from kpi.surveys.forms import EnterForm, ReasonForm
from kpi.surveys.models import Asked
from kpi.surveys.selectors import board
from kpi.surveys.selectors.firm import history_of
from kpi.surveys.services import Entered
from kpi.surveys.views.common import (
    crumbs,
    denied,
    office,
    refused,
    seen_asked,
    seen_wave,
    writers,
)
from portal.kernel import audit
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Tab
from programs.diagnosis.forms import PageForm, typed_of
from programs.diagnosis.rules.definition import Page, Words, built
from programs.diagnosis.rules.path import Problem
from programs.diagnosis.words import answers_in_words
from programs.industry import JSIC, SIZE_LABELS


@office
@require_safe
def firms(request: HttpRequest, public_id: object) -> HttpResponse:
    """The firms of a wave; first those that have not answered, for calling them."""
    wave = seen_wave(request, public_id)
    status = request.GET.get("status", states.WAITING)
    letter = request.GET.get("letter", "")
    rows = policies.visible_asked(request.actor).filter(wave=wave).select_related("firm")
    found = board.firms_of(rows, status=status, letter=letter).order_by("firm_name", "pk")
    industries = dict(JSIC)
    page = Paginator(found, board.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "wave": wave,
        "page": page,
        "lines": [(row, SIZE_LABELS[row.size], industries[row.jsic]) for row in page],
        "tabs": _tabs(wave, board.progress_of(request.actor, wave), status, letter),
        "query": f"wave={wave.public_id}&status={status}&letter={letter}",
        "breadcrumb": crumbs(wave, _("対象企業")),
    }
    return TemplateResponse(request, "surveys/firms.html", context)


@office
@require_safe
def firm(request: HttpRequest, public_id: object) -> HttpResponse:
    """One firm of a wave: what was sent, when it answered and how; the answers where it lets the ward read."""
    row = seen_asked(request, public_id)
    answers = None
    if row.is_linked:
        # Single answers are the firm's thinking: whoever looks at them is on record.
        said = policies.visible_responses(request.actor).filter(asked=row).order_by("-pk").first()
        if said is not None:
            answers = answers_in_words(built(said.questionnaire.definition), said.answers)
            audit.record(
                actor=request.actor,
                action="surveys.viewed",
                obj=row,
                ward_id=request.actor.ward_id,
            )
    context = {
        "row": row,
        "wave": row.wave,
        "firm": row.firm,
        "size": SIZE_LABELS[row.size],
        "industry": dict(JSIC)[row.jsic],
        "history": history_of(request.actor, row),
        "answers": answers,
        "may_enter": policies.may_enter(request.actor, row) and row.status != states.OUTSIDE,
        "may_move": policies.may_enter(request.actor, row) and row.status != states.ANSWERED,
        "breadcrumb": crumbs(row.wave, row.firm_name, firms=True),
    }
    return TemplateResponse(request, "surveys/firm.html", context)


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, public_id: object) -> HttpResponse:
    """調査票・聞き取りを入力する: all questions on one page, as they stand on the paper."""
    row = seen_asked(request, public_id)
    whole = _whole(row)
    typed = typed_of(whole.questions, request.POST) if request.method == "POST" else {}
    form = EnterForm(request.POST or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.response_enter(
                actor=request.actor,
                asked_id=row.pk,
                entered=Entered(
                    typed, given["way"], given["said_by"], given["said_on"], given["linked"]
                ),
            )
        except services.Unfinished as unfinished:
            problems = list(unfinished.problems)
            denied(request.actor, unfinished, row, "enter")
        except TransitionRefused as error:
            denied(request.actor, error, row, "enter")
            form.add_error(None, str(error))
        else:
            messages.success(request, _("回答を記録しました。"))
            return redirect("surveys:firm", row.public_id)
    sheet = PageForm(whole, typed, problems)
    context = {
        "row": row,
        "wave": row.wave,
        "form": form,
        "sheet": sheet,
        "sheet_errors": problems,
        "breadcrumb": crumbs(row.wave, _("%(firm)sの回答") % {"firm": row.firm_name}, firms=True),
    }
    answer = form_page(request, "surveys/enter.html", context)
    if problems:
        answer.status_code = 422
    return answer


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def outside(request: HttpRequest, public_id: object) -> HttpResponse:
    """対象外にする with the reason; 対象に戻す by the button."""
    row = seen_asked(request, public_id)
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST" and ("include" in request.POST or form.is_valid()):
        try:
            if "include" in request.POST:
                services.asked_include(actor=request.actor, asked_id=row.pk)
            else:
                services.asked_exclude(
                    actor=request.actor, asked_id=row.pk, reason=form.cleaned_data["reason"]
                )
        except TransitionRefused as error:
            refused(request, error, row, "outside")
        return redirect("surveys:firm", row.public_id)
    title = _("%(firm)sを対象外にする") % {"firm": row.firm_name}
    context = {
        "form": form,
        "wave": row.wave,
        "title": title,
        "lead": _("廃業、区外への移転、工場がないなど。回答率と重みの計算から外れます。"),
        "button": _("対象外にする"),
        "back": reverse("surveys:firm", args=[row.public_id]),
        "breadcrumb": crumbs(row.wave, title, firms=True),
    }
    return form_page(request, "surveys/form.html", context)


def _whole(row: Asked) -> Page:
    """All questions of the wave as one page; which are needed depends on the answers."""
    sheet = built(row.wave.questionnaire.definition)
    questions = tuple(replace(one, required=False) for one in sheet.questions())
    return Page("all", Words("", ""), Words("", ""), questions)


def _tabs(wave: Any, progress: board.Progress, status: str, letter: str) -> list[Tab]:
    address = reverse("surveys:firms", args=[wave.public_id])
    counts = {
        states.WAITING: progress.waiting,
        states.ANSWERED: progress.answered,
        states.OUTSIDE: progress.outside,
    }
    found = [
        Tab(
            str(state.label),
            f"{address}?status={state.code}",
            counts[state.code],
            status == state.code and not letter,
        )
        for state in states.ASKED.states
    ]
    by_post = Tab(
        _("メールが届かない企業"),
        f"{address}?status={states.WAITING}&letter={board.LETTER}",
        None,
        letter == board.LETTER,
    )
    return [found[0], by_post, *found[1:]]
