"""Who acts in this request, whether they have proven enough, and the headers of the answer."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts import demo, factors, hats, roles, sessions
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting, continue_as

GetResponse = Callable[[HttpRequest], HttpResponse]

HEALTH_PATH = "/healthz"
CMS_PREFIX = "/cms/"
_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class _Undo(Exception):
    """Carries a 5xx answer out of the transaction, so that it is rolled back."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class ActorMiddleware:
    """Sets `request.actor`, `request.hats` and `request.actor_label`; runs the view as the actor.

    For a person who is signed in also `request.session_left` (sessions.Left).

    The hats are read from the database in every request, so that a role taken away is gone with
    the next one. A visitor without a session cookie costs neither session nor user. A 5xx answer
    rolls the transaction back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _set_actor(request, Actor.public(request_id=_request_id(request)))
        if request.path == HEALTH_PATH or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        if settings.DEMO_MODE and (refusal := demo.refusal(request)):
            return HttpResponse(refusal, status=403, content_type="text/plain; charset=utf-8")
        try:
            return self._respond(request)
        except _Undo as undo:
            return undo.response

    def _respond(self, request: HttpRequest) -> HttpResponse:
        if not _is_signed_in(request):
            with acting(request.actor):
                return self._view(request)
        bare = Actor.public(
            user_id=request.user.pk, name=request.user.name, request_id=_request_id(request)
        )
        with acting(bare):
            _speak_to(request)
            now = clock.now()
            available = hats.options(request.user.pk, clock.to_date(now))
            is_staff = any(option.is_staff for option in available)
            if sessions.is_over(request.session, now=now, is_staff=is_staff):
                return _ended(request, is_staff=is_staff)
            if not _only_looks(request):
                sessions.touch(request.session, now=now)
            request.session_left = sessions.left(request.session, now=now, is_staff=is_staff)
            _wear(request, bare, available)
            if request.actor is not bare:
                continue_as(request.actor)
            return self._view(request)

    def _view(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            raise _Undo(response)
        return response


def _request_id(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")


def _is_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _only_looks(request: HttpRequest) -> bool:
    """Whether the page asks by itself how long the session lasts: nobody has done anything."""
    return request.method in {"GET", "HEAD"} and request.path == reverse("accounts:session")


def _set_actor(
    request: HttpRequest,
    actor: Actor,
    available: Sequence[hats.HatOption] = (),
    label: str = "",
) -> None:
    request.actor, request.hats, request.actor_label = actor, list(available), label


def _speak_to(request: HttpRequest) -> None:
    """The person's own language from here on, unless this browser chose another."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()


def _wear(request: HttpRequest, bare: Actor, available: Sequence[hats.HatOption]) -> None:
    """Put on the chosen hat."""
    worn = hats.choose(available, request.session.get(hats.SESSION_KEY))
    if worn is None:
        _set_actor(request, bare, label=hats.no_hat_label())
        return
    actor = worn.actor(request.user, request_id=bare.request_id)
    _set_actor(request, actor, available, worn.label)


def _ended(request: HttpRequest, *, is_staff: bool) -> HttpResponse:
    """The session has outlived a limit: back to the sign-in page, and from there to where one was."""
    minutes = sessions.idle_limit(is_staff=is_staff) // 60
    logout(request)
    messages.info(
        request,
        _(
            "%(minutes)d分以上操作がなかったか、サインインから時間がたったため、"
            "安全のためサインアウトしました。続けるには、もう一度サインインしてください。"
        )
        % {"minutes": minutes},
    )
    url = f"{reverse('account_login')}?{urlencode({'next': _return_to(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _return_to(request: HttpRequest) -> str:
    """The page to come back to: this one, or for a form the page it was on."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = urlsplit(
        request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    )
    return came_from.path if came_from.netloc == request.get_host() else "/"


class SecondFactorMiddleware:
    """No staff role, and nothing of the editor, without a second factor in this very session.

    Before that only these pages open: to prove the factor, or to enrol a first one.
    """

    TO_PROVE = frozenset(
        {
            "account_logout",
            "accounts:prove_again",
            "accounts:session",
            "gbizid_callback",
            "gbizid_login",
            "gbizid_reauthenticate",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
        }
    )
    TO_ENROL = TO_PROVE | {
        "account_reauthenticate",
        "accounts:second_factor",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.actor.user_id is None:
            return self.get_response(request)
        in_cms = request.path.startswith(CMS_PREFIX)
        if in_cms and not request.actor.has_role(*roles.CMS_ROLES):
            raise Http404
        if not in_cms and not any(option.is_staff for option in request.hats):
            return self.get_response(request)
        if factors.has_second_factor(request):
            return self.get_response(request)
        return self._gate(request)

    def _gate(self, request: HttpRequest) -> HttpResponse:
        enrolled = factors.is_enrolled(request.user.pk)
        if _view_name(request) in (self.TO_PROVE if enrolled else self.TO_ENROL):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return render(request, "accounts/second_factor_missing.html", status=403)
        if enrolled:
            here = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('accounts:prove_again')}?{here}")
        return redirect("accounts:second_factor")


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


class ResponseHeadersMiddleware:
    """Headers that Django's own middleware does not set (security.md 8)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        actor = getattr(request, "actor", None)
        if (actor and actor.user_id is not None) or request.path.startswith("/accounts/"):
            # Not even the back button of a shared computer shows it after sign-out.
            response["Cache-Control"] = "no-store, private"
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response
