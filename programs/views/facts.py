"""修了・認定: officials look facts up, record them with their evidence, and revoke them informed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row
from programs.fact_forms import FactFilter, FactForm, RevokeForm
from programs.fact_states import fact_state
from programs.models import Firm, Qualification
from programs.policies import may_record_facts, may_revoke_fact, visible_firms
from programs.policies import visible_qualifications as visible
from programs.services.errors import Refused
from programs.services.qualifications import qualification_grant, qualification_revoke
from programs.tables import FactTable
from programs.uses import uses_of
from programs.views.rows import NOT_GIVEN

ROWS_PER_PAGE = 50
recorders = hat_required(Hat.WARD, roles={Role.REVIEWER, Role.WARD_ADMIN})
readers = hat_required(Hat.WARD, Hat.AUDITOR)


@readers
@require_safe
def fact_list(request: HttpRequest) -> HttpResponse:
    """Facts of the firms the ward sees, the newest first."""
    rows = visible(request.actor).select_related("firm", "ward").order_by("-granted_on", "-id")
    found = FactFilter(request.GET or None, rows)
    table = FactTable(found.qs, today=clock.today())
    RequestConfig(request, paginate={"per_page": ROWS_PER_PAGE}).configure(table)
    context = {
        "filter": found,
        "query": request.GET.urlencode(),
        "table": table,
        "may_record": may_record_facts(request.actor),
        "breadcrumb": [Crumb(_("企業"), reverse("programs:firm_list")), Crumb(_("修了・認定"))],
    }
    return TemplateResponse(request, "programs/fact_list.html", context)


@recorders
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record a fact of a firm. Nothing is changed afterwards, so the form asks for the evidence."""
    firm = get_object_or_404(visible_firms(request.actor), public_id=public_id)
    form = FactForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            made = qualification_grant(actor=request.actor, firm_id=firm.pk, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("修了・認定を記録しました。"))
            return redirect("programs:fact", made.pk)
    context = {
        "firm": firm,
        "form": form,
        "breadcrumb": [*_crumbs(firm), Crumb(_("修了・認定を記録する"))],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "programs/fact_add.html", context, status=status)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: HttpRequest, fact_id: int) -> HttpResponse:
    """One fact, what rests on it, and its revocation by the ward that recorded it."""
    found = _fact(request, fact_id)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            qualification_revoke(
                actor=request.actor, qualification_id=found.pk, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
            found = _fact(request, fact_id)
        else:
            messages.success(
                request, _("取り消しました。この記録によっている申請を確かめてください。")
            )
            return redirect("programs:fact", found.pk)
    audit.record(
        actor=request.actor, action="qualification.viewed", obj=found, ward_id=found.ward_id
    )
    context = {
        "fact": found,
        "state": fact_state(found, clock.today()),
        "rows": _rows(found),
        "uses": uses_of(request.actor, found),
        "form": form,
        "may_revoke": may_revoke_fact(request.actor, found),
        "breadcrumb": [*_crumbs(found.firm), Crumb(found.get_kind_display())],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "programs/fact.html", context, status=status)


def _fact(request: HttpRequest, fact_id: int) -> Qualification:
    rows = visible(request.actor).select_related("firm", "ward", "recorded_by")
    return get_object_or_404(rows, pk=fact_id)


def _crumbs(firm: Firm) -> list[Crumb]:
    return [
        Crumb(_("企業"), reverse("programs:firm_list")),
        Crumb(firm.name, reverse("programs:firm_card", args=[firm.public_id])),
    ]


def _rows(fact: Qualification) -> list[Row]:
    by = fact.recorded_by.name if fact.recorded_by else _("自動の記録")
    rows = [
        Row(_("企業"), fact.firm.name),
        Row(_("期・回"), fact.cohort or NOT_GIVEN),
        Row(_("番号"), fact.number or NOT_GIVEN),
        Row(_("修了した人"), fact.person_name or NOT_GIVEN),
        Row(_("付与日"), era_date(fact.granted_on)),
        Row(_("有効期限"), era_date(fact.expires_on) if fact.expires_on else _("なし")),
        Row(_("根拠"), fact.source),
        Row(
            _("記録した区と人"),
            _("%(ward)s　%(name)s") % {"ward": fact.ward.display_name, "name": by},
        ),
    ]
    if fact.revoked_on:
        rows += [
            Row(_("取消日"), era_date(fact.revoked_on)),
            Row(_("取消の理由"), fact.revoked_reason),
        ]
    return rows
