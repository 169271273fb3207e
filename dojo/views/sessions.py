"""One session: its list, the room's code, materials, and what people answered."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dojo import papers, policies, services, states
from dojo.forms import MaterialForm, posted_marks
from dojo.models import Attendance, Enrolment, Material, Session, SessionWork
from dojo.selectors import answers
from dojo.services.attendance import TOKEN_SECONDS, room_digits, room_token
from dojo.views.common import (
    denied,
    keepers,
    kept_session,
    looked,
    posted_reason,
    refused,
    session_day,
    session_name,
)
from dojo.views.roster import _crumbs
from dojo.words import cohort_name
from portal.kernel import clock
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """出席の名簿: one row a person; a changed row is a correction and needs the reason."""
    found = kept_session(request, session_id)
    people = list(
        policies.visible_enrolments(request.actor)
        .filter(cohort=found.cohort, status=states.ENROLLED)
        .order_by("person_name", "pk")
    )
    if request.method != "POST":
        return _page(request, found, people)
    marks = posted_marks(request.POST, [row.pk for row in people])
    try:
        written = services.attendance_record(
            actor=request.actor,
            session_id=found.pk,
            marks=marks,
            reason=posted_reason(request),
        )
    except TransitionRefused as error:
        refused(request, error, found.cohort, "attendance")
        return _page(request, found, people, posted=marks, status=409)
    messages.success(
        request,
        _("%(count)d人の出席を記録しました。") % {"count": written}
        if written
        else _("変わったところはありません。"),
    )
    return redirect("dojo:session", found.pk)


@keepers
@never_cache
@require_safe
def room(request: HttpRequest, session_id: int) -> HttpResponse:
    """会場に映すコード: QR and digits, new at each look."""
    found = kept_session(request, session_id)
    if not policies.may_keep_roster(request.actor, found.cohort):
        return redirect("dojo:session", found.pk)
    now = clock.now()
    address = settings.SITE_URL + reverse("dojo:check_in", args=[room_token(found.pk)])
    context = {
        "session": found,
        "name": session_name(found),
        "course": cohort_name(found.cohort),
        "when": session_day(found),
        "image": qr_svg(address),
        "digits": room_digits(found.pk, now),
        "until": now + dt.timedelta(seconds=TOKEN_SECONDS),
        "count": Attendance.objects.filter(session=found, replaced_by=None)
        .exclude(mark="absent")
        .count(),
        "breadcrumb": _crumbs(request, found.cohort, session_name(found)),
    }
    return TemplateResponse(request, "dojo/room.html", context)


@keepers
@require_POST
def material_add(request: HttpRequest, session_id: int) -> HttpResponse:
    """教材を加える."""
    found = kept_session(request, session_id)
    form = MaterialForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.material_add(
                actor=request.actor,
                session_id=found.pk,
                title=form.cleaned_data["title"],
                uploaded=form.cleaned_data["file"],
            )
        except UploadRefused as error:
            form.add_error("file", error.reason)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, found.cohort, "material")
        else:
            messages.success(request, _("教材を加えました。受講者が受け取れます。"))
            return redirect("dojo:session", found.pk)
    people = list(
        policies.visible_enrolments(request.actor).filter(
            cohort=found.cohort, status=states.ENROLLED
        )
    )
    return _page(request, found, people, material=form, status=422)


@keepers
@require_POST
def material_remove(request: HttpRequest, material_id: int) -> HttpResponse:
    """教材を取り消す."""
    item = get_object_or_404(Material, pk=material_id)
    found = kept_session(request, item.session_id)
    try:
        services.material_remove(actor=request.actor, material_id=item.pk)
    except TransitionRefused as error:
        refused(request, error, found.cohort, "material")
    else:
        messages.success(request, _("教材を取り消しました。"))
    return redirect("dojo:session", found.pk)


def qr_svg(text: str) -> SafeString:
    """The QR code as a picture inside the page: no request to anybody, sharp at every size."""
    rows = papers.modules(text)
    size = len(rows)
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, bit in enumerate(row) if bit == "1"
    )
    return format_html(
        '<svg class="ui-qr" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{}v{}H0z"/>'
        '<path fill="#000" d="{}"/></svg>',
        _("出席のQRコード"),
        size,
        size,
        size,
        size,
        SafeString(dark),
    )


def _page(
    request: HttpRequest,
    found: Session,
    people: list[Enrolment],
    *,
    posted: dict[int, Any] | None = None,
    material: MaterialForm | None = None,
    status: int = 200,
) -> HttpResponse:
    looked(request, found.cohort, "session")
    current = {
        item.enrolment_id: item
        for item in Attendance.objects.filter(session=found, replaced_by=None)
    }
    works = {item.enrolment_id: item for item in SessionWork.objects.filter(session=found)}
    may_keep = policies.may_keep_roster(request.actor, found.cohort)
    has_begun = found.starts_at <= clock.now()
    context = {
        "session": found,
        "cohort": found.cohort,
        "name": session_name(found),
        "course": cohort_name(found.cohort),
        "when": session_day(found),
        "rows": [_row(row, current.get(row.pk), works.get(row.pk), posted) for row in people],
        "marks": Attendance.Mark.choices,
        "has_records": bool(current),
        "has_begun": has_begun,
        "may_keep": may_keep,
        "may_record": may_keep and has_begun and found.cohort.status != states.ENDED,
        "reason": request.POST.get("reason", "") if posted is not None else "",
        "materials": list(Material.objects.filter(session=found)),
        "material_form": material or MaterialForm(),
        "form": material,
        "result": answers.results(request.actor, found.cohort).get(found.pk),
        "breadcrumb": _crumbs(request, found.cohort, session_name(found)),
    }
    return TemplateResponse(request, "dojo/session.html", context, status=status)


def _row(
    row: Enrolment,
    known: Attendance | None,
    work: SessionWork | None,
    posted: dict[int, Any] | None,
) -> dict[str, Any]:
    mark, minutes = ("", None)
    if known is not None:
        mark, minutes = known.mark, known.minutes
    if posted and row.pk in posted:
        mark, minutes = posted[row.pk]
    return {
        "row": row,
        "known": known,
        "mark": mark,
        "minutes": minutes if mark in ("late", "partial") else None,
        "work": work,
    }
