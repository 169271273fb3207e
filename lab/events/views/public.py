"""Pages for everybody: what is coming, one event, one person's calendar; and the tablet at the door."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lab.booking import drawing
from lab.booking.views.entering import few_tries
from lab.booking.words import hours_text
from lab.events import ical, policies
from lab.events.forms.firm import SearchForm
from lab.events.models import Event
from lab.events.selectors import own
from lab.events.selectors import public as reads
from lab.events.services import attendance
from lab.events.views.common import facts, seen_event, window_of
from portal.kernel import audit, clock, icalendar
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.models import FirmMembership
from programs.selectors import ward_names

CALENDAR_DAYS_BACK = 60


@login_not_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """ラボの催し: what is coming, by day, and what was."""
    ward = posted_number(request.GET.get("ward", ""))
    kind = request.GET.get("kind", "")
    found = reads.events(
        request.actor,
        now=clock.now(),
        ward_id=ward if ward in ward_names() else None,
        kind=kind,
    )
    context = {
        "coming": [_card(row) for row in found.coming],
        "past": [_card(row) for row in found.past],
        "search": SearchForm(initial={"ward": ward or "", "kind": kind}),
        "is_narrowed": bool(ward or kind),
        "offers": own.offers(request.actor) if request.actor.hat == Hat.FIRM else [],
    }
    return TemplateResponse(request, "events/events.html", context)


@login_not_required
@require_safe
def event(request: HttpRequest, public_id: object) -> HttpResponse:
    """One event: what, when, where, for whom, with whom; and one button."""
    found = seen_event(request, public_id)
    actor = request.actor
    context = {
        "event": found,
        "when": hours_text(found),
        "window": window_of(found),
        "rows": facts(found),
        "vendors": list(reads.vendors(found)),
        "mine": own.of_person(actor, found) if actor.hat == Hat.FIRM else None,
        "may_register": actor.hat in {Hat.FIRM, Hat.PUBLIC},
        "may_run": policies.may_run(actor, found),
        "breadcrumb": [
            Crumb(_("ラボの催し"), reverse("events:events")),
            Crumb(found.display_title),
        ],
    }
    return TemplateResponse(request, "events/event.html", context)


@login_not_required
@never_cache
@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """One person's events; 404 as soon as the person has left the firm."""
    try:
        firm_id, person_id = ical.read(token)
    except (signing.BadSignature, ValueError, TypeError) as bad:
        raise Http404 from bad
    with acting(Actor.system("events.calendar")):
        held = FirmMembership.objects.filter(
            firm_id=firm_id, user_id=person_id, valid_to=None, user__is_active=True
        )
        if not held.exists():
            raise Http404
        now = clock.now()
        rows = own.calendar(firm_id, person_id, now - dt.timedelta(days=CALENDAR_DAYS_BACK))
        body = ical.calendar(rows, name=_("ラボの催し"), stamp=now)
    return HttpResponse(body, content_type=icalendar.CONTENT_TYPE)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@few_tries
def door(request: HttpRequest, key: object) -> HttpResponse:
    """The tablet at the door: digits in, one clear answer. Its address is the event's secret."""
    with acting(Actor.system("events.door")):
        found = get_object_or_404(Event.objects.select_related("lab"), door=key)
        context: dict[str, Any] = {"event": found, "when": hours_text(found)}
        status = 200
        if request.method == "POST":
            actor = Actor.system("events.door", ward_id=found.ward_id)
            try:
                row = attendance.check_in_code(
                    actor=actor, event_id=found.pk, code=request.POST.get("code", "")
                )
                context["answer"] = _("受け付けました。%(name)s 様、ようこそ。") % {
                    "name": row.person_name
                }
            except TransitionRefused as error:
                audit.record(
                    actor=actor,
                    action="events.refused",
                    obj=found,
                    reason=str(error),
                    detail={"act": "door"},
                )
                context["refusal"], status = str(error), 409
        address = settings.SITE_URL + reverse("events:enter", args=[attendance.door_token(found)])
        context["image"] = drawing.qr_svg(address, _("受付のQRコード"))
        context["count"] = found.registrations.filter(attended_on__isnull=False).count()
    return TemplateResponse(request, "events/door.html", context, status=status)


def _card(row: Event) -> dict[str, Any]:
    return {
        "event": row,
        "when": hours_text(row),
        "window": window_of(row),
        "ward": ward_names()[row.ward_id],
    }
