"""What the ward starts by itself: 遂行状況報告の求め and 現地調査."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, trying
from portal.ui.forms import UiForm
from subsidies.grants import policies, services, states
from subsidies.grants.forms import (
    FindingsForm,
    PhotoForm,
    RecallForm,
    RequestForm,
    SettleForm,
    VisitForm,
)
from subsidies.grants.models import ProgressRequest, SiteVisit
from subsidies.grants.views.common import (
    grant_or_404,
    note_view,
    staff_crumbs,
    staff_url,
    ward_only,
    ward_or_auditor,
)
from subsidies.models import Grant


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """遂行状況報告の求め: what, until when."""
    found = grant_or_404(request, receipt_no=receipt_no).grant
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.progress_request(actor=request.actor, grant_id=found.pk, **form.cleaned_data)
            messages.success(request, _("報告を求めました。企業に通知とメールが届きます。"))
            return redirect(staff_url(found))
    return _form_page(
        request, found, form, heading=_("遂行状況の報告を求める"), action=_("報告を求める")
    )


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: HttpRequest, request_id: int) -> HttpResponse:
    """求めの取りやめ, with its reason."""
    asked = _row(request, policies.visible_requests(request.actor), ProgressRequest, request_id)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.progress_request_recall(
                actor=request.actor, request_id=asked.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("求めを取りやめました。"))
            return redirect(staff_url(asked.grant))
    return _form_page(
        request, asked.grant, form, heading=_("報告の求めを取りやめる"), action=_("取りやめる")
    )


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """現地調査の予定."""
    found = grant_or_404(request, receipt_no=receipt_no).grant
    form = VisitForm(request.POST or None, initial={"visitors": request.actor.name})
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            made = services.visit_plan(actor=request.actor, grant_id=found.pk, **form.cleaned_data)
            messages.success(request, _("現地調査を予定しました。企業に通知とメールが届きます。"))
            return redirect("grants:visit", made.pk)
    return _form_page(
        request, found, form, heading=_("現地調査を予定する"), action=_("予定を入れる")
    )


@ward_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit: plan, findings, photos, follow-up. Each form acts by the name of its button."""
    found = _row(request, policies.visible_visits(request.actor), SiteVisit, visit_id)
    if request.method != "POST":
        note_view(request, "grants.visit_viewed", found)
        return _visit_page(request, found, {})
    acts = {
        "record": (
            FindingsForm(request.POST),
            services.visit_record,
            _("調査の結果を記録しました。"),
        ),
        "settle": (SettleForm(request.POST), services.visit_settle, _("対応を確認しました。")),
        "call_off": (
            RecallForm(request.POST),
            services.visit_call_off,
            _("現地調査を取りやめました。"),
        ),
    }
    if "add_photo" in request.POST:
        return _add_photo(request, found)
    name = next((name for name in acts if name in request.POST), "")
    if not name:
        raise Http404
    form, act, done = acts[name]
    if form.is_valid():
        with trying(request, form):
            act(actor=request.actor, visit_id=found.pk, **form.cleaned_data)
            messages.success(request, done)
            return redirect("grants:visit", found.pk)
    return _visit_page(request, found, {name: form}, form=form)


def _add_photo(request: HttpRequest, found: SiteVisit) -> HttpResponse:
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.visit_photo_add(
                actor=request.actor, visit_id=found.pk, uploaded=form.cleaned_data["photo"]
            )
        except UploadRefused as refused:
            form.add_error("photo", refused.reason)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("写真を加えました。"))
            return redirect("grants:visit", found.pk)
    return _visit_page(request, found, {"add_photo": form}, form=form)


def _visit_page(
    request: HttpRequest,
    found: SiteVisit,
    given: dict[str, UiForm],
    *,
    form: UiForm | None = None,
) -> HttpResponse:
    actor = request.actor
    acts = actor.ward_id == found.ward_id and actor.has_role(Role.REVIEWER)
    context = {
        "visit": found,
        "grant": found.grant,
        "state": states.VISIT.state(found.status),
        "photos": found.photos.select_related("stored_file"),
        "may_record": acts and found.status == states.PLANNED,
        "may_settle": acts and found.status == states.INSTRUCTED,
        "may_add": acts and found.status != states.CALLED_OFF,
        "findings_form": given.get("record") or FindingsForm(initial={"visited_on": clock.today()}),
        "settle_form": given.get("settle") or SettleForm(),
        "call_off_form": given.get("call_off") or RecallForm(),
        "photo_form": given.get("add_photo") or PhotoForm(),
        "form": form,
        "breadcrumb": staff_crumbs(request.actor, found.grant, _("現地調査")),
    }
    return form_page(request, "grants/visit.html", context)


def _form_page(
    request: HttpRequest, found: Grant, form: UiForm, *, heading: str, action: str
) -> HttpResponse:
    context = {
        "grant": found,
        "form": form,
        "heading": heading,
        "action": action,
        "breadcrumb": staff_crumbs(request.actor, found, heading),
    }
    return form_page(request, "grants/staff_form.html", context)


def _row(request: HttpRequest, rows: Any, model: Any, pk: int) -> Any:
    return get_object_or_404(rows.select_related("grant__application__version__scheme"), pk=pk)
