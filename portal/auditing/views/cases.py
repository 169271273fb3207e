"""案件: finding them by what happened, stating the purpose, and the page of one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.auditing import policies
from portal.auditing.filters import CaseFilter
from portal.auditing.forms import PurposeForm
from portal.auditing.selectors import population
from portal.auditing.views.common import (
    FORM,
    SESSION_KEY,
    auditors,
    case_context,
    crumbs,
    stated_purpose,
)
from portal.ui.acts import form_page, found_or_404
from programs.selectors import ward_name
from subsidies import states

PER_PAGE = 25


@auditors
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """案件を探す: by criterion, ward, year, amount, words. Names are seen, so it is no look at a case."""
    conditions = CaseFilter(request.GET)
    rows = population.cases(request.actor, conditions.wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [
            (row, ward_name(row.ward_id), states.APPLICATION.state(row.status)) for row in page
        ],
    }
    return TemplateResponse(request, "auditing/cases.html", context)


@auditors
@require_http_methods(FORM)
def purpose(request: HttpRequest) -> HttpResponse:
    """監査の目的 for this session; then on to where the auditor wanted to go."""
    form = PurposeForm(request.POST or None, initial={"purpose": stated_purpose(request)})
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = reverse("auditing:cases")
    if request.method == "POST" and form.is_valid():
        request.session[SESSION_KEY] = form.cleaned_data["purpose"]
        return redirect(onward)
    context = {
        "form": form,
        "cancel_url": reverse("auditing:cases"),
        "breadcrumb": crumbs((_("案件を探す"), "auditing:cases"), _("監査の目的")),
    }
    return form_page(request, "auditing/purpose.html", context)


@auditors
@require_safe
def case(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """One case. Without a purpose it is not shown."""
    found = found_or_404(policies.get_case, request.actor, receipt_no)
    why = stated_purpose(request)
    if not why:
        onward = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('auditing:purpose')}?{onward}")
    context = case_context(request, found, why) | {
        "here": request.get_full_path(),
        "breadcrumb": crumbs((_("案件を探す"), "auditing:cases"), found.receipt_no or ""),
    }
    return TemplateResponse(request, "auditing/case.html", context)
