"""Pages of a firm: registering, the own events, answering an offer, asking for a showcase slot."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking.models import Feed
from lab.booking.services import feeds
from lab.booking.views.common import CALENDAR_RENEWED
from lab.booking.words import hours_text
from lab.events import ical, policies, states
from lab.events.forms.firm import OfferForm, RegisterForm
from lab.events.models import Event, Registration
from lab.events.selectors import own
from lab.events.services import registering
from lab.events.services import showcase as slots
from lab.events.views.common import (
    denied,
    facts,
    firm_only,
    own_registration,
    refused,
    seen_event,
    window_of,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb, Row


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, public_id: object) -> HttpResponse:
    """申し込む, for oneself."""
    event = seen_event(request, public_id)
    form = RegisterForm(request.POST or None) if request.method == "POST" else RegisterForm()
    if request.method == "POST" and form.is_valid():
        try:
            row = registering.register(
                actor=request.actor, event_id=event.pk, wish=form.cleaned_data["wish"]
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "register")
        else:
            messages.success(request, _said(row))
            return redirect("events:registration", row.public_id)
    context = {
        "form": form,
        "event": event,
        "when": hours_text(event),
        "window": window_of(event),
        "mine": own.of_person(request.actor, event),
        "person": request.actor.name,
        "breadcrumb": _crumbs(event, _("申し込む")),
    }
    return form_page(request, "events/register.html", context)


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """申し込んだ催し of the firm."""
    now = clock.now()
    rows = [(row, hours_text(row.event)) for row in own.registrations(request.actor)]
    ahead = [item for item in rows if _is_ahead(item[0], now)]
    context = {
        "ahead": list(reversed(ahead)),
        "past": [item for item in rows if not _is_ahead(item[0], now)],
        "offers": own.offers(request.actor),
        "slots": [(slot, hours_text(slot.event)) for slot in own.slots(request.actor)],
        "calendar": ical.address(request.actor.firm_id or 0, request.actor.user_id or 0),
    }
    return TemplateResponse(request, "events/mine.html", context)


@firm_only
@require_POST
def calendar_new(request: HttpRequest) -> HttpResponse:
    """新しいアドレスにする: the old one stops at once."""
    feeds.renew(actor=request.actor, kind=Feed.Kind.EVENTS, place=request.actor.firm_id or 0)
    messages.success(request, CALENDAR_RENEWED)
    return redirect(reverse("events:mine") + "#calendar")


@firm_only
@require_safe
def registration(request: HttpRequest, public_id: object) -> HttpResponse:
    """One registration: what to do next, the number for the door, files."""
    row = own_registration(request, public_id)
    event = row.event
    now = clock.now()
    context = {
        "row": row,
        "event": event,
        "when": hours_text(event),
        "rows": facts(event),
        "materials": own.materials(request.actor, event),
        "is_own": row.person_id == request.actor.user_id,
        "is_over": event.ends_at < now,
        "may_withdraw": row.status in states.LIVE and event.starts_at > now,
        "breadcrumb": [
            Crumb(_("申し込んだ催し"), reverse("events:mine")),
            Crumb(event.display_title),
        ],
    }
    return TemplateResponse(request, "events/registration.html", context)


@firm_only
@require_POST
def accept(request: HttpRequest, public_id: object) -> HttpResponse:
    """案内された席を受ける."""
    row = own_registration(request, public_id)
    try:
        registering.accept(actor=request.actor, registration_id=row.pk)
    except TransitionRefused as error:
        refused(request, error, row, "accept")
    else:
        messages.success(request, _("参加が決まりました。当日は受付番号を見せてください。"))
    return redirect("events:registration", public_id)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """取りやめる, after asking."""
    row = own_registration(request, public_id)
    if request.method == "POST":
        try:
            registering.withdraw(actor=request.actor, registration_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "withdraw")
        else:
            messages.success(request, _("参加を取りやめました。席は次の方に案内します。"))
        return redirect("events:registration", public_id)
    context = {
        "heading": _("参加を取りやめますか"),
        "text": _("席は、待っている方に案内します。もう一度申し込むと、列の最後になります。"),
        "rows": [Row(_("催し"), row.event.display_title), Row(_("日時"), hours_text(row.event))],
        "action_label": _("参加を取りやめる"),
        "tone": "danger",
        "cancel_url": reverse("events:registration", args=[public_id]),
        "breadcrumb": [
            Crumb(_("申し込んだ催し"), reverse("events:mine")),
            Crumb(row.event.display_title, reverse("events:registration", args=[public_id])),
            Crumb(_("取りやめる")),
        ],
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def showcase(request: HttpRequest, public_id: object) -> HttpResponse:
    """出展を申し込む."""
    event = seen_event(request, public_id)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            slots.slot_apply(actor=request.actor, event_id=event.pk, offer=form.offer)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "showcase")
        else:
            messages.success(
                request, _("出展の申込みを受け付けました。ラボが確かめて、お知らせします。")
            )
            return redirect("events:mine")
    context: dict[str, Any] = {
        "form": form,
        "event": event,
        "when": hours_text(event),
        "breadcrumb": _crumbs(event, _("出展を申し込む")),
    }
    return form_page(request, "events/showcase.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def slot_withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """出展を取り下げる, after asking."""
    rows = policies.visible_slots(request.actor).select_related("event")
    slot = get_object_or_404(rows, public_id=public_id)
    if request.method == "POST":
        try:
            slots.slot_withdraw(actor=request.actor, slot_id=slot.pk)
        except TransitionRefused as error:
            refused(request, error, slot, "slot_withdraw")
        else:
            messages.success(request, _("出展を取り下げました。"))
        return redirect("events:mine")
    context = {
        "heading": _("出展を取り下げますか"),
        "text": "",
        "rows": [Row(_("催し"), slot.event.display_title), Row(_("見せるもの"), slot.product)],
        "action_label": _("出展を取り下げる"),
        "tone": "danger",
        "cancel_url": reverse("events:mine"),
        "breadcrumb": [
            Crumb(_("申し込んだ催し"), reverse("events:mine")),
            Crumb(_("出展を取り下げる")),
        ],
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def _is_ahead(row: Registration, now: Any) -> bool:
    return row.status in states.LIVE and row.event.ends_at >= now


def _said(row: Registration) -> str:
    if row.status == states.REGISTERED:
        return _("参加が決まりました。当日は受付番号を見せてください。")
    return _("キャンセル待ちで受け付けました。席が空くと、順番に案内します。")


def _crumbs(event: Event, here: str) -> list[Crumb]:
    return [
        Crumb(_("ラボの催し"), reverse("events:events")),
        Crumb(event.display_title, reverse("events:event", args=[event.public_id])),
        Crumb(here),
    ]
