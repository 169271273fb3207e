"""People for the tests, and a quick way to have one signed in.

sign_in(client, assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=13107))
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client

PASSWORD = "ねじ-まわし-2026-kouba"


def make_person(
    email: str, *, name: str = "山田 太郎", password: str = PASSWORD, **fields: Any
) -> Any:
    """A person with a confirmed address and a password, without any role."""
    from allauth.account.models import EmailAddress

    from portal.accounts.models import User

    user = User.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def assign(
    user: Any,
    role: str,
    *,
    ward_id: int | None = None,
    valid_from: dt.date = dt.date(2021, 4, 1),
    valid_to: dt.date | None = None,
) -> Any:
    """Give `user` a staff role; returns the user."""
    from portal.accounts.models import Assignment
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with acting(Actor.system("test")):
        Assignment.objects.create(
            user=user, role=role, ward_id=ward_id, valid_from=valid_from, valid_to=valid_to
        )
    return user


def sign_in(
    client: Client, user: Any, *, factors: tuple[str, ...] = ("totp",), hat: str = ""
) -> Any:
    """Sign `user` in as after a password and these second factors (none: `factors=()`).

    As `client.force_login`, which writes the session four times where this writes it twice.
    """
    from django.contrib.sessions.backends.cached_db import SessionStore

    from portal.kernel import clock

    now = clock.now().timestamp()
    request = HttpRequest()
    has_session = settings.SESSION_COOKIE_NAME in client.cookies
    request.session = session = client.session if has_session else SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    session["account_authentication_methods"] = [
        {"method": "password", "at": now, "email": user.email},
        *({"method": "mfa", "at": now, "type": factor} for factor in factors),
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    if hat:
        session["hat"] = hat
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return user


def client_of(actor: Any) -> Client:
    """A client in which the actor's person (or the person of this id) has signed in."""
    from portal.accounts.models import User

    client = Client()
    sign_in(client, User.objects.get(pk=getattr(actor, "user_id", actor)))
    return client
