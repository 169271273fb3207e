"""請求 for the firm: the amount, the account, one button. The account in full for who pays."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel.transitions import TransitionRefused
from portal.ui.forms import ErrorLink
from subsidies import answers
from subsidies.forms import answer_form
from subsidies.grants import kinds, states
from subsidies.grants.kinds.claim import (
    ADVANCE,
    CLAIM,
    claimable_yen,
    may_advance,
    most_advance_yen,
)
from subsidies.grants.models import ClaimAccount, Filing
from subsidies.grants.money_forms import AccountForm
from subsidies.grants.services import (
    claim_account_save,
    claim_account_show,
    filing_save,
    filing_submit,
)
from subsidies.grants.services.papers import receipt_of
from subsidies.grants.views.common import (
    firm_crumbs,
    firm_only,
    firm_url,
    note_view,
    plain_filing,
    say,
    staff_crumbs,
    ward_only,
    ward_or_auditor,
)
from subsidies.rules.problem import Problem
from subsidies.schemes.english import told
from subsidies.services.errors import Incomplete
from subsidies.staff_forms import ReturnForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: object) -> HttpResponse:
    """The claim while it can be edited; what was claimed afterwards."""
    found = _claim(request, public_id)
    if found.status not in states.EDITABLE:
        return _read(request, found)
    if request.method != "POST":
        return _page(request, found, [])
    questions = kinds.get(found.kind).questions
    problems: list[Problem] = []
    try:
        found = filing_save(
            actor=request.actor,
            filing_id=found.pk,
            content={item.code: request.POST.get(item.code, "") for item in questions},
        )
        try:
            given = {name: request.POST.get(name, "") for name in AccountForm.base_fields}
            claim_account_save(actor=request.actor, filing_id=found.pk, **given)
        except Incomplete as incomplete:
            problems += incomplete.problems
        if "later" in request.POST and not problems:
            messages.success(request, _("下書きを保存しました。"))
            return redirect(firm_url(found.grant))
        if not problems:
            filing_submit(actor=request.actor, filing_id=found.pk)
            messages.success(request, _("請求を提出しました。区からの支払をお待ちください。"))
            return redirect("grants:claim", public_id)
    except Incomplete as incomplete:
        problems += incomplete.problems
    except TransitionRefused as refused:
        say(request, refused)
        return redirect("grants:claim", public_id)
    return _page(request, found, problems, request.POST, status=422)


@ward_or_auditor
@require_safe
def staff_claim(request: HttpRequest, public_id: object) -> HttpResponse:
    """The claim for officials: amount, account by its last digits, what can be done. Audited."""
    found = _claim(request, public_id)
    version = found.versions.order_by("-number").first()
    if version is None:
        raise Http404
    note_view(request, "grants.filing_viewed", found)
    waits = found.status == states.SUBMITTED and bool(states.REVIEWER & request.actor.roles)
    kind = kinds.get(found.kind)
    record = version.payload["record"]
    context = {
        **_frame(found),
        "state": states.FILING.state(found.status),
        "version": version,
        "record": record,
        "answers": [
            (
                told(item.label),
                answers.typed_answer(item, version.payload["answers"].get(item.code)),
            )
            for item in kind.questions
        ],
        "payment": getattr(found, "payment", None),
        "amount_stands": _stands(found, record["amount_yen"]),
        "waits": waits,
        "may_see": request.actor.ward_id == found.ward_id,
        "pending": found.rulings.filter(status=states.PROPOSED).first(),
        "form": ReturnForm(),
        "breadcrumb": staff_crumbs(request.actor, found.grant, str(kind.name)),
    }
    return TemplateResponse(request, "grants/staff_claim.html", context)


@ward_only
@require_POST
def account(request: HttpRequest, public_id: object) -> HttpResponse:
    """The account in full, for an official who checks or pays; each look leaves an audit row."""
    found = plain_filing(request, public_id)
    try:
        shown = claim_account_show(actor=request.actor, filing_id=found.pk)
    except ClaimAccount.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "account": shown,
        "grant": found.grant,
        "breadcrumb": staff_crumbs(request.actor, found.grant, _("振込先の口座")),
    }
    response = TemplateResponse(request, "grants/account.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _stands(found: Filing, yen: int) -> bool:
    """Whether the claimed amount is still what the grant allows."""
    if found.kind == ADVANCE:
        return may_advance(found.grant, yen)
    return yen == claimable_yen(found.grant)


def _claim(request: HttpRequest, public_id: object) -> Filing:
    found = plain_filing(request, public_id)
    if found.kind not in {CLAIM, ADVANCE}:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Filing,
    problems: list[Problem],
    data: Any = None,
    *,
    status: int = 200,
) -> HttpResponse:
    stored = ClaimAccount.objects.filter(filing=found).first()
    questions = answer_form(kinds.get(found.kind).questions, found.content)
    questions.show_problems(problems, prefix="answers")
    form = AccountForm.of(stored, data)
    form.show_problems(problems, prefix="account")
    context = {
        **_frame(found),
        "questions": questions,
        "account_form": form,
        "stored": stored,
        "error_links": [_link(item, form) for item in problems],
    }
    return TemplateResponse(request, "grants/claim.html", context, status=status)


def _link(problem: Problem, form: AccountForm) -> ErrorLink:
    """The problem with the name of its field: 「4桁の数字で…」 alone does not say which number."""
    name, text = problem.anchor.partition(".")[2], problem.text
    if problem.code == "account" and name in form.fields:
        values = {"label": form.fields[name].label, "message": text}
        text = _("%(label)s：%(message)s") % values
    return ErrorLink(text, f"id_{name}")


def _read(request: HttpRequest, found: Filing) -> HttpResponse:
    version = found.versions.order_by("-number").first()
    if version is None:
        raise Http404
    context = {
        **_frame(found),
        "state": states.FILING.state(found.status),
        "version": version,
        "record": version.payload["record"],
        "receipt": receipt_of(version),
        "payment": getattr(found, "payment", None),
    }
    return TemplateResponse(request, "grants/claim_read.html", context)


def _frame(found: Filing) -> dict[str, Any]:
    kind = kinds.get(found.kind)
    grant = found.grant
    return {
        "filing": found,
        "grant": grant,
        "kind": kind,
        "form_name": kinds.form_name_of(found),
        "is_advance": found.kind == ADVANCE,
        "amount_yen": most_advance_yen(grant) if found.kind == ADVANCE else claimable_yen(grant),
        "back_url": firm_url(grant),
        "breadcrumb": firm_crumbs(grant, str(kind.name)),
    }
