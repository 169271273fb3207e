"""Pages of the lab's staff: their events, planning one, announcing it, calling it off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lab.booking import policies as labs
from lab.booking.models import Lab, Machine
from lab.booking.states import IN_SERVICE
from lab.booking.views.common import own_lab
from lab.booking.words import hours_text
from lab.events import states
from lab.events.forms.staff import EventForm, ProgrammeForm, ReasonForm
from lab.events.models import Event, Programme
from lab.events.selectors import board as reads
from lab.events.services import planning
from lab.events.views.common import (
    denied,
    kept_event,
    readers,
    refused,
    staff_crumbs,
    staff_only,
    staff_tabs,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb, Row

PAGE = 30


@readers
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """催しの台帳: what is ahead with its seats, and everything in pages."""
    page = Paginator(reads.events(request.actor), PAGE).get_page(request.GET.get("page"))
    ahead = list(reads.coming(request.actor, clock.now())[:PAGE])
    context = {
        "ahead": [(row, hours_text(row)) for row in ahead],
        "page": page,
        "rows": [(row, hours_text(row)) for row in page.object_list],
        "labs": list(labs.staff_labs(request.actor)) if labs.is_staff(request.actor) else [],
        "to_decide": list(reads.to_decide(request.actor).select_related("event")[:5]),
    }
    return TemplateResponse(request, "events/home.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: HttpRequest, lab_key: object) -> HttpResponse:
    """催しを作る: a draft that nobody else sees yet."""
    lab = own_lab(request, lab_key)
    form = _form(request, lab, EventForm.initial_in(lab))
    if request.method == "POST" and form.is_valid():
        try:
            event = planning.event_create(actor=request.actor, lab_id=lab.pk, plan=form.plan)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, lab, "create")
        else:
            messages.success(request, _("下書きを作りました。確かめて公開してください。"))
            return redirect("events:board", event.public_id)
    heading = _("催しを作る")
    context = {
        "form": form,
        "heading": heading,
        "lead": lab.name,
        "button": _("下書きを保存する"),
        "programmes": reverse("events:programmes", args=[lab.public_id]),
        "breadcrumb": [Crumb(_("催しの台帳"), reverse("events:home")), Crumb(heading)],
    }
    return form_page(request, "events/event_form.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """催しの内容を変える; who takes part is told of another time or place."""
    event = kept_event(request, public_id)
    initial = {**EventForm.initial_of(event), "seen": planning.edition(event)}
    form = _form(request, event.lab, initial)
    if request.method == "POST" and form.is_valid():
        try:
            planning.event_change(
                actor=request.actor,
                event_id=event.pk,
                plan=form.plan,
                seen=form.cleaned_data["seen"],
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "change")
        else:
            messages.success(request, _("催しの内容を変えました。"))
            return redirect("events:board", event.public_id)
    context = {
        "form": form,
        "heading": event.title,
        "lead": hours_text(event),
        "button": _("内容を保存する"),
        "tabs": staff_tabs(request, event, "event_edit"),
        "programmes": reverse("events:programmes", args=[event.lab.public_id]),
        "breadcrumb": staff_crumbs(event, _("内容")),
    }
    return form_page(request, "events/event_form.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def programmes(request: HttpRequest, lab_key: object) -> HttpResponse:
    """連続企画 of a lab, and a new one."""
    lab = own_lab(request, lab_key)
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            planning.programme_add(actor=request.actor, lab_id=lab.pk, **form.cleaned_data)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, lab, "programme")
        else:
            messages.success(request, _("連続企画を作りました。催しの内容で選べます。"))
            return redirect("events:programmes", lab_key)
    context = {
        "form": form,
        "lab": lab,
        "rows": list(Programme.objects.filter(lab=lab).prefetch_related("events")),
        "breadcrumb": [Crumb(_("催しの台帳"), reverse("events:home")), Crumb(_("連続企画"))],
    }
    return form_page(request, "events/programmes.html", context)


# Address → heading, what it does, button, the words after it.
_ACTS: dict[str, Callable[..., Event]] = {
    "announce": planning.event_announce,
    "end": planning.event_end,
    "cancel": planning.event_cancel,
}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, public_id: object, action: str) -> HttpResponse:
    """公開する, 終える, 中止する: each asks first and says whom it concerns."""
    if action not in _ACTS:
        raise Http404
    event = kept_event(request, public_id)
    needs_reason = states.EVENT.transition(action).needs_reason
    form = ReasonForm(request.POST if request.method == "POST" else None) if needs_reason else None
    if request.method == "POST" and (form is None or form.is_valid()):
        given = {"reason": form.cleaned_data["reason"]} if form is not None else {}
        try:
            _ACTS[action](actor=request.actor, event_id=event.pk, **given)
        except TransitionRefused as error:
            refused(request, error, event, action)
        else:
            messages.success(request, _done(action))
        return redirect("events:board", public_id)
    move = states.EVENT.transition(action)
    context: dict[str, Any] = {
        "heading": move.label,
        "text": _asked(request, event, action),
        "rows": [Row(_("催し"), event.title), Row(_("日時"), hours_text(event))],
        "form": form,
        "action_label": move.label,
        "tone": "danger" if action == "cancel" else "",
        "cancel_url": reverse("events:board", args=[public_id]),
        "breadcrumb": staff_crumbs(event, str(move.label)),
    }
    return form_page(request, "ui/confirm.html", context)


def _asked(request: HttpRequest, event: Event, action: str) -> str:
    if action == "cancel":
        people = event.taken + event.waiting
        return ngettext(
            "申し込んだ%(n)d人と出展者に、理由を添えて知らせます。元には戻せません。",
            "申し込んだ%(n)d人と出展者に、理由を添えて知らせます。元には戻せません。",
            people,
        ) % {"n": people}
    if action == "end":
        return _(
            "待っている方に、席が空かなかったことを知らせます。来場の訂正は、後からもできます。"
        )
    text = _("催しのページに載り、申込みの期間になると受け付けます。")
    if count := reads.hit(request.actor, event):
        text += ngettext(
            "使う設備のこの時間の予約%(n)d件が取り消され、企業に代わりの時間を知らせます。",
            "使う設備のこの時間の予約%(n)d件が取り消され、企業に代わりの時間を知らせます。",
            count,
        ) % {"n": count}
    return text


def _done(action: str) -> str:
    return {
        "announce": _("催しを公開しました。"),
        "end": _("催しを終えました。"),
        "cancel": _("中止を記録し、申し込んだ方に知らせました。"),
    }[action]


def _form(request: HttpRequest, lab: Lab, initial: dict[str, Any]) -> EventForm:
    return EventForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        machines=Machine.objects.filter(lab=lab, status=IN_SERVICE).order_by("category", "name"),
        programmes=Programme.objects.filter(lab=lab),
    )
