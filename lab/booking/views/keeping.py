"""Pages of certificates, incidents and consumables; and the utilisation for those who count."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking import policies
from lab.booking.forms.staff import ConsumableForm, IncidentForm, StockForm
from lab.booking.models import Consumable, Lab, Machine
from lab.booking.selectors import figures, ledger, stock
from lab.booking.services import firms, keeping
from lab.booking.views.common import (
    denied,
    looked,
    own_lab,
    posted_reason,
    readers,
    refused,
    staff_crumbs,
    staff_only,
    staff_tabs,
)
from lab.booking.words import hours_text
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui import charts
from portal.ui.acts import form_page
from portal.ui.markup import fiscal_year_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab

YEARS = 3
counters = hat_required(
    Hat.SUPPORT, Hat.WARD, Hat.AUDITOR, Hat.POLICY,
    roles={Role.LAB_STAFF, Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.AUDITOR, Role.POLICY},
)  # fmt: skip


@readers
@require_safe
def certificates(request: HttpRequest, public_id: object) -> HttpResponse:
    """講習の修了 of the lab's machines."""
    lab = own_lab(request, public_id)
    rows = policies.visible_certificates(request.actor).filter(machine__lab=lab)
    page = Paginator(rows.select_related("machine"), 50).get_page(request.GET.get("page"))
    looked(request, lab, "certificates")
    context = {
        "lab": lab,
        "page": page,
        "today": clock.today(),
        "may_run": policies.may_run(request.actor, lab),
        "query": f"lab={lab.public_id}",
        "tabs": staff_tabs(lab, "certificates"),
        "breadcrumb": staff_crumbs(lab, _("講習の修了")),
    }
    return TemplateResponse(request, "booking/certificates.html", context)


@staff_only
@require_POST
def certificate_withdraw(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """修了を取り消す."""
    rows = policies.visible_certificates(request.actor).select_related("machine__lab")
    row = get_object_or_404(rows, pk=certificate_id)
    try:
        firms.certificate_withdraw(
            actor=request.actor, certificate_id=row.pk, reason=posted_reason(request)
        )
    except TransitionRefused as error:
        refused(request, error, row, "certificate_withdraw")
    else:
        messages.success(request, _("修了を取り消しました。予約があっても、入室はできません。"))
    return redirect("booking:certificates", row.machine.lab.public_id)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, public_id: object) -> HttpResponse:
    """事故・不具合: what is open first, and a form for a new one."""
    lab = own_lab(request, public_id)
    may = policies.may_run(request.actor, lab)
    form = _incident_form(request, lab) if may else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            given = form.cleaned_data
            try:
                keeping.incident_report(
                    actor=request.actor,
                    machine_id=given["machine"],
                    weight=given["weight"],
                    what=given["what"],
                    happened_at=form.happened_at,
                    reservation_id=given["booking"],
                )
            except TransitionRefused as error:
                form.add_error(None, str(error))
                denied(request, error, lab, "incident")
            else:
                messages.success(
                    request, _("記録しました。使えない設備は「設備」から休止してください。")
                )
                return redirect("booking:incidents", public_id)
    rows = policies.visible_incidents(request.actor).filter(machine__lab=lab)
    rows = rows.select_related("machine", "reservation").order_by("closed_at", "-happened_at")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    looked(request, lab, "incidents")
    context = {
        "lab": lab,
        "form": form,
        "page": page,
        "rows": [
            {"row": row, "when": hours_text(row.reservation) if row.reservation else ""}
            for row in page.object_list
        ],
        "may_run": may,
        "query": f"lab={lab.public_id}",
        "tabs": staff_tabs(lab, "incidents"),
        "breadcrumb": staff_crumbs(lab, _("事故・不具合")),
    }
    return form_page(request, "booking/incidents.html", context)


def _incident_form(request: HttpRequest, lab: Lab) -> IncidentForm:
    """With the bookings of late; the one of the address, and its machine, are chosen already."""
    now = clock.now()
    used = ledger.lately_used(request.actor, lab, now)
    initial: dict[str, Any] = {"day": now.date(), "at": now.time()}
    machines = Machine.objects.filter(lab=lab)
    asked = request.GET.get("booking", "")
    if row := next((row for row in used if str(row.public_id) == asked), None):
        first = machines.filter(bookings__reservation=row).order_by("is_accessory", "pk").first()
        initial |= {"booking": str(row.pk), "machine": str(first.pk) if first else ""}
    return IncidentForm(
        request.POST or None,
        machines=machines,
        bookings=[(row.pk, f"{hours_text(row)}　{row.firm_name}") for row in used],
        initial=initial,
    )


@staff_only
@require_POST
def incident_close(request: HttpRequest, incident_id: int) -> HttpResponse:
    """対応を書いて終える."""
    rows = policies.visible_incidents(request.actor).select_related("machine__lab")
    row = get_object_or_404(rows, pk=incident_id)
    try:
        keeping.incident_close(
            actor=request.actor, incident_id=row.pk, done=request.POST.get("done", "")
        )
    except TransitionRefused as error:
        refused(request, error, row, "incident_close")
    else:
        messages.success(request, _("対応を記録しました。"))
    return redirect("booking:incidents", row.machine.lab.public_id)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def consumables(request: HttpRequest, public_id: object) -> HttpResponse:
    """消耗品: what is there, what is low; in and out."""
    lab = own_lab(request, public_id)
    may = policies.may_run(request.actor, lab)
    if request.method == "POST" and not may:
        raise Http404
    items = list(Consumable.objects.filter(lab=lab))
    step = request.POST.get("step", "")
    forms: dict[str, Any] = {
        "stock": StockForm(
            request.POST if step == "stock" else None,
            items=[(item.pk, item.name) for item in items],
        ),
        "add": ConsumableForm(request.POST if step == "add" else None),
    }
    form = forms.get(step)
    if form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            if step == "stock":
                keeping.consumable_move(
                    actor=request.actor,
                    consumable_id=given["consumable"],
                    change=form.change,
                    note=given["note"],
                )
            else:
                keeping.consumable_add(actor=request.actor, lab_id=lab.pk, **given)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, lab, "consumable")
        else:
            messages.success(request, _("記録しました。"))
            return redirect("booking:consumables", public_id)
    context = {
        "lab": lab,
        "items": items,
        "low": [item for item in items if item.is_low],
        "uses": stock.lately(lab),
        "forms": forms,
        "form": form,
        "may_run": may,
        "tabs": staff_tabs(lab, "consumables"),
        "breadcrumb": staff_crumbs(lab, _("消耗品")),
    }
    return form_page(request, "booking/consumables.html", context)


@counters
@require_safe
def utilisation(request: HttpRequest) -> HttpResponse:
    """稼働: by machine, ward, purpose and hour of a lab and fiscal year. Counts of firms, no names."""
    labs = list(Lab.objects.select_related("ward"))
    if not labs:
        return TemplateResponse(request, "booking/utilisation.html", {"lab": None})
    today = clock.today()
    this = clock.fiscal_year(today)
    year = posted_number(request.GET.get("year", "")) or this
    year = year if this - YEARS < year <= this else this
    lab = _chosen(request, labs)
    found = figures.utilisation(lab, year, today)
    query = f"lab={lab.public_id}&year={year}"
    context = {
        "lab": lab,
        "found": found,
        "charts": _charts(found),
        "year": fiscal_year_text(year),
        "labs": [
            Tab(item.name, f"?lab={item.public_id}&year={year}", None, item == lab) for item in labs
        ],
        "years": [
            Tab(
                fiscal_year_text(number),
                f"?lab={lab.public_id}&year={number}",
                None,
                number == year,
            )
            for number in range(this, this - YEARS, -1)
        ],
        "query": query,
        "breadcrumb": [Crumb(_("ラボの稼働"), reverse("booking:utilisation")), Crumb(lab.name)],
    }
    return TemplateResponse(request, "booking/utilisation.html", context)


def _chosen(request: HttpRequest, labs: list[Lab]) -> Lab:
    """The lab of the address, else the one of the own ward, else the first."""
    asked = request.GET.get("lab", "")
    own = (lab for lab in labs if lab.ward_id == request.actor.ward_id)
    return next((lab for lab in labs if str(lab.public_id) == asked), next(own, labs[0]))


def _charts(found: figures.Utilisation) -> list[Any]:
    """Hours used, as bars with their numbers; each also as a table."""
    parts = (
        ("machines", _("設備ごとの利用時間"), _("設備"), found.machines),
        ("wards", _("企業の区ごとの利用時間"), _("区"), found.wards),
        ("purposes", _("目的ごとの利用時間"), _("目的"), found.purposes),
        ("hours", _("時間帯ごとの利用時間"), _("時間帯"), found.hours),
    )
    return [
        charts.bars(
            charts.Caption(key=key, title=title),
            [(item.label, item.minutes // 60) for item in rows],
            head=head,
            unit=pgettext("hours", "時間"),
            strong=1,
        )
        for key, title, head, rows in parts
        if rows
    ]
