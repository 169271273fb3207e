"""allauth's and Django's signals about sign-in, turned into audit rows and ended sessions."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts import services, sessions
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    if request is None:
        return
    sessions.restart(request.session, now=clock.now())
    methods = [
        str(r.get("type") or r.get("method")) for r in get_authentication_records(request, user)
    ]
    services.signed_in(actor=_actor(request, user), user=user, methods=methods)


@receiver(account_signals.password_changed, dispatch_uid="accounts.password_changed")
@receiver(account_signals.password_set, dispatch_uid="accounts.password_set")
@receiver(account_signals.password_reset, dispatch_uid="accounts.password_reset")
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    # The session's fingerprint contains the password's hash: Django ends the others by itself.
    actor = _actor(request, user)
    services.credentials_changed(actor=actor, user=user, what="password_changed")
    _keep_only_this_session(request, user)


@receiver(mfa_signals.authenticator_added, dispatch_uid="accounts.factor_added")
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # Adding it proved it: a code of the app, or the passkey's own signature.
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )
    _factor_changed(request, user, authenticator, "factor_added")


@receiver(mfa_signals.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    _factor_changed(request, user, authenticator, "factor_removed")


@receiver(mfa_signals.authenticator_reset, dispatch_uid="accounts.factor_renewed")
def factor_renewed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    _factor_changed(request, user, authenticator, "factor_renewed")


def _factor_changed(
    request: HttpRequest, user: User, authenticator: Authenticator, what: str
) -> None:
    actor = _actor(request, user)
    services.credentials_changed(actor=actor, user=user, what=what, kind=str(authenticator.type))
    _keep_only_this_session(request, user)


def _keep_only_this_session(request: HttpRequest, user: User) -> None:
    if not request.user.is_authenticated or request.user.pk != user.pk:
        return
    update_session_auth_hash(request, user)
    # Stored at once: what follows asks the store, and would end a session with the old mark.
    request.session.save()
    UserSession.objects.create_from_request(request)
    UserSession.objects.purge_and_list(user)


def _actor(request: HttpRequest, user: User) -> Actor:
    """The actor of the request, or the person who has only now become known."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.user_id == user.pk:
        return actor
    return Actor.public(
        user_id=user.pk, name=user.name, request_id=getattr(request, "request_id", "")
    )
