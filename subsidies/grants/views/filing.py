"""A filing of the firm: its questions, its plan, its files, then a last look and one button.

Nothing typed is ever refused: it is saved first and checked afterwards, page by page.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.transitions import StaleState, TransitionRefused
from portal.ui.numbers import posted_number
from subsidies.forms import LenientForm, answer_form
from subsidies.grants import kinds, reading, states
from subsidies.grants.models import Filing
from subsidies.grants.progress import filing_url
from subsidies.grants.selectors import FilingDetail
from subsidies.grants.services import filing_confirm, filing_drop, filing_save, filing_submit
from subsidies.grants.services.filings import problems_of
from subsidies.grants.services.papers import receipt_of
from subsidies.grants.views.common import (
    autosaved,
    filing_or_404,
    filing_pages,
    filing_steps,
    firm_crumbs,
    firm_only,
    firm_url,
    page_after,
    plain_filing,
    say,
)
from subsidies.rules.problem import Problem
from subsidies.services.errors import Incomplete

HERE = "grants:filing"


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def filing(request: HttpRequest, public_id: object) -> HttpResponse:
    """The questions while the filing can be edited; what was submitted afterwards."""
    found = plain_filing(request, public_id)
    if (own_page := filing_url(found)) != request.path:
        return redirect(own_page)
    if found.status not in states.EDITABLE:
        if request.method == "POST":
            messages.error(request, _("この手続はいま編集できません。"))
            return redirect(HERE, public_id)
        return _read(request, filing_or_404(request, public_id))
    kind = kinds.get(found.kind)
    if request.method != "POST":
        form = answer_form(kind.questions, found.content)
        if "problems" in request.GET:
            form.show_problems(problems_of(found), prefix="answers")
        return _form_page(request, found, form)
    typed = {item.code: request.POST.get(item.code, "") for item in kind.questions}
    try:
        found = filing_save(
            actor=request.actor,
            filing_id=found.pk,
            content=typed,
            revision=posted_number(request.POST.get("revision", "")),
        )
        filing_confirm(actor=request.actor, filing_id=found.pk, said=request.POST.getlist("sure"))
    except StaleState as stale:
        return _conflict(request, public_id, typed, str(stale))
    except TransitionRefused as refused:
        say(request, refused)
        return redirect(HERE, public_id)
    found = plain_filing(request, public_id)
    if "later" in request.POST:
        messages.success(request, _("下書きを保存しました。"))
        return redirect(firm_url(found.grant))
    if _of(problems_of(found), "answers"):
        messages.info(request, _("入力した内容は下書きに保存しました。"))
        # A page of its own: the browser's back key never asks to send again.
        return redirect(f"{reverse(HERE, args=[public_id])}?problems=1")
    return redirect(page_after(found, HERE))


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the page saves by itself."""
    found = plain_filing(request, public_id)
    codes = {item.code for item in kinds.get(found.kind).questions}
    content = {code: request.POST[code] for code in codes if code in request.POST}
    return autosaved(filing_save, request, found, content=content)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, public_id: object) -> HttpResponse:
    """確認して提出: everything on one page, then one button."""
    found = plain_filing(request, public_id)
    if found.status not in states.EDITABLE:
        # A second press of the button finds what the first one did.
        return redirect(HERE, public_id)
    if request.method != "POST":
        return _check_page(request, public_id)
    try:
        filing_submit(actor=request.actor, filing_id=found.pk)
    except Incomplete as incomplete:
        messages.error(request, str(incomplete))
        return _check_page(request, public_id, status=422)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect(firm_url(found.grant))
    messages.success(request, _("提出しました。区の確認をお待ちください。"))
    return redirect(HERE, public_id)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, public_id: object) -> HttpResponse:
    """提出の取りやめ, after one question."""
    found = plain_filing(request, public_id)
    if request.method == "POST":
        try:
            filing_drop(actor=request.actor, filing_id=found.pk)
        except TransitionRefused as refused:
            say(request, refused)
        else:
            messages.success(request, _("手続を取りやめました。"))
        return redirect(firm_url(found.grant))
    context = {
        "heading": _("「%(name)s」を取りやめますか") % {"name": kinds.get(found.kind).name},
        "text": _("入力した内容は使えなくなります。必要になったら、はじめから入力します。"),
        "action_label": _("取りやめる"),
        "tone": "danger",
        "cancel_url": reverse(HERE, args=[public_id]),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def problem_url(found: Filing, problem: Problem) -> str:
    """The page and the field on which a problem is mended."""
    part = problem.anchor.partition(".")[0]
    pages = {"expenses": "grants:plan", "documents": "grants:files"}
    address = reverse(pages.get(part, HERE), args=[found.public_id])
    target = f"id_{problem.anchor.partition('.')[2]}" if part == "answers" else problem.anchor
    return f"{address}?problems=1#{target}"


def _of(problems: list[Problem], part: str) -> list[Problem]:
    return [problem for problem in problems if problem.anchor.partition(".")[0] == part]


def _read(request: HttpRequest, detail: FilingDetail) -> HttpResponse:
    """What was submitted, what became of it."""
    found = detail.filing
    kind = kinds.get(found.kind)
    context = {
        "detail": detail,
        "filing": found,
        "grant": found.grant,
        "kind": kind,
        "form_name": kinds.form_name_of(found),
        "state": states.FILING.state(found.status),
        "reading": reading.submitted(detail) if detail.version else None,
        "receipt": receipt_of(detail.version) if detail.version else None,
        "rulings": [(item, reading.instruction_rows(item.terms)) for item in detail.rulings],
        "waits": found.status == states.SUBMITTED,
        "needs_ruling": bool(detail.version and kinds.ruling_of(found)),
        "back_url": firm_url(found.grant),
        "breadcrumb": firm_crumbs(found.grant, str(kind.name)),
    }
    return TemplateResponse(request, "grants/filing.html", context)


def _form_page(
    request: HttpRequest, found: Filing, form: LenientForm, *, stale: str = ""
) -> HttpResponse:
    kind = kinds.get(found.kind)
    context = {
        **frame(found, HERE),
        "kind": kind,
        "form_name": kinds.form_name_of(found),
        "form": form,
        "doubts": [(doubt, doubt.text) for doubt in kinds.doubts_of(found)],
        "stale": stale,
        "asked": found.grant.progress_requests.filter(status=states.OPEN_REQUEST).first()
        if kind.available
        else None,
    }
    return TemplateResponse(
        request, "grants/filing_form.html", context, status=409 if stale else 200
    )


def frame(found: Filing, route: str) -> dict[str, Any]:
    """What every page of a draft shows above its form."""
    kind = kinds.get(found.kind)
    return {
        "filing": found,
        "grant": found.grant,
        "steps": filing_steps(found, route),
        "step_label": dict(filing_pages(kind))[route],
        "back_url": firm_url(found.grant),
        "breadcrumb": firm_crumbs(found.grant, str(kind.name)),
    }


def _conflict(
    request: HttpRequest, public_id: object, typed: dict[str, str], why: str
) -> HttpResponse:
    """The page again with what was typed; what is stored stands at each field that differs."""
    found = plain_filing(request, public_id)
    questions = kinds.get(found.kind).questions
    form = answer_form(questions, typed)
    for question in questions:
        theirs = str(found.content.get(question.code) or "")
        if theirs != typed[question.code].strip():
            text = _(
                "ほかの画面では「%(value)s」と保存されています。残す内容を入力して保存してください。"
            )
            form.add_error(question.code, text % {"value": theirs or _("空欄")})
    return _form_page(request, found, form, stale=why)


def _check_page(request: HttpRequest, public_id: object, *, status: int = 200) -> HttpResponse:
    detail = filing_or_404(request, public_id)
    found = detail.filing
    problems = problems_of(found)
    context = {
        **frame(found, "grants:check"),
        "kind": kinds.get(found.kind),
        "reading": reading.draft(detail),
        "problems": [(problem.text, problem_url(found, problem)) for problem in problems],
        "pages": filing_pages(kinds.get(found.kind))[:-1],
    }
    return TemplateResponse(request, "grants/filing_check.html", context, status=status)
