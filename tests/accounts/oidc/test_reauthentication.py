"""People without a password prove themselves at GビズID again; allauth alone would ask nothing."""

import datetime as dt

import pytest
from django.test import Client

from portal.accounts.factors import recently_authenticated
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.models import AuditRow
from tests.accounts.oidc import hostile
from tests.accounts.oidc.hostile import FOREIGN_SUBJECT, SUBJECT, Provider
from tests.accounts.oidc.journey import agree, an_hour_passes, person, set_out, signed_in_as, travel

REAUTHENTICATE = "/accounts/gbizid/reauthenticate/"
PROTECTED = "/accounts/2fa/totp/activate/"


@pytest.fixture
def signed_in(client: Client, provider: Provider) -> User:
    """Somebody who has GビズID and nothing else, and has been signed in for a while."""
    user = person("honest@example.jp", subject=SUBJECT)
    travel(client)
    assert signed_in_as(client) == user.pk
    an_hour_passes(client)
    return user


def test_protected_page_sends_to_gbizid(client: Client, signed_in: User) -> None:
    response = client.get(PROTECTED, follow=True)
    assert response.redirect_chain[-1][0].startswith(REAUTHENTICATE)
    assert "GビズIDで本人確認をする" in response.content.decode()


def test_fresh_proof_opens_the_page(client: Client, provider: Provider, signed_in: User) -> None:
    address = set_out(client, REAUTHENTICATE, next=PROTECTED)
    assert "prompt=login" in address
    response = client.get(agree(address))
    assert response.status_code == 302
    assert response["Location"] == PROTECTED
    assert signed_in_as(client) == signed_in.pk
    assert client.get(PROTECTED).status_code == 200
    request = response.wsgi_request
    assert recently_authenticated(request, clock.now())
    later = clock.now() + dt.timedelta(minutes=6)
    assert not recently_authenticated(request, later)


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": {"auth_time": None}},
        {"claims": {"auth_time": 1}},
        {"claims": {"sub": FOREIGN_SUBJECT}, "userinfo": {"sub": FOREIGN_SUBJECT}},
    ],
    ids=["no time", "old session at the provider", "another person"],
)
def test_stale_or_foreign_proof_is_refused(
    client: Client, provider: Provider, signed_in: User, changes: dict
) -> None:
    person("other@example.jp", subject=FOREIGN_SUBJECT)
    for field, value in changes.items():
        setattr(provider, field, value)
    response = client.get(agree(set_out(client, REAUTHENTICATE, next=PROTECTED)))
    assert response.status_code == 403
    assert signed_in_as(client) == signed_in.pk
    assert client.get(PROTECTED).status_code == 302
    assert AuditRow.objects.latest("pk").detail["reason"] == "reauthentication"


def test_lies_are_refused_here_as_well(client: Client, provider: Provider, signed_in: User) -> None:
    provider.forge = hostile.bad_signature
    assert client.get(agree(set_out(client, REAUTHENTICATE))).status_code == 403
    assert client.get(PROTECTED).status_code == 302


def test_proof_does_not_travel_to_another_session(
    client: Client, provider: Provider, signed_in: User
) -> None:
    back = agree(set_out(client, REAUTHENTICATE, next=PROTECTED))
    thief = Client()
    assert thief.get(back).status_code == 400


def test_people_with_a_password_use_it(client: Client, provider: Provider, signed_in: User) -> None:
    signed_in.set_password("a long pass phrase")
    signed_in.save()
    client.force_login(signed_in, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(PROTECTED, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
