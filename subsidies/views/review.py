"""申請の詳細 for officials: read, check, ask for corrections, propose, decide."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required, recent_authentication_required
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TransitionRefused
from portal.letters.selectors import letters_of_case
from portal.ui.acts import found_or_404, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies import gate, policies, reading, selectors, states
from subsidies.checks import CheckLine
from subsidies.contents import rules_of
from subsidies.forms import MessageForm
from subsidies.models import Application, DocumentCheck
from subsidies.rules import due
from subsidies.rules.bonus import BonusLine
from subsidies.rules.scheme.papers import CASE_LETTERS
from subsidies.selectors import ApplicationDetail
from subsidies.selectors.bonus import bonus_of
from subsidies.services import (
    NewerVersion,
    check_finish,
    check_item_set,
    correctable_fields,
    correction_request,
    decision_approve,
    decision_propose,
    message_post,
    proposal_return,
)
from subsidies.services.ward_rules import over_limit
from subsidies.staff_forms import CorrectionForm, ProposalForm, ReturnForm
from subsidies.views.common import ward_only


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def application(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """The whole case on one page."""
    return _case_page(request, _detail(request, receipt_no))


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """Verdicts of the check list, all at once; 「完了」 also moves the case on.

    What is refused leaves the case's page, with the notes as typed, at this address: reading it
    again leads back to the case.
    """
    detail = _detail(request, receipt_no)
    actor, case, seen = request.actor, detail.application, _seen(request)
    if request.method != "POST":
        return redirect(f"{_url(case)}#checks")
    unexplained = []
    try:
        for line in detail.check_lines:
            verdict = request.POST.get(f"verdict-{line.item.code}", "")
            note = request.POST.get(f"note-{line.item.code}", "")
            if verdict == DocumentCheck.Verdict.NOT_OK and not note.strip():
                unexplained.append(line.item.name)
            elif verdict and _differs(line, verdict, note):
                check_item_set(
                    actor=actor,
                    application_id=case.pk,
                    item=line.item.code,
                    verdict=verdict,
                    note=note,
                    seen=seen,
                )
        if unexplained:
            text = _("「不備」とした項目の所見を入力してください：%(items)s")
            messages.error(request, text % {"items": _("、").join(unexplained)})
        elif "finish" in request.POST:
            check_finish(actor=actor, application_id=case.pk, seen=seen)
            messages.success(request, _("書類確認を完了しました。審査に進みます。"))
        else:
            messages.success(request, _("書類点検を保存しました。"))
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        # Read anew: what was refused may be so because the case has moved on meanwhile.
        return _case_page(request, _detail(request, receipt_no), typed=request.POST)
    return redirect(f"{_url(case)}#checks")


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """補正依頼の作成: named fields, text, date."""
    detail = _detail(request, receipt_no)
    case = detail.application
    if not policies.may(request.actor, "request_correction", case):
        messages.error(request, reading.why_not(request.actor, case, "request_correction"))
        return redirect(_url(case))
    today = clock.today()
    form = CorrectionForm(
        request.POST or None,
        choices=correctable_fields(case),
        today=today,
        initial=_suggested(detail, today),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with trying(request):
            correction_request(
                actor=request.actor,
                application_id=case.pk,
                fields=given["fields_asked"],
                notes={},
                message=given["message"],
                due_on=given["due_on"],
            )
            messages.success(request, _("補正を依頼しました。申請者に通知とメールが届きます。"))
            return redirect(_url(case))
    context = {
        "application": case,
        "form": form,
        "breadcrumb": _crumbs(request.actor, case, _("補正の依頼")),
    }
    return TemplateResponse(request, "subsidies/correction_request.html", context)


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """起案: the decision as the preparer proposes it, on the version that the page shows.

    A post is left to the service to refuse, so that what was typed stays on the page.
    """
    detail = _detail(request, receipt_no)
    case = detail.application
    if request.method != "POST" and not policies.may(request.actor, "propose", case):
        messages.error(request, reading.why_not(request.actor, case, "propose"))
        return redirect(_url(case))
    standing, most = gate.standing(case), detail.version.payload["calculation"]["subsidy_yen"]
    form = ProposalForm(
        request.POST or None,
        most_yen=most if standing.most_yen is None else min(most, standing.most_yen),
        closed=standing.closed,
        initial={
            "outcome": "refuse" if standing.closed else "grant",
            "reason": standing.refusal,
        },
    )
    if request.method == "POST":
        try:
            if _proposed(request, detail, form):
                messages.success(request, _("起案しました。決裁者の承認を待ちます。"))
                return redirect(_url(case))
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
            detail = _detail(request, receipt_no)
    context = {
        "application": case,
        "version": detail.version,
        "form": form,
        "standing": standing,
        "calculation": reading.calculation(detail),
        "changes": reading.changes(detail),
        "bonus": _bonus(case),
        "breadcrumb": _crumbs(request.actor, case, _("起案")),
    }
    _looked_at(request, case)
    return TemplateResponse(request, "subsidies/propose.html", context)


@ward_only
@recent_authentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """決裁: read the proposal once more, decide or send it back."""
    detail = _detail(request, receipt_no)
    case, decision = detail.application, detail.decision
    if decision is None or not policies.may(request.actor, "grant", case):
        messages.error(request, reading.why_not(request.actor, case, "grant"))
        return redirect(_url(case))
    form = ReturnForm(request.POST if "return" in request.POST else None)
    if "decide" in request.POST:
        try:
            decided = decision_approve(
                actor=request.actor, application_id=case.pk, seen=request.POST.get("seen", "")
            )
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            # Who tried to decide an own proposal is what auditors look for.
            audit.record(
                actor=request.actor,
                action="subsidies.decision_denied",
                obj=case,
                reason=str(refused),
            )
        else:
            text = _("決定しました（文書番号 %(number)s）。通知書は数秒でできあがります。")
            messages.success(request, text % {"number": decided.document_no})
        return redirect(_url(case))
    if "return" in request.POST and form.is_valid():
        with trying(request):
            proposal_return(
                actor=request.actor,
                application_id=case.pk,
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, _("起案を差し戻しました。"))
        return redirect(_url(case))
    context = {
        "application": case,
        "decision": decision,
        "own": decision.prepared_by_id == request.actor.user_id,
        "over": over_limit(case.ward_id, request.actor, decision.amount_yen, lock=False),
        "seen": decision.prepared_at.isoformat(),
        "form": form,
        "bonus": _bonus(case),
        "breadcrumb": _crumbs(request.actor, case, _("決裁")),
    }
    _looked_at(request, case)
    return TemplateResponse(request, "subsidies/approve.html", context)


@ward_only
@require_POST
def message(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """The ward writes to the firm."""
    detail = _detail(request, receipt_no)
    form = MessageForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors.get("body", [])))
        return redirect(f"{_url(detail.application)}#talk")
    with trying(request):
        message_post(
            actor=request.actor,
            application_id=detail.application.pk,
            body=form.cleaned_data["body"],
        )
        messages.success(request, _("申請者に送りました。"))
    return redirect(f"{_url(detail.application)}#talk")


def _detail(request: HttpRequest, receipt_no: str) -> ApplicationDetail:
    return found_or_404(selectors.application_detail, request.actor, receipt_no=receipt_no)


def _seen(request: HttpRequest) -> int:
    """The number of the version that the posted page showed; 0 when it does not say."""
    return posted_number(request.POST.get("seen", "")) or 0


def _proposed(request: HttpRequest, detail: ApplicationDetail, form: ProposalForm) -> bool:
    """Propose what was posted. False for what the form refuses; raises TransitionRefused."""
    seen, last = _seen(request), detail.version.number
    if form.is_valid():
        given = form.cleaned_data
        decision_propose(
            actor=request.actor,
            application_id=detail.application.pk,
            outcome=given["outcome"],
            amount_yen=given["amount_yen"] if given["outcome"] == "grant" else None,
            reason=given["reason"],
            seen=seen,
        )
        return True
    if seen != last:
        # The page that follows shows the newer version, and says so at once.
        raise NewerVersion(last)
    return False


def _looked_at(request: HttpRequest, case: Application) -> None:
    """The page shows personal data: who looked is written down each time."""
    audit.record(
        actor=request.actor,
        action="subsidies.application_viewed",
        obj=case,
        ward_id=case.ward_id,
    )


def _case_page(
    request: HttpRequest, detail: ApplicationDetail, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """The whole case; `typed` is a check list that was not taken."""
    context = _context(request, detail, typed)
    _looked_at(request, detail.application)
    return TemplateResponse(request, "subsidies/application.html", context)


def _check_rows(
    detail: ApplicationDetail, typed: Mapping[str, str] | None
) -> list[tuple[CheckLine, str, str]]:
    """(line, verdict, note) of the check list to fill in.

    Notes are kept as typed. Verdicts are those that stand: what was chosen and not taken was about
    a version or a state of before.
    """
    rows = []
    for line in detail.check_lines:
        standing = line.check if line.check and not line.outdated else None
        note = line.check.note if line.check else ""
        if typed is not None:
            note = typed.get(f"note-{line.item.code}", note)
        rows.append((line, standing.verdict if standing else "", note))
    return rows


def _context(
    request: HttpRequest, detail: ApplicationDetail, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    case = detail.application
    allowed = {move.name for move in policies.allowed_transitions(request.actor, case)}
    return {
        "detail": detail,
        "application": case,
        "state": states.APPLICATION.state(case.status),
        "sections": reading.sections(detail),
        "expenses": reading.expense_rows(detail),
        "quote_lines": reading.quote_lines(detail),
        "documents": reading.documents(detail),
        "calculation": reading.calculation(detail),
        "changes": reading.changes(detail),
        "timeline": reading.timeline(detail),
        "bonus": _bonus(case),
        "letters": letters_of_case(case.receipt_no or "", CASE_LETTERS),
        "verdicts": DocumentCheck.Verdict.choices,
        "check_rows": _check_rows(detail, typed),
        # Closed meanwhile, the list stays open around what was typed.
        "may_check": typed is not None or policies.may(request.actor, "check", case),
        "may_message": policies.may(request.actor, "message", case),
        "allowed": allowed,
        "propose_url": reverse("subsidies:propose", args=[case.receipt_no]),
        "message_form": MessageForm(),
        "next_step": reading.next_step(request.actor, detail, allowed),
        "breadcrumb": [_list_crumb(request.actor), Crumb(case.receipt_no)],
    }


def _bonus(case: Application) -> tuple[BonusLine, ...]:
    """加点 of the case, each line with the fact it rests on."""
    return bonus_of([case], rules_of(case.version).bonus).get(case.pk, ())


def _differs(line: Any, verdict: str, note: str) -> bool:
    if line.check is None or line.outdated:
        return True
    return (line.check.verdict, line.check.note) != (verdict, note.strip())


def _suggested(detail: ApplicationDetail, today: Any) -> dict[str, Any]:
    """What the check list found, as a first version of the request."""
    failed = [
        line
        for line in detail.check_lines
        if line.check and line.check.verdict == DocumentCheck.Verdict.NOT_OK
    ]
    known = correctable_fields(detail.application)
    lines = [
        _("・%(item)s：%(note)s") % {"item": line.item.name, "note": line.check.note}
        for line in failed
    ]
    about = {code for line in failed for code in (line.item.code, *line.item.rests_on)}
    return {
        "fields_asked": [code for code in known if code in about],
        "message": "\n".join([_("次の点をご確認のうえ、補正をお願いします。"), *lines]),
        "due_on": due.due_on(today, detail.rules.correction_days),
    }


def _crumbs(actor: Actor, case: Application, here: str) -> list[Crumb]:
    return [_list_crumb(actor), Crumb(case.receipt_no, _url(case)), Crumb(here)]


def _list_crumb(actor: Actor) -> Crumb:
    """The list that leads to a case: auditors have no queue."""
    if actor.hat == Hat.AUDITOR:
        return Crumb(_("監査記録"), reverse("desk:audit"))
    return Crumb(_("申請の受信箱"), reverse("subsidies:queue"))


def _url(case: Application) -> str:
    return reverse("subsidies:application", args=[case.receipt_no])
