"""Who may open a view: by hat and role. Everything finer is a policy of the app.

    @hat_required(Hat.WARD, roles={Role.APPROVER})
    def decide(request, application_id): ...

Anonymous → sign-in page; wrong hat or role → 404, because whether a page exists is not everybody's
business; missing second factor → the gate of `portal.accounts.middleware`.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, suspend_request
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from portal.accounts.factors import recently_authenticated
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat

View = Callable[..., HttpResponse]


def allowed(actor: Actor, hats: Collection[Hat], roles: Collection[str] = ()) -> bool:
    """Whether the actor wears one of `hats` (any, when empty) with one of `roles` (any, ditto)."""
    if actor.user_id is None or (hats and actor.hat not in hats):
        return False
    return not roles or actor.has_role(*roles)


def refuse(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who may not: sign in, or there is no such page."""
    if request.actor.user_id is None:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    raise Http404


def hat_required(*hats: Hat, roles: Collection[str] = ()) -> Callable[[View], View]:
    """Only for these hats and, where given, one of these roles."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.actor, hats, roles):
                return refuse(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def recent_authentication_required(view: View) -> View:
    """For acts of weight (decision, payment, bank account, roles): proven within five minutes.

    A POST is put aside and carried out after the person has proven who they are again; opening the
    page anew gives it up, or the proof for reading would carry out what was left undone.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if recently_authenticated(request, clock.now()):
            return view(request, *args, **kwargs)
        request.session.pop(STATE_SESSION_KEY, None)
        return suspend_request(request, reverse("accounts:prove_again"))

    return guarded


def recent_authentication_to_post(view: View) -> View:
    """The same for a page that anybody allowed may read at leisure: only its POST is of weight."""
    guarded = recent_authentication_required(view)

    @wraps(view)
    def split(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            return guarded(request, *args, **kwargs)
        request.session.pop(STATE_SESSION_KEY, None)
        return view(request, *args, **kwargs)

    return split
