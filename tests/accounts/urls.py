"""The routes of accounts, and pages that show what the middleware made of a request."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from portal.accounts.access import hat_required, recent_authentication_required
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Hat
from portal.kernel.database import current_scope


def _show(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "user": request.actor.user_id,
            "hat": request.actor.hat,
            "ward": request.actor.ward_id,
            "firm": request.actor.firm_id,
            "roles": sorted(request.actor.roles),
            "label": request.actor_label,
            "scope": list(current_scope() or ()),
            "session_read": request.session.accessed,
            "language": request.LANGUAGE_CODE,
        }
    )


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    return _show(request)


def own(request: HttpRequest) -> HttpResponse:
    return _show(request)


@login_not_required
@hat_required(Hat.WARD, roles={Role.APPROVER})
def approvers(request: HttpRequest) -> HttpResponse:
    return _show(request)


@recent_authentication_required
def weighty(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"done": request.POST.get("amount", "")})


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    User.objects.create_user("left-behind@example.jp", name="残る人")
    return HttpResponse("down", status=503)


urlpatterns = [
    path("", public),
    path("healthz", public),
    path("own/", own),
    path("approvers/", approvers),
    path("weighty/", weighty),
    path("broken/", broken),
    path("cms/pages/", own),
    path("", include("portal.ui.urls")),
    path("", include("portal.exports.urls")),
    path("", include("portal.notices.urls")),
    path("", include("portal.personal.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("staff/people/", include("portal.accounts.staff_urls")),
]
