"""A browser's way through a sign-in: Django's test client here, real HTTP at the provider."""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import User

LOGIN = "/accounts/gbizid/login/"
CALLBACK = "/accounts/gbizid/login/callback/"


def set_out(client: Client, address: str = LOGIN, **form: str) -> str:
    """Press the button. Returns the address at the provider."""
    response = client.post(address, form)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def agree(address: str, person: str | None = None) -> str:
    """Sign in at the provider. Returns the path of our callback with the provider's answer."""
    if person is None:
        response = requests.get(address, allow_redirects=False, timeout=10)
    else:
        response = requests.post(address, data={"sub": person}, allow_redirects=False, timeout=10)
    assert response.status_code == 302, response.text
    back = urlsplit(response.headers["Location"])
    return f"{back.path}?{back.query}"


def travel(client: Client, address: str = LOGIN, **form: str) -> HttpResponse:
    """All of it, at a provider that agrees by itself."""
    return client.get(agree(set_out(client, address, **form)))


def signed_in_as(client: Client) -> int | None:
    """The id of whom the session belongs to."""
    user_id = client.session.get("_auth_user_id")
    return int(user_id) if user_id else None


def person(email: str, *, subject: str = "", provider: str = "gbizid", **data: Any) -> User:
    """Somebody with a confirmed e-mail and, where a subject is given, an account elsewhere."""
    user = User.objects.create_user(email, name="見本 太郎")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if subject:
        extra = {"account_type": 2, "corp_type": 1, "corporate_number": "4011001098993"} | data
        SocialAccount.objects.create(user=user, provider=provider, uid=subject, extra_data=extra)
    return user


def an_hour_passes(client: Client) -> None:
    """What the session has proven is no longer fresh."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
