"""What the pages of the events share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from lab.booking.views.common import firm_only, readers, staff_only
from lab.booking.words import hours_text
from lab.events import policies, states
from lab.events.models import Event, Registration
from lab.events.selectors import public
from portal.kernel import audit, clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row, Tab
from programs.selectors import ward_names

__all__ = ["firm_only", "readers", "staff_only"]


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="events.refused",
        obj=obj,
        ward_id=request.actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def looked(request: HttpRequest, event: Event, page: str) -> None:
    """A look at people's names leaves its row."""
    audit.record(
        actor=request.actor,
        action="events.looked",
        obj=event,
        ward_id=request.actor.ward_id,
        detail={"page": page},
    )


def seen_event(request: HttpRequest, public_id: object) -> Event:
    """An event that the person may see."""
    rows = policies.visible_events(request.actor).select_related("lab", "programme")
    return get_object_or_404(rows, public_id=public_id)


def kept_event(request: HttpRequest, public_id: object) -> Event:
    """An event whose roster the person reads."""
    rows = policies.kept_events(request.actor).select_related("lab", "programme")
    return get_object_or_404(rows, public_id=public_id)


def own_registration(request: HttpRequest, public_id: object) -> Registration:
    """A registration that the person sees."""
    rows = policies.visible_registrations(request.actor).select_related("event__lab")
    return get_object_or_404(rows, public_id=public_id)


def facts(event: Event) -> list[Row]:
    """What stands on every page of an event."""
    rows = [
        Row(_("日時"), _("%(when)s（日本時間）") % {"when": hours_text(event)}),
        Row(_("会場"), event.place),
        Row(_("主催"), f"{ward_names()[event.ward_id]}　{event.lab.name}"),
        Row(_("定員"), _("%(n)d人") % {"n": event.capacity}),
        Row(_("申し込める企業"), event.get_audience_display()),
        Row(
            _("申込みの期間"),
            _("%(first)s〜%(last)s")
            % {"first": era_date(event.opens_on), "last": era_date(event.closes_on)},
        ),
        Row(_("費用"), _("無料")),
        Row(_("問合せ先"), event.contact),
    ]
    if event.bring:
        rows.insert(-1, Row(_("持ち物・服装"), event.bring))
    if event.programme is not None:
        rows.insert(0, Row(_("連続企画"), event.programme.display_name))
    names = [machine.name for machine in public.machines(event)]
    if names:
        rows.insert(-1, Row(_("使う設備"), _("、").join(names)))
    return rows


def staff_crumbs(event: Event, here: str = "") -> list[Crumb]:
    """From the list to the event and on."""
    crumbs = [Crumb(_("催しの台帳"), reverse("events:home"))]
    if not here:
        return [*crumbs, Crumb(event.title)]
    return [
        *crumbs,
        Crumb(event.title, reverse("events:board", args=[event.public_id])),
        Crumb(here),
    ]


def staff_tabs(request: HttpRequest, event: Event, here: str) -> list[Tab]:
    """The pages of one event."""
    pages = [("board", _("名簿と受付")), ("files", _("資料")), ("vendors", _("出展"))]
    if policies.may_run(request.actor, event) and (
        event.status == states.DRAFT
        or (event.status == states.ANNOUNCED and event.starts_at > clock.now())
    ):
        pages.append(("event_edit", _("内容")))
    return [
        Tab(label, reverse(f"events:{name}", args=[event.public_id]), None, name == here)
        for name, label in pages
    ]


def window_of(event: Event) -> str:
    """Whether one can register now."""
    return public.window(event, clock.now(), clock.today())
