"""Pages of a firm: the own bookings, moving and cancelling, waiting, the rules of use."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking import drawing, ical, policies, states
from lab.booking.forms.firm import WhenForm
from lab.booking.models import Lab, Machine
from lab.booking.selectors import free, own, stock
from lab.booking.services import changes, feeds, firms, turns
from lab.booking.services.conditions import agreement_of
from lab.booking.services.errors import NotAgreed, Taken
from lab.booking.views.common import (
    CALENDAR_RENEWED,
    asked_day,
    denied,
    fee_rows,
    firm_only,
    machine_key,
    machine_names,
    own_reservation,
    refused,
    used_rows,
)
from lab.booking.words import hours_text
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.markup import fiscal_year_text
from portal.ui.parts import Crumb, Row


@firm_only
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """ラボの予約: what is coming, what waits, what was, and what the firm holds."""
    now = clock.now()
    rows = own.reservations(request.actor)
    names = machine_names(rows)
    ahead = [row for row in rows if row.status in states.AHEAD and row.ends_at > now]
    past = [row for row in rows if row not in ahead]

    def drawn(row: Any) -> dict[str, Any]:
        return {"row": row, "when": hours_text(row), "machines": names.get(row.pk, "")}

    actor = request.actor
    context = {
        "ahead": [drawn(row) for row in sorted(ahead, key=lambda row: row.starts_at)],
        "past": [drawn(row) for row in past[:30]],
        "turns": own.turns(actor),
        "certificates": own.certificates(actor, clock.today()),
        "trials": [row for row, _until in own.to_report(actor)],
        "points": own.points(actor, clock.today()),
        "calendar": ical.address(ical.FIRM, actor.firm_id, actor.user_id),
    }
    return TemplateResponse(request, "booking/mine.html", context)


@firm_only
@require_POST
def calendar_new(request: HttpRequest) -> HttpResponse:
    """新しいアドレスにする: the old one stops at once."""
    feeds.renew(actor=request.actor, kind=ical.FIRM, place=request.actor.firm_id or 0)
    messages.success(request, CALENDAR_RENEWED)
    return redirect(reverse("booking:mine") + "#calendar")


@firm_only
@never_cache
@require_safe
def reservation(request: HttpRequest, public_id: object) -> HttpResponse:
    """One booking: the next step, what to bring, the price, changing it."""
    row = own_reservation(request, public_id)
    now = clock.now()
    names = machine_names([row])
    is_open = row.status in (states.REQUESTED, states.APPROVED) and row.starts_at > now
    context = {
        "row": row,
        "when": hours_text(row),
        "rows": [
            Row(_("設備"), names.get(row.pk, "")),
            Row(_("場所"), f"{row.lab.name}　{row.lab.place}"),
            Row(_("目的"), row.get_purpose_display()),
            Row(_("利用する方"), row.person_name),
            Row(_("持ち物・服装"), row.lab.bring or _("特にありません")),
            *([Row(_("立会い"), row.supervisor)] if row.supervisor else []),
            Row(_("問合せ先"), row.lab.contact),
        ],
        "fee": fee_rows(row.fee),
        "uses": used_rows(uses := stock.used_for(request.actor, row)),
        "total_yen": row.fee_yen + sum(use.amount_yen for use in uses),
        "may_cancel": is_open,
        "may_move": is_open and now <= row.starts_at - dt.timedelta(hours=row.lab.cancel_hours),
        "may_enter": row.status == states.APPROVED
        and row.starts_at - dt.timedelta(minutes=changes.OPEN_EARLY_MINUTES) <= now,
        "cancel_by": row.starts_at - dt.timedelta(hours=row.lab.cancel_hours),
        "series": own.series_of(request.actor, row),
        "trial": own.trial_of(row),
        "breadcrumb": [Crumb(_("ラボの予約"), reverse("booking:mine")), Crumb(hours_text(row))],
    }
    return TemplateResponse(request, "booking/reservation.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: object) -> HttpResponse:
    """取り消す, asked once more; with `series` the whole row of weeks that is still to come."""
    row = own_reservation(request, public_id)
    whole = "series" in request.GET and row.series_id is not None
    if request.method == "POST":
        try:
            if whole:
                count = changes.cancel_series(actor=request.actor, reservation_id=row.pk)
                text = ngettext(
                    "%(n)d件の予約を取り消しました。", "%(n)d件の予約を取り消しました。", count
                )
                messages.success(request, text % {"n": count})
            else:
                changes.cancel(actor=request.actor, reservation_id=row.pk)
                messages.success(request, _("予約を取り消しました。"))
        except TransitionRefused as error:
            refused(request, error, row, "cancel")
        return redirect("booking:mine")
    late = row.status == states.APPROVED and clock.now() > row.starts_at - dt.timedelta(
        hours=row.lab.cancel_hours
    )
    text = _("設備は、すぐにほかの方が予約できるようになります。")
    if late:
        text = _(
            "取消の締切を過ぎているため、1点が付きます。点数が続くと、しばらく予約できなくなります。"
        )
    if whole:
        text = _("これから先のくり返しの予約を、すべて取り消します。")
    context = {
        "heading": _("くり返しの予約を取り消しますか") if whole else _("予約を取り消しますか"),
        "text": text,
        "rows": [Row(_("日時"), hours_text(row)), Row(_("設備"), machine_names([row])[row.pk])],
        "action_label": _("予約を取り消す"),
        "tone": "danger",
        "cancel_url": reverse("booking:reservation", args=[public_id]),
        "breadcrumb": _own_crumbs(row, _("取消")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, public_id: object) -> HttpResponse:
    """時間を変える; where that time is taken, the next free ones are named."""
    row = own_reservation(request, public_id)
    machines = list(
        Machine.objects.filter(bookings__reservation=row).select_related("lab").order_by("pk")
    )
    slot = max(machine.slot_minutes for machine in machines)
    begin = row.starts_at.astimezone(clock.TOKYO)
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    form = WhenForm(
        request.POST or None,
        slot=slot,
        most=min(machine.most_minutes for machine in machines),
        initial={"day": begin.date(), "begin": begin.time(), "minutes": str(minutes)},
    )
    offers: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            changes.move(actor=request.actor, reservation_id=row.pk, span=form.span)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, row, "move")
            if isinstance(error, Taken):
                found = free.next_free(
                    machines, minutes=form.span.minutes, after=form.span.start, now=clock.now()
                )
                offers = [drawing.span_text(span) for span in found]
        else:
            messages.success(request, _("予約の時間を変えました。"))
            return redirect("booking:reservation", public_id)
    context = {
        "form": form,
        "row": row,
        "when": hours_text(row),
        "offers": offers,
        "breadcrumb": _own_crumbs(row, _("時間の変更")),
    }
    return form_page(request, "booking/move.html", context)


@firm_only
@require_POST
def accept(request: HttpRequest, public_id: object) -> HttpResponse:
    """案内された時間で予約する."""
    row = own_reservation(request, public_id)
    try:
        changes.accept_offer(actor=request.actor, reservation_id=row.pk)
    except NotAgreed as error:
        refused(request, error, row, "accept")
        day = clock.to_date(row.starts_at)
        return redirect(f"{reverse('booking:agree', args=[row.lab.public_id])}?day={day}")
    except TransitionRefused as error:
        refused(request, error, row, "accept")
    else:
        messages.success(request, _("予約しました。"))
    return redirect("booking:reservation", public_id)


@firm_only
@require_POST
def leave(request: HttpRequest, turn_id: int) -> HttpResponse:
    """空き待ちをやめる."""
    turn = get_object_or_404(policies.visible_turns(request.actor), pk=turn_id)
    try:
        turns.leave(actor=request.actor, turn_id=turn.pk)
    except TransitionRefused as error:
        refused(request, error, turn, "leave")
    else:
        messages.success(request, _("空き待ちをやめました。"))
    return redirect("booking:mine")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, public_id: object) -> HttpResponse:
    """利用規約を読んで同意する, for the fiscal year of the day of use."""
    lab = get_object_or_404(Lab, public_id=public_id)
    newest = agreement_of(lab)
    if newest is None:
        raise Http404
    day = asked_day(request, "day", clock.today())
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            firms.agree(
                actor=request.actor,
                lab_id=lab.pk,
                version=int(version) if version.isdecimal() and len(version) < 5 else 0,
                day=day,
            )
        except TransitionRefused as error:
            refused(request, error, lab, "agree")
            return redirect(request.get_full_path())
        messages.success(request, _("規約に同意しました。続けて予約できます。"))
        machine = request.GET.get("machine", "")
        if machine and Machine.objects.filter(lab=lab, public_id__in=machine_key(machine)).exists():
            begin = request.GET.get("at", "")[:16]
            return redirect(f"{reverse('booking:book')}?machine={machine}&at={begin}")
        return redirect("booking:week", lab.public_id)
    context = {
        "lab": lab,
        "agreement": newest,
        "year": fiscal_year_text(clock.fiscal_year(day)),
        "breadcrumb": [
            Crumb(_("ラボを使う"), reverse("booking:labs")),
            Crumb(lab.name, reverse("booking:week", args=[lab.public_id])),
            Crumb(_("利用規約")),
        ],
    }
    return TemplateResponse(request, "booking/agree.html", context)


def _own_crumbs(row: Any, here: str) -> list[Crumb]:
    return [
        Crumb(_("ラボの予約"), reverse("booking:mine")),
        Crumb(hours_text(row), reverse("booking:reservation", args=[row.public_id])),
        Crumb(here),
    ]
