"""区の間のお知らせ: the board, posting, reading, withdrawing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.duty.forms import AnnouncementForm
from portal.duty.policies import OFFICIALS, may_withdraw
from portal.duty.selectors.announcements import board
from portal.duty.services.announcements import (
    announcement_paper,
    announcement_post,
    announcement_read,
    announcement_withdraw,
)
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files import responses
from portal.kernel.files.models import StoredFile
from portal.kernel.files.services import FileUnavailable, UploadRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.parts import Crumb
from programs.selectors import ward_names

readers_only = hat_required(Hat.WARD, Hat.POLICY, roles={*OFFICIALS, Role.POLICY})


@readers_only
@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What the wards tell each other now."""
    names = ward_names()
    rows = [
        (
            row,
            _("、").join(names[ward] for ward in row.wards) or _("すべての区"),
            may_withdraw(request.actor, row),
        )
        for row in board(request.actor, clock.today())
    ]
    context = {"rows": rows, "today": clock.today(), "person": request.actor.user_id}
    return TemplateResponse(request, "duty/announcements.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_new(request: HttpRequest) -> HttpResponse:
    """Write one."""
    form = AnnouncementForm(
        request.POST or None,
        request.FILES or None,
        wards=ward_names().items(),
        initial={"from_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            try:
                announcement_post(actor=request.actor, **form.cleaned_data)
            except UploadRefused as refused:
                form.add_error("paper", refused.reason)
            else:
                messages.success(request, _("お知らせを載せました。"))
                return redirect("duty:announcements")
    crumbs = [
        Crumb(_("区の間のお知らせ"), reverse("duty:announcements")),
        Crumb(_("お知らせを書く")),
    ]
    context = {"form": form, "breadcrumb": crumbs}
    return form_page(request, "duty/announcement_new.html", context)


@readers_only
@require_safe
def announcement_file(request: HttpRequest, announcement_id: int) -> HttpResponseBase:
    """The paper of one; who fetched it is written down."""
    try:
        stored, reader = found_or_404(
            announcement_paper, actor=request.actor, announcement_id=announcement_id
        )
    except FileUnavailable as unavailable:
        text = {
            StoredFile.State.QUARANTINE: _(
                "添付ファイルの安全性を確かめています。少し待ってから、もう一度開いてください。"
            ),
        }.get(
            unavailable.args[0],
            _("添付ファイルは開けません。載せた職員に、別のファイルで載せ直すよう頼んでください。"),
        )
        messages.error(request, text)
        return redirect("duty:announcements")
    return responses.file_response(stored, reader)


@readers_only
@require_POST
def announcement_mark(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Read."""
    found_or_404(announcement_read, actor=request.actor, announcement_id=announcement_id)
    return redirect("duty:announcements")


@readers_only
@require_POST
def announcement_take_down(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Withdraw the own."""
    with trying(request):
        found_or_404(announcement_withdraw, actor=request.actor, announcement_id=announcement_id)
        messages.success(request, _("お知らせを取り下げました。"))
    return redirect("duty:announcements")
