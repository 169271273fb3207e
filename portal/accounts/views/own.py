"""Pages of one's own account: where to land, which hat to wear, the settings."""

from collections.abc import Collection

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import factors, hats, policies, selectors, services
from portal.accounts.forms import ProfileForm
from portal.kernel import clock
from portal.kernel.actor import Hat

YEAR_SECONDS = 365 * 24 * 3600


def landing_url(hat: Hat, held: Collection[str]) -> str:
    """Where this hat begins to work: by its only role, else by the hat, else the home page."""
    names = settings.LANDING
    sole = next(iter(held)) if len(held) == 1 else ""
    name = names.get(sole) or names.get(str(hat))
    try:
        return reverse(name) if name else "/"
    except NoReverseMatch:
        return "/"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """After sign-in: to the first page of the hat worn; without any, to why a role sleeps."""
    if not request.hats and _asleep(request):
        return redirect("accounts:hats")
    return HttpResponseRedirect(landing_url(request.actor.hat, request.actor.roles))


@require_http_methods(["GET", "POST"])
def choose_hat(request: HttpRequest) -> HttpResponse:
    """Switch between the capacities one may act in."""
    if request.method == "POST":
        chosen = next((o for o in request.hats if o.key == request.POST.get("hat")), None)
        if chosen is not None:
            hats.wear(request, chosen.key)
            messages.success(request, _("「%(hat)s」に切り替えました。") % {"hat": chosen.label})
            return HttpResponseRedirect(landing_url(chosen.hat, chosen.roles))
        messages.error(request, _("その立場は使えません。もう一度選んでください。"))
    worn = hats.choose(request.hats, request.session.get(hats.SESSION_KEY))
    context = {"options": request.hats, "worn": worn, "asleep": _asleep(request)}
    return render(request, "accounts/hats.html", context)


def _asleep(request: HttpRequest) -> list[selectors.OwnRole]:
    due = selectors.own_due(policies.person_id(request.actor), clock.today())
    return [item for item in due if item.row.is_asleep]


@require_http_methods(["GET", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """Name, language, shortcuts; and what secures the account."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.profile_update(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("設定を保存しました。"))
        response = redirect("accounts:settings")
        _remember_choices(response, form.cleaned_data)
        return response
    if form.errors:
        request.user.refresh_from_db()
    context = {
        "form": form,
        "authenticators": Authenticator.objects.filter(user=request.user).order_by("created_at"),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "due_roles": selectors.own_due(policies.person_id(request.actor), clock.today()),
    }
    return render(request, "accounts/settings.html", context)


def _remember_choices(response: HttpResponse, chosen: dict) -> None:
    """The same cookies as the page's own switches, so that the last choice wins everywhere."""
    translation.activate(chosen["language"])
    for name, value in (
        (settings.LANGUAGE_COOKIE_NAME, chosen["language"]),
        ("shortcuts", "on" if chosen["keyboard_shortcuts"] else "off"),
    ):
        response.set_cookie(
            name,
            value,
            max_age=YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Staff without a second factor begin here; everybody else may add one."""
    if factors.has_second_factor(request):
        return redirect("mfa_index")
    return render(request, "accounts/second_factor.html")


@require_safe
def prove_again(request: HttpRequest) -> HttpResponse:
    """To whatever way this person can prove who they are; by signing in anew if there is none.

    `next` (and a form put aside by `access.recent_authentication_required`) waits meanwhile.
    """
    target = _safe_next(request)
    query = urlencode({"next": target})
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not factors.has_second_factor(request) and factors.is_enrolled(request.user.pk):
        methods = [m for m in methods if m["id"] != "reauthenticate"]
    if methods:
        return HttpResponseRedirect(f"{methods[0]['url']}?{query}")
    logout(request)
    return redirect_to_login(target, reverse("account_login"))


def _safe_next(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """For static/session.js: how many seconds are left.

    GET only looks, which does not count as activity; POST does, as any other request.
    """
    left = request.session_left
    return JsonResponse({"idle": left.idle, "all": left.in_all})
