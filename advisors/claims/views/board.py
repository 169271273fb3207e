"""Pages of the office: the list of claims, one of them, a correction, an acceptance taken back."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisors import policies
from advisors.claims import months, services, states
from advisors.claims.forms import CorrectionForm, PaidForm
from advisors.claims.models import Claim, ClaimLine
from advisors.claims.policies import get_claim, may_read_statements, visible_lines
from advisors.claims.selectors import board as selectors
from advisors.claims.selectors.lines import sheet_of
from advisors.claims.views.common import sheet_context
from advisors.forms.firm import ReasonForm
from advisors.models import Visit
from advisors.states import ACCEPTED
from advisors.views.common import (
    handlers_only,
    looked,
    office_only,
    office_or_auditor,
    tried,
)
from portal.accounts.access import recent_authentication_required
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.forms import UiForm
from portal.ui.markup import era_month
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab, steps

MONTHS_SHOWN = 12


@office_or_auditor
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """謝金の請求, by what is to be done with them."""
    number = posted_number(request.GET.get("page", "")) or 1
    month = months.parse(request.GET.get("month", ""))
    seen = selectors.board(request.actor, request.GET.get("tab", ""), month, number)
    labels = {
        "check": pgettext("tab", "確認する"),
        "decide": pgettext("tab", "決裁する"),
        "pay": _("支払う"),
        "returned": _("差戻し中"),
        "paid": _("支払済み"),
    }
    chosen = months.slug(month) if month else ""
    kept = f"&month={chosen}" if chosen else ""
    context = {
        "board": seen,
        "rows": list(seen.page),
        "tabs": [
            Tab(label, f"?tab={code}{kept}", seen.counts[code], code == seen.tab)
            for code, label in labels.items()
        ],
        "query": f"tab={seen.tab}{kept}",
        "months": [(months.slug(one), era_month(one)) for one in _months()],
        "chosen": chosen,
        "own_tab": selectors.own_tab(request.actor),
        "reads_statements": may_read_statements(request.actor),
    }
    return TemplateResponse(request, "claims/board.html", context)


def _months() -> list[dt.date]:
    """The last twelve months, this one first."""
    found, month = [], months.month_of(clock.today())
    for _number in range(MONTHS_SHOWN):
        found.append(month)
        month = months.month_of(month - dt.timedelta(days=1))
    return found


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: object) -> HttpResponse:
    """One claim: lines, totals, report, and what the reader's role does with it."""
    row: Claim = found_or_404(get_claim, request.actor, public_id=public_id)
    form = ReasonForm(request.POST if "return" in request.POST else None, label=_("差戻しの理由"))
    if request.method != "POST":
        looked(request, "claims.claim_viewed", row)
        return _claim_page(request, row, form, PaidForm())
    key = {"claim_id": row.pk}
    if "check" in request.POST:
        tried(request, None, services.claim_check, _("決裁に回しました。"), **key)
        return redirect("claims:claim", public_id)
    if not form.is_bound:
        raise Http404
    if form.is_valid() and tried(
        request,
        form,
        services.claim_return,
        _("相談員に差し戻しました。"),
        **key,
        reason=form.cleaned_data["reason"],
    ):
        return redirect("claims:board")
    return _claim_page(request, row, form, PaidForm())


@office_only
@require_POST
@recent_authentication_required
def decide(request: HttpRequest, public_id: object) -> HttpResponse:
    """決裁 and 支払: both are acts of weight."""
    row: Claim = found_or_404(get_claim, request.actor, public_id=public_id)
    key = {"claim_id": row.pk}
    if "approve" in request.POST:
        tried(request, None, services.claim_approve, _("請求を承認しました。"), **key)
        return redirect("claims:claim", public_id)
    form = PaidForm(request.POST)
    done = _("支払日を記録しました。相談員に知らせます。")
    if form.is_valid() and tried(
        request, form, services.claim_pay, done, **key, **form.cleaned_data
    ):
        return redirect("claims:claim", public_id)
    return _claim_page(request, row, ReasonForm(label=_("差戻しの理由")), form)


def _claim_page(request: HttpRequest, row: Claim, back: ReasonForm, paid: PaidForm) -> HttpResponse:
    actor = request.actor
    moves = {
        move.name: states.CLAIM.refusal(row, move.name, actor) if policies.is_office(actor) else ""
        for move in states.CLAIM.allowed(row.status, actor.roles)
    }
    labels = [str(states.CLAIM.state(code).label) for code in states.CLAIMED]
    context = {
        **sheet_context(sheet_of(row)),
        "claim": row,
        "month": row.month,
        "moves": moves,
        "refusal": next((str(why) for why in moves.values() if why), ""),
        "back": back,
        "paid": paid,
        "form": next((form for form in (back, paid) if form.errors), None),
        "steps": steps(labels, _reached(row)) if row.is_frozen else [],
        "may_correct": policies.may_handle(actor) and row.status in states.DECIDED,
        "breadcrumb": [Crumb(_("謝金の請求"), reverse("claims:board")), Crumb(str(row))],
    }
    return form_page(request, "claims/claim.html", context)


def _reached(row: Claim) -> int:
    return len(states.CLAIMED) if row.status == states.PAID else states.CLAIMED.index(row.status)


@handlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, line_id: int) -> HttpResponse:
    """訂正: what a decided line should have been."""
    line: ClaimLine = found_or_404(_line, request.actor, pk=line_id)
    if request.method != "POST":
        looked(request, "claims.claim_viewed", line.claim)
    fee_yen, travel_yen = services.stands_at(line)
    initial = {"fee_yen": fee_yen, "travel_yen": travel_yen}
    form = CorrectionForm(request.POST or None, initial=initial)
    done = _("訂正しました。差額は相談員の次の請求に入ります。")
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request, form, services.correction_make, done, line_id=line.pk, **form.cleaned_data
        )
    ):
        return redirect("claims:claim", line.claim.public_id)
    return _form_page(
        request,
        form,
        heading=_("明細を訂正する"),
        lead=_("%(firm)s　%(number)s") % {"firm": line.firm_name, "number": line.claim.number},
        button=_("訂正して次の請求に入れる"),
        back=reverse("claims:claim", args=[line.claim.public_id]),
        crumbs=[Crumb(str(line.claim), reverse("claims:claim", args=[line.claim.public_id]))],
    )


@handlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, public_id: object) -> HttpResponse:
    """受理を取り消す, as long as no claim holds the visit."""
    row: Visit = found_or_404(policies.get_visit, request.actor, public_id=public_id)
    back = reverse("advisors:visit_case", args=[row.public_id])
    if request.method != "POST" and row.status != ACCEPTED:
        return redirect(back)
    form = ReasonForm(request.POST or None, label=_("受理を取り消す理由"))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            request,
            form,
            services.visit_take_back,
            _("受理を取り消し、相談員に戻しました。"),
            visit_id=row.pk,
            reason=form.cleaned_data["reason"],
        )
    ):
        return redirect(back)
    return _form_page(
        request,
        form,
        heading=_("受理を取り消す"),
        lead=row.engagement.firm_name,
        button=_("受理を取り消して相談員に戻す"),
        back=back,
        crumbs=[Crumb(_("訪問の記録"), back)],
    )


def _line(actor: Any, **lookup: Any) -> ClaimLine:
    rows = visible_lines(actor).filter(visit__isnull=False, claim__status__in=states.DECIDED)
    return rows.select_related("claim").get(**lookup)


def _form_page(
    request: HttpRequest,
    form: UiForm,
    *,
    heading: str,
    lead: str,
    button: str,
    back: str,
    crumbs: list[Crumb],
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "button": button,
        "cancel_url": back,
        "breadcrumb": [Crumb(_("謝金の請求"), reverse("claims:board")), *crumbs, Crumb(heading)],
    }
    return form_page(request, "advisors/form.html", context)
