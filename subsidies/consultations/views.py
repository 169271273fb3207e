"""相談記録: the ward's list, and the form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.ui.acts import form_page, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.consultations import policies, selectors
from subsidies.consultations.filters import ConsultationFilter
from subsidies.consultations.forms import ConsultationForm
from subsidies.consultations.services import consultation_record, consultation_withdraw
from subsidies.forms import BriefReasonForm
from subsidies.models import Application
from subsidies.policies import CASE_ROLES, get_application

readers = hat_required(Hat.WARD, roles=set(CASE_ROLES))
preparers = hat_required(Hat.WARD, roles={Role.REVIEWER})


@readers
@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """The newest first. Looking leaves an audit row: the notes are about firms' plans."""
    number = posted_number(request.GET.get("page", "")) or 1
    schemes = policies.own_schemes(request.actor)
    conditions = ConsultationFilter(request.GET, schemes=schemes)
    found = selectors.consultation_rows(request.actor, **conditions.wanted)
    page = selectors.consultation_page(found, number)
    needs = selectors.needs_of({row.scheme for row in page})
    audit.record(actor=request.actor, action="consultations.viewed", ward_id=request.actor.ward_id)
    context = {
        "breadcrumb": [Crumb(_("申請の受信箱"), reverse("subsidies:queue")), Crumb(_("相談記録"))],
        "filter": conditions,
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [(row, needs.get(row.scheme_id, {}).get(row.need, row.need)) for row in page],
        "may_record": policies.may_record(request.actor),
    }
    return TemplateResponse(request, "consultations/list.html", context)


@preparers
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """相談を記録する; from a case its firm and scheme are filled in, and the page leads back to it."""
    case = _case(request)
    schemes = list(policies.own_schemes(request.actor))
    form = ConsultationForm(
        request.POST or None,
        actor=request.actor,
        schemes=schemes,
        needs=selectors.needs_of(schemes),
        today=clock.today(),
        initial=_initial(case, request.GET.get("need", "")),
    )
    back = _case_url(case) if case else reverse("consultations:list")
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            consultation_record(actor=request.actor, **form.given)
            messages.success(request, _("相談を記録しました。"))
            return redirect(back)
    above = Crumb(case.receipt_no or "", back) if case else Crumb(_("相談記録"), back)
    context = {
        "form": form,
        "cancel_url": back,
        "breadcrumb": [above, Crumb(_("相談を記録する"))],
    }
    return form_page(request, "consultations/record.html", context)


@preparers
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """相談記録を取り下げる, with a reason; from a case the page leads back to it."""
    rows = policies.visible_consultations(request.actor).select_related("firm", "scheme", "met_by")
    row = rows.filter(pk=consultation_id, withdrawn_at=None).first()
    if row is None:
        raise Http404
    case = _case(request)
    back = _case_url(case) if case else reverse("consultations:list")
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            _row, passed = consultation_withdraw(
                actor=request.actor, consultation_id=row.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("相談記録を取り下げました。"))
            _warn(request, passed)
            return redirect(back)
    context = {
        "row": row,
        "form": form,
        "cancel_url": back,
        "breadcrumb": [
            Crumb(_("相談記録"), reverse("consultations:list")),
            Crumb(_("相談記録を取り下げる")),
        ],
    }
    return form_page(request, "consultations/withdraw.html", context)


def _warn(request: HttpRequest, passed: list[Application]) -> None:
    """Cases whose check was completed with the record are looked at again by a person."""
    if passed:
        text = _(
            "次の申請は、この記録で書類確認を終えています。点検の結果はそのままなので、"
            "必要なら補正を依頼してください：%(numbers)s"
        )
        numbers = _("、").join(case.receipt_no or "" for case in passed)
        messages.warning(request, text % {"numbers": numbers})


def _case(request: HttpRequest) -> Application | None:
    """The case that led here, where the actor sees it."""
    number = request.GET.get("case", "").replace("\x00", "")
    try:
        return get_application(request.actor, receipt_no=number) if number else None
    except Application.DoesNotExist:
        return None


def _case_url(case: Application) -> str:
    return f"{reverse('subsidies:application', args=[case.receipt_no])}#consultations"


def _initial(case: Application | None, need: str) -> dict[str, Any]:
    if case is None:
        return {}
    return {
        "firm": case.firm.corporate_number or case.firm.name,
        "about": f"{case.version.scheme_id}:{need}",
    }
