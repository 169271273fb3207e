"""One event for the lab's staff: roster and door, files, vendors."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.booking.words import hours_text
from lab.events import policies, states
from lab.events.forms.staff import GiveForm, MaterialForm, ReasonForm, WalkInForm, posted_marks
from lab.events.models import Event
from lab.events.rules import door
from lab.events.selectors import board as reads
from lab.events.services import attendance as presence
from lab.events.services import materials, registering
from lab.events.services import showcase as slots
from lab.events.views.common import (
    denied,
    kept_event,
    looked,
    readers,
    refused,
    staff_crumbs,
    staff_only,
    staff_tabs,
)
from portal.kernel import clock
from portal.kernel.files.services import UploadRefused
from portal.kernel.texts import plain
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Row


@readers
@require_safe
def board(request: HttpRequest, public_id: object) -> HttpResponse:
    """名簿と受付: who comes, who waits, who came."""
    return _board(request, kept_event(request, public_id))


def _board(
    request: HttpRequest,
    event: Event,
    *,
    form: WalkInForm | None = None,
    posted: dict[int, bool] | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    looked(request, event, "board")
    now = clock.now()
    found = reads.roster(request.actor, event)
    is_open = event.status in (states.ANNOUNCED, states.ENDED)
    may_run = policies.may_run(request.actor, event)
    context = {
        "event": event,
        "when": hours_text(event),
        "roster": found,
        "lines": [
            (line, posted[line.row.pk] if posted and line.row.pk in posted else line.came)
            for line in found.seated
        ],
        "form": form if form is not None and form.errors else None,
        "walk_in_form": form or WalkInForm(),
        "reason": reason,
        "may_run": may_run,
        "may_record": may_run and is_open and now >= door.opens_at(event.starts_at),
        "has_records": any(line.record for line in found.seated),
        "takes_walk_ins": may_run
        and event.status == states.ANNOUNCED
        and door.is_open(starts_at=event.starts_at, ends_at=event.ends_at, at=now),
        "is_over": event.ends_at < now,
        "door": reverse("events:door", args=[event.door]) if may_run else "",
        "tabs": staff_tabs(request, event, "board"),
        "query": f"event={event.public_id}",
        "breadcrumb": staff_crumbs(event),
    }
    return TemplateResponse(request, "events/board.html", context, status=status)


@staff_only
@require_POST
def attendance(request: HttpRequest, public_id: object) -> HttpResponse:
    """来場を名簿で記録する; a changed row is a correction and needs the reason."""
    event = kept_event(request, public_id)
    found = reads.roster(request.actor, event)
    marks = posted_marks(request.POST, [line.row.pk for line in found.seated])
    reason = plain(request.POST.get("reason", ""), 300)
    try:
        written = presence.record_list(
            actor=request.actor, event_id=event.pk, marks=marks, reason=reason
        )
    except TransitionRefused as error:
        refused(request, error, event, "attendance")
        return _board(request, event, posted=marks, reason=reason, status=409)
    text = _("変わったところはありません。")
    if written:
        text = ngettext(
            "%(n)d人の来場を記録しました。", "%(n)d人の来場を記録しました。", written
        ) % {"n": written}
    messages.success(request, text)
    return redirect("events:board", public_id)


@staff_only
@require_POST
def walk_in(request: HttpRequest, public_id: object) -> HttpResponse:
    """当日の受付: registered and come in one step."""
    event = kept_event(request, public_id)
    form = WalkInForm(request.POST)
    if form.is_valid():
        try:
            row = registering.walk_in(actor=request.actor, event_id=event.pk, **form.cleaned_data)
            presence.record_list(actor=request.actor, event_id=event.pk, marks={row.pk: True})
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "walk_in")
        else:
            messages.success(
                request, _("%(name)sさんを受け付けました。") % {"name": row.person_name}
            )
            return redirect("events:board", public_id)
    return _board(request, event, form=form, status=422)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, public_id: object) -> HttpResponse:
    """申込みを取り消す, with the reason that the person reads."""
    rows = policies.visible_registrations(request.actor).select_related("event")
    row = get_object_or_404(rows, public_id=public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("events:board", args=[row.event.public_id])
    if request.method == "POST" and form.is_valid():
        try:
            registering.remove(
                actor=request.actor, registration_id=row.pk, reason=form.cleaned_data["reason"]
            )
        except TransitionRefused as error:
            refused(request, error, row, "remove")
        else:
            messages.success(request, _("申込みを取り消し、ご本人に知らせました。"))
        return redirect(back)
    context = {
        "heading": _("申込みを取り消しますか"),
        "text": _("席は、待っている方に案内します。"),
        "rows": [Row(_("氏名"), row.person_name), Row(_("企業・所属"), row.firm_name)],
        "form": form,
        "action_label": _("申込みを取り消す"),
        "tone": "danger",
        "cancel_url": back,
        "breadcrumb": staff_crumbs(row.event, _("申込みを取り消す")),
    }
    return form_page(request, "ui/confirm.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, public_id: object) -> HttpResponse:
    """資料: what is there, and one more."""
    event = kept_event(request, public_id)
    may_run = policies.may_run(request.actor, event)
    posted = request.method == "POST"
    if posted and not may_run:
        raise Http404
    form = MaterialForm(request.POST, request.FILES) if posted else MaterialForm()
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            materials.material_add(
                actor=request.actor,
                event_id=event.pk,
                title=given["title"],
                shown=given["shown"],
                uploaded=given["file"],
            )
        except UploadRefused as error:
            form.add_error("file", error.reason)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "material")
        else:
            messages.success(request, _("資料を加えました。"))
            return redirect("events:files", public_id)
    context = {
        "event": event,
        "when": hours_text(event),
        "form": form,
        "materials": list(policies.readable_materials(request.actor).filter(event=event)),
        "may_run": may_run,
        "tabs": staff_tabs(request, event, "files"),
        "breadcrumb": staff_crumbs(event, _("資料")),
    }
    return form_page(request, "events/files.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def material_remove(request: HttpRequest, material_id: int) -> HttpResponse:
    """資料を取り消す, after asking."""
    rows = policies.readable_materials(request.actor).select_related("event")
    item = get_object_or_404(rows, pk=material_id)
    back = reverse("events:files", args=[item.event.public_id])
    if request.method == "POST":
        try:
            materials.material_remove(actor=request.actor, material_id=item.pk)
        except TransitionRefused as error:
            refused(request, error, item.event, "material_remove")
        else:
            messages.success(request, _("資料を取り消しました。"))
        return redirect(back)
    context = {
        "heading": _("資料を取り消しますか"),
        "text": _("ファイルは消え、だれも受け取れなくなります。"),
        "rows": [Row(_("資料の題"), item.title)],
        "action_label": _("資料を取り消す"),
        "tone": "danger",
        "cancel_url": back,
        "breadcrumb": staff_crumbs(item.event, _("資料を取り消す")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def vendors(request: HttpRequest, public_id: object) -> HttpResponse:
    """出展: who asked, who is in, and a slot given to a vendor that asked outside the portal."""
    event = kept_event(request, public_id)
    may_run = policies.may_run(request.actor, event)
    posted = request.method == "POST"
    if posted and not may_run:
        raise Http404
    form = GiveForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            slots.slot_give(
                actor=request.actor,
                event_id=event.pk,
                offer=form.offer,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, event, "slot_give")
        else:
            messages.success(request, _("出展の枠を割り当てました。"))
            return redirect("events:vendors", public_id)
    looked(request, event, "vendors")
    rows = reads.slots(request.actor, event)
    context: dict[str, Any] = {
        "event": event,
        "when": hours_text(event),
        "form": form,
        "slots": rows,
        "approved": sum(slot.status == states.APPROVED for slot in rows),
        "may_run": may_run,
        "tabs": staff_tabs(request, event, "vendors"),
        "breadcrumb": staff_crumbs(event, _("出展")),
    }
    return form_page(request, "events/vendors.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, public_id: object) -> HttpResponse:
    """One vendor: contact, what binds it to the ward, and the decision."""
    rows = policies.visible_slots(request.actor).select_related("event__lab", "applicant")
    found = get_object_or_404(rows, public_id=public_id)
    may_run = policies.may_run(request.actor, found.event)
    reason = plain(request.POST.get("reason", ""), 300)
    status = 200
    if request.method == "POST":
        if not may_run:
            raise Http404
        try:
            slots.slot_decide(
                actor=request.actor,
                slot_id=found.pk,
                action=request.POST.get("action", ""),
                reason=reason,
            )
        except TransitionRefused as error:
            refused(request, error, found, "slot_decide")
            status = 409
        else:
            messages.success(request, _("決定を記録し、出展者に知らせました。"))
            return redirect("events:vendors", found.event.public_id)
    looked(request, found.event, "slot")
    applicant = found.applicant
    context = {
        "slot": found,
        "event": found.event,
        "may_run": may_run,
        "reason": reason,
        "rows": [
            Row(_("催し"), f"{found.event.title}　{hours_text(found.event)}"),
            Row(_("見せるもの"), found.product),
            Row(_("来場者が試せること"), found.summary),
            Row(_("担当者の氏名"), applicant.contact_name),
            Row(_("連絡先（電話かメール）"), applicant.contact),
            Row(_("区・ラボ・相談員との関係"), applicant.conflict or _("ない")),
            *([Row(_("理由"), found.reason)] if found.reason else []),
        ],
        "breadcrumb": staff_crumbs(found.event, found.vendor),
    }
    return TemplateResponse(request, "events/slot.html", context, status=status)
