"""公募と予算: the fiscal year's four columns, one call with its queue, making and changing calls."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel import clock
from portal.ui.acts import trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from portal.ui.templatetags.ui import wareki_year
from subsidies.models import Call
from subsidies.office import policies, selectors, services, targets
from subsidies.office.call_forms import BudgetChangeForm, BudgetForm, CallEditForm, CallForm
from subsidies.office.rules import volume
from subsidies.office.services.calls import default_contact
from subsidies.office.views.common import (
    crumbs,
    own_call,
    own_scheme,
    readers,
    scheme_crumb,
    ward_only,
)

OPENS, CLOSES = dt.time(9), dt.time(17)


@readers
@require_safe
def budgets(request: HttpRequest) -> HttpResponse:
    """予算: every call of a fiscal year with 申請中・決定・確定・支払, and what the KPI need."""
    years = selectors.years(request.actor)
    this = clock.fiscal_year(clock.today())
    year = posted_number(request.GET.get("year", ""))
    year = year if year in years else (this if this in years or not years else years[0])
    rows = selectors.budget_rows(request.actor, year)
    stage_budgets, stage_caps = selectors.money_by_stage(year)
    volumes = volume.volumes(targets.grants(year), stage_caps, stage_budgets)
    context = {
        "tabs": [
            Tab(label=wareki_year(item), url=f"?year={item}", current=item == year)
            for item in years
        ],
        "year": year,
        "rows": rows,
        "total": selectors.summed(rows),
        "volumes": volumes,
        "needed_yen": volume.needed_yen(volumes),
        "all_budget_yen": sum(item.budget_yen for item in volumes),
        "short": [item for item in volumes if item.short_yen],
        "many_wards": request.actor.ward_id is None,
        "breadcrumb": crumbs(Crumb(_("年度の予算"))),
    }
    return TemplateResponse(request, "office/budgets.html", context)


@readers
@require_safe
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call: its money, and in a first-come call who is within the budget and who waits."""
    found = own_call(request, call_id)
    asked = selectors.applied(request.actor, [found])
    queue = selectors.queue_of(request.actor, found) if found.mode == Call.Mode.FIRST_COME else []
    context = {
        "call": found,
        "row": selectors.budget_row(found, *asked.get(found.pk, (0, 0))),
        "queue": queue,
        "waiting": [item for item in queue if not item.inside],
        "now": clock.now(),
        "may_budget": policies.may_budget(request.actor),
        "breadcrumb": crumbs(scheme_crumb(found.version.scheme), Crumb(_("公募"))),
    }
    return TemplateResponse(request, "office/call.html", context)


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """A new call of a scheme."""
    scheme = own_scheme(request, scheme_id)
    _must_budget(request)
    data = request.POST or None
    form = CallForm(data, initial=_suggested(scheme.ward_id))
    budget_form = BudgetForm(data)
    if request.method == "POST" and form.is_valid() & budget_form.is_valid():
        with trying(request, form):
            made = services.call_create(
                actor=request.actor,
                scheme_id=scheme.pk,
                plan=_plan(form.cleaned_data),
                budget_yen=budget_form.cleaned_data["budget_yen"],
                reserved_yen=budget_form.cleaned_data["reserved_yen"] or 0,
            )
            messages.success(request, _("公募を作りました。支援を探すページに載ります。"))
            return redirect("office:call", made.pk)
    context = {
        "scheme": scheme,
        "form": form,
        "budget_form": budget_form,
        "breadcrumb": crumbs(scheme_crumb(scheme), Crumb(_("新しい公募"))),
    }
    return TemplateResponse(request, "office/call_form.html", context, status=_status(request))


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, call_id: int) -> HttpResponse:
    """Change a call's dates, with the reason."""
    found = own_call(request, call_id)
    _must_budget(request)
    form = CallEditForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.call_edit(
                actor=request.actor,
                call_id=found.pk,
                plan=_plan(form.cleaned_data, found),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("公募を変更しました。"))
            return redirect("office:call", found.pk)
    context = {
        "call": found,
        "scheme": found.version.scheme,
        "form": form,
        "breadcrumb": crumbs(scheme_crumb(found.version.scheme), Crumb(_("公募の変更"))),
    }
    return TemplateResponse(request, "office/call_form.html", context, status=_status(request))


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest, call_id: int) -> HttpResponse:
    """予算の変更, with the reason."""
    found = own_call(request, call_id)
    _must_budget(request)
    initial = {"budget_yen": found.budget_yen, "reserved_yen": found.reserved_yen or None}
    form = BudgetChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.call_change_budget(
                actor=request.actor,
                call_id=found.pk,
                budget_yen=form.cleaned_data["budget_yen"],
                reserved_yen=form.cleaned_data["reserved_yen"] or 0,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("予算を変更しました。"))
            return redirect("office:call", found.pk)
    context = {
        "call": found,
        "scheme": found.version.scheme,
        "form": form,
        "breadcrumb": crumbs(scheme_crumb(found.version.scheme), Crumb(_("予算の変更"))),
    }
    return TemplateResponse(request, "office/call_form.html", context, status=_status(request))


def _must_budget(request: HttpRequest) -> None:
    if not policies.may_budget(request.actor):
        raise Http404


def _status(request: HttpRequest) -> int:
    """A form that comes back was not taken."""
    return 422 if request.method == "POST" else 200


def _suggested(ward_id: int) -> dict[str, Any]:
    year = clock.fiscal_year(clock.today())
    return {"fiscal_year": year, "round": 1, "contact": default_contact(ward_id)}


def _initial(call: Call) -> dict[str, Any]:
    return {
        "fiscal_year": call.fiscal_year,
        "round": call.round,
        "mode": call.mode,
        "opens_on": clock.to_date(call.opens_at),
        "closes_on": clock.to_date(call.closes_at),
        "project_ends_on": call.project_ends_on,
        "contact": call.contact,
        "budget_line": call.budget_line,
    }


def _plan(given: dict[str, Any], old: Call | None = None) -> services.CallPlan:
    """The form's days as moments; a day that stays keeps its time."""
    return services.CallPlan(
        fiscal_year=given["fiscal_year"],
        round=given["round"],
        mode=given["mode"],
        opens_at=_moment(given["opens_on"], OPENS, old.opens_at if old else None),
        closes_at=_moment(given["closes_on"], CLOSES, old.closes_at if old else None),
        project_ends_on=given["project_ends_on"],
        contact=given["contact"],
        budget_line=given["budget_line"],
    )


def _moment(day: dt.date, time: dt.time, old: dt.datetime | None) -> dt.datetime:
    if old is not None and clock.to_date(old) == day:
        return old
    return dt.datetime.combine(day, time, tzinfo=clock.TOKYO)
