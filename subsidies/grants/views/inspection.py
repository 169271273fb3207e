"""検査 of a completion report, and the proposal of the final amount."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.ui.acts import trying
from portal.ui.forms import UiForm
from subsidies.contents import submitted_rules
from subsidies.grants import kinds, states
from subsidies.grants.kinds.completion import COMPLETION
from subsidies.grants.kinds.final_amount import inspected_with
from subsidies.grants.models import Inspection
from subsidies.grants.money_forms import ReasonForm, inspection_form
from subsidies.grants.rules.inspection import ITEMS, open_items
from subsidies.grants.selectors import FilingDetail
from subsidies.grants.services import filing_propose, inspection_save
from subsidies.grants.views.common import (
    filing_or_404,
    note_view,
    staff_crumbs,
    ward_or_auditor,
    why_unanswered,
)
from subsidies.grants.views.completion import report_of
from subsidies.schemes.english import told_categories


@ward_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: HttpRequest, public_id: object) -> HttpResponse:
    """The report beside the check list; what is cut, what it comes to; then the proposal."""
    detail = filing_or_404(request, public_id)
    if detail.filing.kind != COMPLETION or detail.version is None:
        raise Http404
    why = why_unanswered(request.actor, detail.filing)
    may = not why
    saved = Inspection.objects.filter(version=detail.version).first()
    lines = detail.version.payload["record"]["lines"]
    if request.method != "POST":
        note_view(request, "grants.filing_viewed", detail.filing)
        return _page(request, detail, may, saved, inspection_form(lines, saved), ReasonForm())
    if why:
        messages.error(request, why)
        return redirect("grants:inspection", public_id)
    if "propose" in request.POST:
        return _propose(request, detail, may, saved)
    form = inspection_form(lines, saved, request.POST)
    if form.is_valid():
        with trying(request, form):
            inspection_save(actor=request.actor, filing_id=detail.filing.pk, **_given(form, lines))
            messages.success(request, _("検査の結果を保存しました。"))
            return redirect("grants:inspection", public_id)
    return _page(request, detail, may, saved, form, ReasonForm(), status=422)


def _propose(
    request: HttpRequest, detail: FilingDetail, may: bool, saved: Inspection | None
) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        with trying(request, form):
            ruling = filing_propose(
                actor=request.actor,
                filing_id=detail.filing.pk,
                outcome="approve",
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("額の確定を起案しました。決裁者の承認を待ちます。"))
            return redirect("grants:ruling", ruling.pk)
    assert detail.version is not None
    lines = detail.version.payload["record"]["lines"]
    return _page(request, detail, may, saved, inspection_form(lines, saved), form, status=422)


def _given(form: UiForm, lines: list[dict[str, Any]]) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "method": given["method"],
        "inspected_on": given["inspected_on"],
        "findings": given["findings"],
        "verdicts": {
            item.code: {
                "verdict": given[f"verdict-{item.code}"],
                "note": given[f"note-{item.code}"],
            }
            for item in ITEMS
        },
        "cuts": {
            line["key"]: {
                "net_yen": given[f"net-{line['key']}"] or 0,
                "tax_yen": given[f"tax-{line['key']}"] or 0,
                "reason": given[f"reason-{line['key']}"],
            }
            for line in lines
        },
    }


def _page(
    request: HttpRequest,
    detail: FilingDetail,
    may: bool,
    saved: Inspection | None,
    form: UiForm,
    reason: ReasonForm,
    *,
    status: int = 200,
) -> HttpResponse:
    found = detail.filing
    assert detail.version is not None
    rules = told_categories(submitted_rules(found.grant.application))
    amount = inspected_with(found.grant, rules, detail.version, saved.cuts if saved else {})
    lines = detail.version.payload["record"]["lines"]
    context = {
        "filing": found,
        "grant": found.grant,
        "state": states.FILING.state(found.status),
        "form_name": kinds.form_name_of(found),
        "report": report_of(detail),
        "saved": saved,
        "form": form if form.errors else reason if reason.errors else form,
        "inspection_form": form,
        "reason_form": reason,
        "head": [form["method"], form["inspected_on"]],
        "items": [(form[f"verdict-{item.code}"], form[f"note-{item.code}"]) for item in ITEMS],
        "cuts": [
            (line, [form[f"{name}-{line['key']}"] for name in ("net", "tax", "reason")])
            for line in lines
        ],
        "amount": amount,
        "may": may,
        "ready": saved is not None and not open_items(saved.verdicts),
        "waiting": found.rulings.filter(status=states.PROPOSED).first(),
        "breadcrumb": staff_crumbs(request.actor, found.grant, _("実績報告の検査")),
    }
    return TemplateResponse(request, "grants/inspection.html", context, status=status)
