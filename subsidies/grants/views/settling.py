"""The officials' pages of a filing and of a ruling: read, accept, return, propose, decide."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import recent_authentication_required
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.parts import Row
from subsidies.grants import kinds, policies, reading, states
from subsidies.grants.forms import RulingForm
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Ruling
from subsidies.grants.selectors import FilingDetail
from subsidies.grants.services import (
    filing_accept,
    filing_propose,
    filing_return,
    ruling_approve,
    ruling_send_back,
)
from subsidies.grants.services.rulings import weight_yen
from subsidies.grants.views.common import (
    filing_or_404,
    note_view,
    plain_filing,
    say,
    staff_crumbs,
    staff_url,
    ward_only,
    ward_or_auditor,
    why_unanswered,
)
from subsidies.grants.views.staff import ruling_name
from subsidies.services.ward_rules import over_limit
from subsidies.staff_forms import ReturnForm


@ward_or_auditor
@require_safe
def filing(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the firm submitted, and what the ward can answer. Looking leaves an audit row."""
    detail = filing_or_404(request, public_id)
    note_view(request, "grants.filing_viewed", detail.filing)
    return _filing_page(request, detail, ReturnForm())


@ward_only
@require_POST
def settle(request: HttpRequest, public_id: object) -> HttpResponse:
    """受理 or 差戻し."""
    found = plain_filing(request, public_id)
    here = redirect("grants:staff_filing", public_id)
    form = ReturnForm(request.POST)
    if "return" in request.POST and not form.is_valid():
        return _filing_page(request, filing_or_404(request, public_id), form, status=422)
    try:
        if "accept" in request.POST:
            filing_accept(actor=request.actor, filing_id=found.pk)
            messages.success(request, _("受理しました。企業に通知されます。"))
        elif "return" in request.POST:
            reason = form.cleaned_data["reason"]
            filing_return(actor=request.actor, filing_id=found.pk, reason=reason)
            messages.success(request, _("差し戻しました。企業に通知されます。"))
    except TransitionRefused as refused:
        say(request, refused)
        return here
    return redirect(staff_url(found.grant))


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, public_id: object) -> HttpResponse:
    """起案 on a filing."""
    detail = filing_or_404(request, public_id)
    found = detail.filing
    code = kinds.ruling_of(found)
    why = why_unanswered(request.actor, found)
    if why or not code:
        messages.error(request, why or _("この手続は届出です。起案はせず、受理か差戻しをします。"))
        return redirect("grants:staff_filing", public_id)
    kind = rulings.get(code)
    initial = {"outcome": Ruling.Outcome.APPROVE, "ends_on": found.content.get("ends_on", "")}
    form = RulingForm(request.POST or None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with trying(request, form):
            ruling = filing_propose(
                actor=request.actor,
                filing_id=found.pk,
                outcome=given.get("outcome", Ruling.Outcome.APPROVE),
                reason=given["reason"],
                instruction=given.get("instruction", ""),
                ends_on=given.get("ends_on"),
            )
            messages.success(request, _("起案しました。決裁者の承認を待ちます。"))
            return redirect("grants:ruling", ruling.pk)
    context = {
        "filing": found,
        "grant": found.grant,
        "name": kind.name,
        "reading": reading.submitted(detail),
        "form": form,
        "breadcrumb": staff_crumbs(request.actor, found.grant, _("起案")),
    }
    return form_page(request, "grants/propose.html", context)


@ward_or_auditor
@recent_authentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def ruling(request: HttpRequest, ruling_id: int) -> HttpResponse:
    """決裁: read the proposal once more, decide or send it back. Afterwards: what was ruled."""
    found = _ruling(request, ruling_id)
    form = ReturnForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        if "decide" in request.POST:
            return _decide(request, found)
        if form.is_valid():
            return _send_back(request, found, form.cleaned_data["reason"])
    actor = request.actor
    waits = found.status == states.PROPOSED
    record = found.terms.get("change")
    context = {
        "ruling": found,
        "grant": found.grant,
        "name": ruling_name(found),
        "state": states.RULING.state(found.status),
        "comparison": reading.comparison_of(found) if record else None,
        "instructions": reading.instruction_rows(found.terms),
        "steps": found.terms.get("steps", []),
        "summary": _summary(found),
        "own": waits and found.prepared_by_id == actor.user_id,
        "over": over_limit(found.ward_id, actor, weight_yen(found), lock=False) if waits else None,
        "may_decide": waits and actor.ward_id == found.ward_id and actor.has_role(Role.APPROVER),
        "seen": found.prepared_at.isoformat(),
        "form": form,
        "breadcrumb": staff_crumbs(request.actor, found.grant, _("決裁")),
    }
    return form_page(request, "grants/ruling.html", context)


def _summary(found: Ruling) -> list[Row]:
    """What the kind tells whoever decides; empty where the filing says it all."""
    told = rulings.get(found.kind).summary if found.kind in rulings.codes() else None
    return told(found) if told else []


def _ruling(request: HttpRequest, ruling_id: int) -> Ruling:
    return found_or_404(policies.get_ruling, request.actor, pk=ruling_id)


def _decide(request: HttpRequest, found: Ruling) -> HttpResponse:
    try:
        ruled = ruling_approve(
            actor=request.actor, ruling_id=found.pk, seen=request.POST.get("seen", "")
        )
    except TransitionRefused as refused:
        say(request, refused)
        # Who tried to decide an own proposal is what auditors look for.
        audit.record(
            actor=request.actor, action="grants.ruling_denied", obj=found, reason=str(refused)
        )
        return redirect("grants:ruling", found.pk)
    text = _("決定しました（文書番号 %(number)s）。通知書は数秒でできあがります。")
    messages.success(request, text % {"number": ruled.document_no})
    return redirect(staff_url(found.grant))


def _send_back(request: HttpRequest, found: Ruling, reason: str) -> HttpResponse:
    try:
        ruling_send_back(
            actor=request.actor,
            ruling_id=found.pk,
            reason=reason,
            seen=request.POST.get("seen", ""),
        )
    except TransitionRefused as refused:
        say(request, refused)
        return redirect("grants:ruling", found.pk)
    messages.success(request, _("起案を差し戻しました。"))
    return redirect(staff_url(found.grant))


def _filing_page(
    request: HttpRequest, detail: FilingDetail, form: ReturnForm, *, status: int = 200
) -> HttpResponse:
    found, actor = detail.filing, request.actor
    reviews = actor.ward_id == found.ward_id and actor.has_role(Role.REVIEWER)
    waits = found.status == states.SUBMITTED
    pending = next((item for item in detail.rulings if item.status == states.PROPOSED), None)
    ruled = kinds.ruling_of(found)
    context = {
        "detail": detail,
        "filing": found,
        "grant": found.grant,
        "kind": kinds.get(found.kind),
        "form_name": kinds.form_name_of(found),
        "state": states.FILING.state(found.status),
        "reading": reading.submitted(detail),
        "form": form,
        "pending": pending,
        "may_return": reviews and waits and pending is None,
        "may_accept": reviews and waits and not ruled,
        "may_propose": reviews and waits and bool(ruled) and pending is None,
        "rulings": [
            (item, ruling_name(item), states.RULING.state(item.status)) for item in detail.rulings
        ],
        "propose_url": reverse("grants:propose", args=[found.public_id]),
        "breadcrumb": staff_crumbs(request.actor, found.grant, str(kinds.get(found.kind).name)),
    }
    return TemplateResponse(request, "grants/staff_filing.html", context, status=status)
