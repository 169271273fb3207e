"""Pages and small settings that belong to no other app: language, shortcuts, policies, errors."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from portal.ui import policies
from portal.ui.context_processors import SHORTCUTS_COOKIE
from portal.ui.markup import in_japanese

YEAR_SECONDS = 365 * 24 * 3600

set_language = login_not_required(require_POST(django_set_language))


@login_not_required
@require_POST
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Single-key shortcuts on or off for this browser; `next` is the page to return to."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(
        SHORTCUTS_COOKIE,
        "off" if request.POST.get("shortcuts") == "off" else "on",
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for accessibility, and what was tested."""
    return _policy(request, "accessibility")


@login_not_required
@require_safe
def site_policy(request: HttpRequest) -> HttpResponse:
    """The rules of the site itself."""
    return _policy(request, "site_policy")


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a stale page or another site: say what to do, never what the check compares."""
    context = {"sign_in_url": _sign_in_url(request), "back_url": request.path}
    return render(request, "errors/csrf.html", context, status=403)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not entitled in this capacity."""
    return render(request, "403.html", {"message": _spoken(exception)}, status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: wrong address, or outside the visitor's scope (the two look the same on purpose)."""
    return render(request, "404.html", status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without context processors, session or database, any of which may be the cause."""
    request_id = getattr(request, "request_id", "")
    page = get_template("500.html").template.render(Context({"request_id": request_id}))
    return HttpResponse(page, status=500)


def conflict(request: HttpRequest, message: str = "") -> HttpResponse:
    """409 for a stale tab: somebody else was quicker; `message` says what changed."""
    context = {"message": message or _("ほかの人が先に更新しました。"), "back_url": request.path}
    return render(request, "409.html", context, status=409)


def _policy(request: HttpRequest, name: str) -> HttpResponse:
    """The editors' page for readers in Japanese; the portal's own text for others, and without one."""
    kept = policies.kept(name)
    if kept and in_japanese():
        return HttpResponseRedirect(kept)
    return render(request, f"ui/{name}.html", {"kept": kept})


def _spoken(exception: Exception | None) -> str:
    """The words a view gave to PermissionDenied, which are written for the reader."""
    return str(exception) if isinstance(exception, PermissionDenied) and exception.args else ""


def _sign_in_url(request: HttpRequest) -> str:
    """The sign-in page leading back here, for those whose session is gone."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.user_id is not None:
        return ""
    try:
        return f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    except NoReverseMatch:
        return ""
