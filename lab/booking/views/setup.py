"""Pages on which staff keep the machines of a lab: their data, pauses and maintenance."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking import policies
from lab.booking.forms.staff import (
    MachineForm,
    ReasonForm,
    SpanForm,
    WhyForm,
)
from lab.booking.models import Lab, Machine, Maintenance
from lab.booking.services import office, upkeep
from lab.booking.services.office import MACHINE_FIELDS
from lab.booking.views.common import (
    denied,
    own_lab,
    readers,
    refused,
    staff_crumbs,
    staff_only,
    staff_tabs,
    told,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import moment_text
from portal.ui.parts import Crumb

# Of a calendar that was read in there can be thousands.
SHOWN_WINDOWS, MOST_WINDOWS = 3, 50


@readers
@require_safe
def machines(request: HttpRequest, public_id: object) -> HttpResponse:
    """設備 of the lab."""
    lab = own_lab(request, public_id)
    ahead = Maintenance.objects.filter(ends_at__gt=clock.now()).order_by("starts_at")
    rows = (
        Machine.objects.filter(lab=lab)
        .prefetch_related(
            Prefetch("maintenance", queryset=ahead[:SHOWN_WINDOWS], to_attr="windows")
        )
        .order_by("is_accessory", "category", "name")
    )
    context = {
        "lab": lab,
        "machines": rows,
        "may_run": policies.may_run(request.actor, lab),
        "tabs": staff_tabs(lab, "machines"),
        "breadcrumb": staff_crumbs(lab, _("設備")),
    }
    return TemplateResponse(request, "booking/machines.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def machine_new(request: HttpRequest, public_id: object) -> HttpResponse:
    """設備を登録する."""
    lab = own_lab(request, public_id)
    form = MachineForm(
        request.POST or None,
        accessories=_accessories(lab),
        initial={"slot_minutes": 60, "most_minutes": 240, "lead_hours": 2, "ahead_days": 60,
                 "before_minutes": 0, "after_minutes": 15},
    )  # fmt: skip
    return _save(request, lab, form, None)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def machine_edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """設備を直す."""
    machine = _machine(request, public_id)
    form = MachineForm(
        request.POST or None,
        accessories=_accessories(machine.lab),
        initial={
            **{name: getattr(machine, name) for name in MACHINE_FIELDS},
            "accessories": [str(item.pk) for item in machine.accessories.all()],
        },
    )
    return _save(request, machine.lab, form, machine)


def _save(
    request: HttpRequest, lab: Lab, form: MachineForm, machine: Machine | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            office.machine_save(
                actor=request.actor,
                lab_id=lab.pk,
                machine_id=machine.pk if machine else None,
                values=given,
                accessory_ids=given.get("accessories", ()),
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, machine, "machine_save")
        else:
            messages.success(request, _("設備を保存しました。"))
            return redirect("booking:machines", lab.public_id)
    heading = machine.name if machine else _("設備を登録する")
    context = {
        "form": form,
        "heading": heading,
        "button": _("保存する"),
        "machine": machine,
        "maintenance": machine.maintenance.filter(ends_at__gt=clock.now())[:MOST_WINDOWS]
        if machine
        else [],
        "breadcrumb": [
            *staff_crumbs(lab, "")[:1],
            Crumb(_("設備"), reverse("booking:machines", args=[lab.public_id])),
            Crumb(heading),
        ],
    }
    return form_page(request, "booking/machine_form.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def machine_stop(request: HttpRequest, public_id: object) -> HttpResponse:
    """休止する: whoever has booked it is told, with what else is free."""
    machine = _machine(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = office.machine_stop(
                actor=request.actor,
                machine_id=machine.pk,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            refused(request, error, machine, "machine_stop")
        else:
            told(request, count)
        return redirect("booking:machines", machine.lab.public_id)
    return _ask(
        request, machine, form, _("設備を休止しますか"),
        _("予約している企業に、理由と代わりの空き時間を知らせて取り消します。"), _("休止する"),
    )  # fmt: skip


@staff_only
@require_POST
def machine_resume(request: HttpRequest, public_id: object) -> HttpResponse:
    """再開する."""
    machine = _machine(request, public_id)
    try:
        office.machine_resume(actor=request.actor, machine_id=machine.pk)
    except TransitionRefused as error:
        refused(request, error, machine, "machine_resume")
    else:
        messages.success(request, _("設備を再開しました。"))
    return redirect("booking:machines", machine.lab.public_id)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def maintenance(request: HttpRequest, public_id: object) -> HttpResponse:
    """保守の時間を入れる."""
    machine = _machine(request, public_id)
    form = SpanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = office.maintenance_add(
                actor=request.actor,
                machine_id=machine.pk,
                span=form.span,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            denied(request, error, machine, "maintenance")
            form.add_error(None, str(error))
        else:
            told(request, count)
            return redirect("booking:machines", machine.lab.public_id)
    return _ask(
        request, machine, form, _("保守の時間を入れる"),
        _("この時間に予約している企業に、理由と代わりの空き時間を知らせて取り消します。"),
        _("保守を入れる"),
    )  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def maintenance_remove(request: HttpRequest, maintenance_id: int) -> HttpResponse:
    """保守をやめる, asked once more with the reason."""
    rows = Maintenance.objects.select_related("machine__lab")
    row = get_object_or_404(
        rows, pk=maintenance_id, machine__lab__in=policies.staff_labs(request.actor)
    )
    machine = row.machine
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = upkeep.maintenance_remove(
                actor=request.actor,
                maintenance_id=row.pk,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            denied(request, error, machine, "maintenance_remove")
            form.add_error(None, str(error))
        else:
            _say_removed(request, count)
            return redirect("booking:machine_edit", machine.public_id)
    return _ask(
        request, machine, form, _("保守をやめますか"),
        _(
            "%(from)s〜%(until)sの時間が、また予約できるようになります。取り消した予約は元に戻りません。予約していた企業には、また予約できることを知らせます。"
        )
        % {"from": moment_text(row.starts_at), "until": moment_text(row.ends_at)},
        _("保守をやめる"),
    )  # fmt: skip


def _say_removed(request: HttpRequest, count: int) -> None:
    messages.success(request, _("保守をやめました。この時間は、また予約できます。"))
    if count:
        text = ngettext(
            "予約を取り消した%(n)d件の企業に、また予約できることを知らせました。",
            "予約を取り消した%(n)d件の企業に、また予約できることを知らせました。",
            count,
        )
        messages.success(request, text % {"n": count})


def _ask(
    request: HttpRequest, machine: Machine, form: Any, heading: str, text: str, label: str
) -> HttpResponse:
    back = reverse("booking:machines", args=[machine.lab.public_id])
    context = {
        "heading": heading,
        "text": _("%(label)s：%(message)s") % {"label": machine.name, "message": text},
        "form": form,
        "action_label": label,
        "tone": "danger",
        "cancel_url": back,
        "breadcrumb": [
            *staff_crumbs(machine.lab, "")[:1],
            Crumb(_("設備"), back),
            Crumb(machine.name),
        ],
    }
    return form_page(request, "ui/confirm.html", context)


def _accessories(lab: Lab) -> list[Machine]:
    return list(Machine.objects.filter(lab=lab, is_accessory=True).order_by("name"))


def _machine(request: HttpRequest, public_id: object) -> Machine:
    rows = Machine.objects.select_related("lab")
    return get_object_or_404(rows, public_id=public_id, lab__in=policies.staff_labs(request.actor))
