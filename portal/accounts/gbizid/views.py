"""The steps of a sign-in that our server sees: start, answer, proof anew, refusal."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialApp
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.gbizid import client, factors, identity, selectors, tokens
from portal.accounts.gbizid.provider import REAUTHENTICATE, GbizProvider
from portal.accounts.gbizid.refusals import Reason, Refused, advice
from portal.kernel import audit, clock

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Start. A link (GET) shows one button; only the button's POST sends anybody anywhere."""
    provider = _provider(request)
    if request.method == "GET":
        return _ask(request, "gbizid/start.html")
    return _guarded(request, lambda: provider.redirect_from_request(request))


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The answer of GビズID, which may come from anybody."""
    provider = _provider(request)
    return _guarded(request, lambda: _complete(request, provider))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Have a person who has no password here prove themself to GビズID again."""
    provider = _provider(request)
    if request.method == "GET":
        return _ask(request, "gbizid/reauthenticate.html")
    target = get_next_redirect_url(request)
    return _guarded(request, lambda: provider.redirect(request, REAUTHENTICATE, next_url=target))


def _provider(request: HttpRequest) -> GbizProvider:
    try:
        return get_adapter().get_provider(request, GbizProvider.id)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


def _ask(request: HttpRequest, template: str) -> HttpResponse:
    context = {
        "next": get_next_redirect_url(request) or "",
        "process": "connect" if request.GET.get("process") == "connect" else "login",
    }
    return render(request, template, context)


def _guarded(request: HttpRequest, step: Callable[[], HttpResponse]) -> HttpResponse:
    """One step under the rate limit of sign-ins; a refusal becomes a page."""
    limited = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    try:
        return step()
    except Refused as refusal:
        return _refuse(request, refusal.reason)


def _complete(request: HttpRequest, provider: GbizProvider) -> HttpResponse:
    try:
        state = provider.unstash_redirect_state(request, request.GET.get("state", ""))
    except PermissionDenied as error:
        raise Refused(Reason.STATE) from error
    client.check_issuer(request.GET.get("iss"))
    if "error" in request.GET:
        cancelled = request.GET["error"] == "access_denied"
        raise Refused(Reason.CANCELLED if cancelled else Reason.PROVIDER_ERROR)
    now = clock.now()
    attempt = client.Attempt(nonce=state["nonce"], verifier=state["verifier"])
    answer = client.redeem(code=request.GET.get("code", ""), attempt=attempt, now=now)
    identity.read(answer.id_claims["sub"], answer.userinfo)
    if state["process"] == REAUTHENTICATE:
        return _proven_again(request, state, answer)
    return _sign_in(request, provider, state, answer)


def _sign_in(
    request: HttpRequest, provider: GbizProvider, state: dict[str, Any], answer: client.Answer
) -> HttpResponse:
    """Hand over to allauth: sign in, sign up or connect. No token is kept."""
    arrival = provider.sociallogin_from_response(request, answer)
    arrival.state = {name: state[name] for name in ("process", "next") if name in state}
    response = complete_social_login(request, arrival)
    if arrival.user is not None and arrival.user.pk is not None:
        factors.record_amr(request, arrival.user, answer.id_claims.get("amr"))
    return response


def _proven_again(
    request: HttpRequest, state: dict[str, Any], answer: client.Answer
) -> HttpResponse:
    """The same person, asked for the password after we sent them; else Refused."""
    user, subject = request.user, answer.id_claims["sub"]
    asked = tokens.moment(answer.id_claims.get("auth_time"))
    sent = dt.datetime.fromtimestamp(state["started_at"], dt.UTC)
    if asked is None or asked < sent - tokens.LEEWAY:
        raise Refused(Reason.REAUTHENTICATION)
    if not user.is_authenticated or user.pk != state["user_id"]:
        raise Refused(Reason.REAUTHENTICATION)
    if not selectors.has_account(user, subject):
        raise Refused(Reason.REAUTHENTICATION)
    factors.record_reauthentication(request, user, subject)
    # allauth resumes what was suspended when the target is named as it is for a password.
    request.GET = QueryDict(mutable=True)
    request.GET["next"] = state.get("next", "")
    return resume_request(request) or HttpResponseRedirect(get_login_redirect_url(request))


def _refuse(request: HttpRequest, reason: Reason) -> HttpResponse:
    """Explain, log and audit. Neither log nor audit row holds anything of the answer."""
    words = advice(reason)
    context = {"advice": words, "now": clock.now()}
    page = render(request, "gbizid/refused.html", context, status=words.status)
    if reason != Reason.CANCELLED:
        logger.warning(
            "GビズID sign-in refused: %s (request %s)", reason.value, request.actor.request_id
        )
        audit.record(
            actor=request.actor,
            action="signin.refused",
            detail={"provider": GbizProvider.id, "reason": reason.value},
        )
    return page
