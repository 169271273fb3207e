"""会議と文書: the list, a new meeting, one with its minutes and what is to be done, documents."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lab.consortium import collab_states as states
from lab.consortium import policies, services
from lab.consortium.forms import meetings as forms
from lab.consortium.forms.parts import ReasonForm
from lab.consortium.models import Document, Meeting, Minutes
from lab.consortium.selectors import collabs as find
from lab.consortium.views import common
from lab.consortium.views.common import Deed
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb

readers = hat_required(
    Hat.SUPPORT, Hat.WARD, Hat.AUDITOR, roles={*common.INSIDE, *common.OFFICE, Role.AUDITOR}
)


@readers
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """All meetings, and what the actor's member has to do."""
    rows = list(policies.visible_meetings(request.actor)[: find.SHOWN])
    over = [row for row in rows if row.status == states.CALLED and row.starts_at < clock.now()]
    context = {
        "rows": rows,
        "over": {row.pk for row in over},
        "turn": over[-1] if over and policies.is_staff(request.actor) else None,
        "actions": find.open_actions(request.actor)[: find.SHOWN],
        "is_staff": policies.is_staff(request.actor),
        "today": clock.today(),
    }
    return TemplateResponse(request, "consortium/meetings.html", context)


@common.staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    """会議を開く."""
    form = forms.MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("会議を登録し、会員に知らせました。")
        row = common.tried(request, form, services.meeting_call, done, **form.kwargs())
        if row is not None:
            return redirect("consortium:meeting", row.public_id)
    heading = _("会議を開く")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "consortium/meeting_new.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, public_id: object) -> HttpResponse:
    """One meeting: the newest minutes, earlier versions, what is to be done."""
    row = found_or_404(policies.get_meeting, request.actor, public_id=public_id)
    versions = find.minutes_of(row.pk)
    is_staff = policies.is_staff(request.actor)
    deeds = common.offered(request, _deeds(row, versions) if is_staff else [])
    if request.method == "POST":
        done = _finished(request, row)
        if not done and not is_staff:
            raise Http404
        if done or common.did(request, deeds, meeting_id=row.pk):
            return redirect("consortium:meeting", public_id)
    member = policies.own_member(request.actor)
    context = {
        "row": row,
        "latest": versions[0] if versions else None,
        "earlier": versions[1:],
        "actions": list(row.actions.select_related("member")),
        "deeds": deeds,
        "form": common.bound(deeds),
        "is_staff": is_staff,
        "member_id": member.pk if member else None,
        "is_over": row.starts_at <= clock.now(),
        "today": clock.today(),
        "breadcrumb": [_first(), Crumb(row.title)],
    }
    return common.page(request, "consortium/meeting.html", context)


def _deeds(row: Meeting, versions: list[Minutes]) -> list[Deed]:
    if row.status == states.OFF:
        return []
    choices = find.members()
    call_off = [CALL_OFF] if row.status == states.CALLED else []
    action = Deed(
        "action",
        services.action_add,
        gettext_lazy("宿題を加える"),
        gettext_lazy("宿題を加えました。"),
        partial(forms.ActionForm, members=choices),
    )
    if row.starts_at > clock.now():
        return call_off
    latest = versions[0] if versions else None
    start: dict[str, Any] = {"base": latest.number if latest else 0}
    if latest:
        start["text"], start["decisions"] = latest.text, latest.decisions
        start["attended"] = [one.member_id for one in latest.attended.all()]
    minutes = Deed(
        "minutes",
        services.minutes_write,
        gettext_lazy("議事録を直す") if latest else gettext_lazy("議事録を公開する"),
        gettext_lazy("議事録を公開しました。"),
        partial(forms.MinutesForm, members=choices, start=start),
        primary=latest is None,
    )
    return [minutes, action, *call_off]


CALL_OFF = Deed(
    "call_off",
    services.meeting_call_off,
    gettext_lazy("会議を中止する"),
    gettext_lazy("中止を記録し、会員に知らせました。"),
    ReasonForm,
    danger=True,
)


def _finished(request: HttpRequest, row: Meeting) -> bool:
    action_id = posted_number(request.POST.get("finished", ""))
    if action_id is None:
        return False
    given = {"meeting_id": row.pk, "action_id": action_id}
    common.tried(request, None, services.action_done, _("済んだことを記録しました。"), **given)
    return True


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    """What the actor's member may read; members and the secretariat add to it."""
    member = policies.own_member(request.actor)
    may_add = policies.is_staff(request.actor) or member is not None
    form = partial(forms.DocumentForm, members=find.members())
    label, done = gettext_lazy("文書を加える"), gettext_lazy("文書を加えました。")
    add = Deed("add", services.document_add, label, done, form)
    deeds = common.offered(request, [add] if may_add else [])
    if request.method == "POST":
        if not may_add:
            raise Http404
        if _taken_away(request) or common.did(request, deeds):
            return redirect("consortium:documents")
    context = {
        "rows": find.documents(request.actor)[: find.SHOWN],
        "deeds": deeds,
        "form": common.bound(deeds),
        "is_staff": policies.is_staff(request.actor),
        "member_id": member.pk if member else 0,
    }
    return common.page(request, "consortium/documents.html", context)


def _taken_away(request: HttpRequest) -> bool:
    document_id = posted_number(request.POST.get("remove", ""))
    if document_id is None:
        return False
    try:
        done = _("この文書は、もう見られません。")
        common.tried(request, None, services.document_remove, done, document_id=document_id)
    except Document.DoesNotExist as missing:
        raise Http404 from missing
    return True


@readers
@require_safe
def document_file(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """A document as a download."""
    row = found_or_404(policies.get_document, request.actor, public_id=public_id)
    return common.paper(request, row.stored_file_id)


def _first() -> Crumb:
    return Crumb(_("会議"), reverse("consortium:meetings"))
