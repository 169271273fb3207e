"""わたしの個人情報: take it away, ask for deletion; and the administrators' page of the requests."""

import uuid
from smtplib import SMTPException

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import hat_required, recent_authentication_required
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.audit import record
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused
from portal.personal import policies, services, states
from portal.personal.models import DataCopy, DeletionRequest
from portal.personal.services import erasing
from portal.personal.services.deciding import hindrance

admins_only = hat_required(Hat.WARD, Hat.ADMIN, roles={Role.WARD_ADMIN, Role.SYSADMIN})
SHOWN = 20


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What a person can do about their own data."""
    user_id = request.actor.user_id
    copies = DataCopy.objects.filter(person_id=user_id).order_by("-asked_at")
    asked = DeletionRequest.objects.filter(person_id=user_id).order_by("-asked_at")
    with acting(request.actor.elevated()):
        stops = hindrance(user_id or 0, clock.today())
    context = {
        "copies": copies[:SHOWN],
        "asked": asked[:SHOWN],
        "is_open": any(row.status in states.OPEN for row in asked[:SHOWN]),
        "stops": stops,
        "now": clock.now(),
    }
    return TemplateResponse(request, "personal/own.html", context)


@recent_authentication_required
@require_POST
def copy_order(request: HttpRequest) -> HttpResponse:
    """A worker makes it."""
    services.copy_order(actor=request.actor)
    messages.success(request, _("写しを作っています。できたらお知らせします。"))
    return redirect("personal:own")


@recent_authentication_required
@require_safe
def copy_take(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The ZIP."""
    try:
        stream, name = services.copy_open(actor=request.actor, public_id=public_id, now=clock.now())
    except DataCopy.DoesNotExist as missing:
        raise Http404 from missing
    return FileResponse(stream, as_attachment=True, filename=name)


@recent_authentication_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """削除の申出."""
    if request.POST.get("sure") != "on":
        messages.error(request, _("削除すると戻せないことを確かめ、印を付けてください。"))
        return redirect("personal:own")
    try:
        services.deletion_ask(actor=request.actor, wish=request.POST.get("wish", ""))
    except services.Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(
            request, _("削除の申出を受け付けました。結果はお知らせとメールで届きます。")
        )
    return redirect("personal:own")


@require_POST
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """取下げ."""
    try:
        services.deletion_withdraw(actor=request.actor, public_id=public_id)
    except DeletionRequest.DoesNotExist as missing:
        raise Http404 from missing
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("申出を取り下げました。"))
    return redirect("personal:own")


@admins_only
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Requests of the ward, the open ones first."""
    with acting(request.actor.elevated()):
        rows = policies.visible_requests(request.actor).select_related("person")
        page = Paginator(rows.order_by("decided_at", "asked_at"), SHOWN).get_page(
            request.GET.get("page")
        )
        page.object_list = list(page.object_list)
    return TemplateResponse(request, "personal/requests.html", {"page": page})


@admins_only
@require_safe
def request_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request with what would go and what must stay. Looking at it leaves a trace."""
    row = _request(request, public_id)
    context: dict[str, object] = {"row": row, "person": row.person}
    with acting(request.actor.elevated()):
        if row.status in states.OPEN:
            made = erasing.plan(row.person)
            context |= {
                "going": sorted(made.going.items()),
                "renamed": sorted(made.renamed.items()),
                "kept": [(erasing.WHY[code], count) for code, count in made.kept.items()],
                "stops": hindrance(row.person_id, clock.today()),
            }
        else:
            context["kept"] = [(erasing.WHY[code], count) for code, count in row.kept.items()]
        record(actor=request.actor, action="personal.deletion_viewed", obj=row, ward_id=row.ward_id)
    return TemplateResponse(request, "personal/request.html", context)


@admins_only
@recent_authentication_required
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """確認・削除・拒否."""
    row = _request(request, public_id)
    try:
        _decide(request, public_id, request.POST.get("action", ""))
    except services.Refused as refused:
        messages.error(request, str(refused.message))
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    except (OSError, SMTPException):
        messages.error(
            request,
            _("本人への最後のメールを送れませんでした。何も削除していません。後でもう一度。"),
        )
    else:
        messages.success(request, _("記録しました。"))
    return redirect("personal:request", row.public_id)


def _decide(request: HttpRequest, public_id: uuid.UUID, action: str) -> None:
    if action == "check":
        services.deletion_check(actor=request.actor, public_id=public_id)
    elif action == "refuse":
        reason = request.POST.get("reason", "").strip()[:1000]
        services.deletion_refuse(actor=request.actor, public_id=public_id, reason=reason)
    elif action == "erase":
        services.deletion_erase(actor=request.actor, public_id=public_id)
    else:
        raise services.Refused(_("この操作はできません。"))


def _request(request: HttpRequest, public_id: uuid.UUID) -> DeletionRequest:
    try:
        return policies.get_request(request.actor, public_id)
    except DeletionRequest.DoesNotExist as missing:
        raise Http404 from missing
