"""Pages of the lab's staff for the day: ledger, approvals, one booking, who came."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking import drawing, ical, policies, states
from lab.booking.forms.staff import UsedForm
from lab.booking.forms.walk_in import WalkInForm
from lab.booking.models import Consumable, Lab, Machine, Reservation, Visit
from lab.booking.selectors import ledger as reads
from lab.booking.selectors import stock
from lab.booking.services import changes, feeds, firms, keeping, visits, walk_ins
from lab.booking.services.errors import NotMet, Refused
from lab.booking.views.common import (
    CALENDAR_RENEWED,
    asked_day,
    denied,
    fee_rows,
    looked,
    machine_names,
    own_lab,
    own_reservation,
    posted_reason,
    readers,
    refused,
    staff_crumbs,
    staff_of,
    staff_only,
    staff_tabs,
    used_rows,
)
from lab.booking.words import hours_text
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row

# Bookings for which something can have been used up.
USING = (states.IN_USE, states.USED)


@readers
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The labs of the reader; with one, its ledger at once."""
    labs = list(policies.staff_labs(request.actor).select_related("ward")[:50])
    if len(labs) == 1:
        return redirect("booking:ledger", labs[0].public_id)
    return TemplateResponse(request, "booking/staff_labs.html", {"labs": labs})


@readers
@require_safe
def ledger(request: HttpRequest, public_id: object) -> HttpResponse:
    """台帳 of a day: machines and hours, then the bookings in their order with what is to be done."""
    lab = own_lab(request, public_id)
    today = clock.today()
    day = asked_day(request, "day", today)
    found = reads.day_of(request.actor, lab, day)
    looked(request, lab, "ledger")
    names = machine_names(found.rows)
    costs = stock.costs_of(found.rows)
    waiting = reads.waiting(request.actor, lab).count()
    context = {
        "lab": lab,
        "day": day,
        "day_text": drawing.day_text(day),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "is_today": day == today,
        "hours": found.hours,
        "lines": found.lines,
        "rows": [
            {
                "row": row,
                "when": hours_text(row),
                "machines": names.get(row.pk, ""),
                "used_yen": costs.get(row.pk, 0),
                "total_yen": row.fee_yen + costs.get(row.pk, 0),
            }
            for row in found.rows
        ],
        "tabs": staff_tabs(lab, "ledger", waiting),
        "waiting": waiting,
        "lab_key": str(lab.public_id),
        "may_run": policies.may_run(request.actor, lab),
        "kiosk": reverse("booking:kiosk", args=[lab.kiosk])
        if policies.may_run(request.actor, lab)
        else "",
        "calendar": ical.address(ical.LAB, lab.pk, request.actor.user_id)
        if policies.may_run(request.actor, lab)
        else "",
    }
    return TemplateResponse(request, "booking/ledger.html", context)


@staff_only
@require_POST
def ledger_calendar(request: HttpRequest, public_id: object) -> HttpResponse:
    """The lab's calendar gets another address, for the person."""
    lab = own_lab(request, public_id)
    feeds.renew(actor=request.actor, kind=ical.LAB, place=lab.pk)
    messages.success(request, CALENDAR_RENEWED)
    return redirect("booking:ledger", public_id)


@readers
@require_safe
def queue(request: HttpRequest, public_id: object) -> HttpResponse:
    """承認待ち, the next ones first."""
    lab = own_lab(request, public_id)
    page = Paginator(reads.waiting(request.actor, lab), 50).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = machine_names(rows)
    looked(request, lab, "queue")
    context = {
        "lab": lab,
        "page": page,
        "rows": [
            {"row": row, "when": hours_text(row), "machines": names.get(row.pk, "")} for row in rows
        ],
        "tabs": staff_tabs(lab, "queue", page.paginator.count),
        "breadcrumb": staff_crumbs(lab, _("承認待ち")),
    }
    return TemplateResponse(request, "booking/queue.html", context)


@readers
@require_safe
def desk(request: HttpRequest, public_id: object) -> HttpResponse:
    """One booking as the staff see it, with everything that can be done."""
    row = own_reservation(request, public_id)
    return _desk(request, row)


def _desk(request: HttpRequest, row: Reservation, used: UsedForm | None = None) -> HttpResponse:
    looked(request, row.lab, "reservation")
    may = policies.may_run(request.actor, row.lab)
    machines = list(Machine.objects.filter(bookings__reservation=row).order_by("pk"))
    allowed = states.RESERVATION.allowed(row.status, request.actor.roles) if may else []
    context = {
        "row": row,
        "when": hours_text(row),
        "rows": [
            Row(_("設備"), _("、").join(machine.name for machine in machines)),
            Row(_("企業"), row.firm_name),
            Row(_("利用する方"), row.person_name),
            Row(_("目的"), row.get_purpose_display()),
            Row(_("試したいこと"), row.note or "—"),
            *([Row(_("立会い"), row.supervisor)] if row.supervisor else []),
            *([Row(_("入室番号"), row.code)] if may else []),
            *([Row(_("理由"), row.reason)] if row.reason else []),
        ],
        "fee": fee_rows(row.fee),
        "uses": used_rows(uses := stock.used_for(request.actor, row)),
        "total_yen": row.fee_yen + sum(use.amount_yen for use in uses),
        "form": used if used is not None and used.errors else None,
        "used": used or _used_form(row, None) if may and row.status in USING else None,
        "acts": {move.name for move in allowed},
        "supervisors": staff_of(request, row.lab)
        if "approve" in {move.name for move in allowed}
        and any(machine.needs_supervisor for machine in machines)
        else [],
        "may_waive": may and row.fee_yen > 0,
        "certify": [machine for machine in machines if machine.needs_training]
        if may and row.person_id and row.purpose == "training"
        else [],
        "may_run": may,
        "incidents": list(
            policies.visible_incidents(request.actor)
            .filter(reservation=row)
            .select_related("machine")
        ),
        "is_over": row.starts_at <= clock.now(),
        "breadcrumb": staff_crumbs(row.lab, hours_text(row)),
    }
    return form_page(request, "booking/desk.html", context)


def _used_form(row: Reservation, posted: Any) -> UsedForm | None:
    items = list(Consumable.objects.filter(lab=row.lab, stock__gt=0))
    return UsedForm(posted, items=items) if items else None


@staff_only
@require_POST
def use(request: HttpRequest, public_id: object) -> HttpResponse:
    """使った消耗品を記録する for a booking: it comes off the stock and on the bill."""
    row = own_reservation(request, public_id)
    form = _used_form(row, request.POST)
    if row.status not in USING or form is None:
        text = _(
            "使い始めた予約に、在庫のある消耗品を記録できます。入室か入庫を先に記録してください。"
        )
        refused(request, Refused(text), row, "consumable")
        return redirect("booking:desk", row.public_id)
    if form.is_valid():
        given = form.cleaned_data
        try:
            keeping.consumable_move(
                actor=request.actor,
                consumable_id=given["consumable"],
                change=-given["count"],
                reservation_id=row.pk,
            )
        except TransitionRefused as error:
            form.add_error("count", str(error))
            denied(request, error, row, "consumable")
        else:
            messages.success(request, _("使った消耗品を記録し、料金に加えました。"))
            return redirect("booking:desk", row.public_id)
    return _desk(request, row, form)


@staff_only
@require_POST
def act(request: HttpRequest, public_id: object, action: str) -> HttpResponse:
    """One act on a booking; where it is refused the page says why and keeps the way back."""
    row = own_reservation(request, public_id)
    acts = {
        "approve": lambda: changes.decide(
            actor=request.actor,
            reservation_id=row.pk,
            action="approve",
            supervisor_id=posted_number(request.POST.get("supervisor", "")),
        ),
        "decline": lambda: changes.decide(
            actor=request.actor,
            reservation_id=row.pk,
            action="decline",
            reason=posted_reason(request),
        ),
        "call_off": lambda: changes.call_off(
            actor=request.actor, reservation_id=row.pk, reason=posted_reason(request)
        ),
        "check_in": lambda: changes.check_in(actor=request.actor, reservation_id=row.pk),
        "check_out": lambda: changes.check_out(actor=request.actor, reservation_id=row.pk),
        "waive": lambda: changes.waive(
            actor=request.actor, reservation_id=row.pk, reason=posted_reason(request)
        ),
        "certify": lambda: _certify(request, row),
    }
    if action not in acts:
        raise Http404
    try:
        acts[action]()
    except TransitionRefused as error:
        refused(request, error, row, action)
    else:
        messages.success(
            request, _("記録しました。企業に知らせることは、お知らせとメールで届きます。")
        )
    return redirect("booking:desk", public_id)


def _certify(request: HttpRequest, row: Any) -> None:
    """講習の修了, for the person who booked the training."""
    for machine in Machine.objects.filter(bookings__reservation=row, needs_training=True):
        firms.certify(
            actor=request.actor,
            machine_id=machine.pk,
            firm_id=row.firm_id,
            person_id=row.person_id,
            granted_on=clock.today(),
        )


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def visit_list(request: HttpRequest, public_id: object) -> HttpResponse:
    """来館 of the last days, and the form for those who come without a booking."""
    lab = own_lab(request, public_id)
    may = policies.may_run(request.actor, lab)
    machines = Machine.objects.filter(lab=lab, status=states.IN_SERVICE, is_accessory=False)
    form = (
        WalkInForm(request.POST or None, machines=machines, supervisors=staff_of(request, lab))
        if may
        else None
    )
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _let_in(request, lab, form):
            return redirect("booking:visits", public_id)
    if form is not None:
        form.ask()
    looked(request, lab, "visits")
    rows = policies.visible_visits(request.actor).filter(lab=lab, takes_back=None)
    page = Paginator(rows.select_related("taken_back"), 50).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "form": form,
        "page": page,
        "may_run": may,
        "query": f"lab={lab.public_id}",
        "tabs": staff_tabs(lab, "visits"),
        "breadcrumb": staff_crumbs(lab, _("来館")),
    }
    if form is None:
        return TemplateResponse(request, "booking/visits.html", context)
    return form_page(request, "booking/visits.html", context)


def _let_in(request: HttpRequest, lab: Lab, form: WalkInForm) -> bool:
    given = form.cleaned_data
    try:
        if given["machine"]:
            walk_ins.walk_in(
                actor=request.actor,
                machine_id=given["machine"],
                minutes=given["minutes"],
                name=given["name"],
                corporate_number=given["corporate_number"],
                purpose=given["purpose"],
                supervisor_id=given.get("supervisor"),
                is_signed=given["is_signed"],
                override=given["override"],
            )
        else:
            visits.visitor(
                actor=request.actor,
                lab_id=lab.pk,
                name=given["name"],
                firm_name=given["firm_name"],
                purpose=given["purpose"],
                corporate_number=given["corporate_number"],
            )
    except TransitionRefused as error:
        # One line for each thing that is not met.
        form.add_error(None, str(error).splitlines())
        denied(request, error, lab, "walk_in")
        if isinstance(error, NotMet):
            form.ask(error.codes, may_override=error.may_override)
        return False
    messages.success(request, _("来館を記録しました。"))
    return True


@staff_only
@require_POST
def visit_take_back(request: HttpRequest, visit_id: int) -> HttpResponse:
    """来館の訂正."""
    rows = policies.visible_visits(request.actor).select_related("lab")
    visit: Visit = get_object_or_404(rows, pk=visit_id)
    try:
        visits.take_back(actor=request.actor, visit_id=visit.pk, reason=posted_reason(request))
    except TransitionRefused as error:
        refused(request, error, visit, "take_back")
    else:
        messages.success(request, _("来館を訂正しました。"))
    return redirect("booking:visits", visit.lab.public_id)


def lab_crumb(lab: Lab) -> Crumb:
    """The lab itself."""
    return Crumb(lab.name, reverse("booking:ledger", args=[lab.public_id]))
