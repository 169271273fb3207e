"""A provider that lies is refused, in every way it may lie; allauth's own client is not so strict.

Everybody here has an account already, so that whoever gets through is signed in at once.
"""

from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.test import Client
from pytest_django.fixtures import Settings

from portal.accounts.models import User
from portal.kernel.models import AuditRow
from tests.accounts.oidc import hostile, jws
from tests.accounts.oidc.hostile import (
    CLIENT_ID,
    CLIENT_SECRET,
    FOREIGN_SUBJECT,
    SUBJECT,
    Provider,
    with_claims,
)
from tests.accounts.oidc.journey import (
    CALLBACK,
    LOGIN,
    agree,
    person,
    set_out,
    signed_in_as,
    travel,
)

FOREIGN_USERINFO = {"userinfo": {"sub": FOREIGN_SUBJECT}}
SMALL_KEY = jws.RsaKey("small", bits=1024)

# name → (how the provider lies, the reason that must be logged)
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "alg none": ({"forge": hostile.alg_none}, "algorithm"),
    "bad signature": ({"forge": hostile.bad_signature}, "signature"),
    "wrong nonce": ({"forge": with_claims(nonce="another sign-in's")}, "nonce"),
    "missing id_token": ({"forge": hostile.missing_id_token}, "id_token_missing"),
    "foreign subject in userinfo": (FOREIGN_USERINFO, "subject"),
    "wrong issuer": ({"forge": with_claims(iss="https://evil.example")}, "issuer"),
    "wrong audience": ({"forge": with_claims(aud="another client")}, "audience"),
    "expired": (
        {"forge": with_claims(exp=lambda c: c["iat"] - 120, iat=lambda c: c["iat"] - 420)},
        "expired",
    ),
    "HS256 with the public key": ({"forge": hostile.hs256_public_key}, "algorithm"),
    "HS256 with the client secret": ({"forge": hostile.hs256_client_secret}, "algorithm"),
    # Beyond the ten.
    "no nonce": ({"forge": with_claims(nonce=None)}, "nonce"),
    "no expiry": ({"forge": with_claims(exp=None)}, "expired"),
    "no time of issue": ({"forge": with_claims(iat=None)}, "expired"),
    "issued long ago": ({"forge": with_claims(iat=lambda c: c["iat"] - 3600)}, "expired"),
    "issued in the future": ({"forge": with_claims(iat=lambda c: c["iat"] + 3600)}, "expired"),
    "not yet valid": ({"forge": with_claims(nbf=lambda c: c["iat"] + 3600)}, "expired"),
    "a second audience": ({"forge": with_claims(aud=[CLIENT_ID, "another"])}, "audience"),
    "another authorised party": ({"forge": with_claims(azp="another")}, "audience"),
    "wrong at_hash": ({"forge": with_claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA")}, "signature"),
    "no subject": ({"forge": with_claims(sub=None)}, "subject"),
    "subject missing in userinfo": ({"userinfo": {"sub": None}}, "subject"),
    "unknown key": ({"forge": hostile.unknown_key}, "signature"),
    "critical header": ({"forge": hostile.critical_header}, "id_token_malformed"),
    "not a token": ({"forge": hostile.not_a_token}, "id_token_malformed"),
    "a key of 1024 bits": (
        {"key": SMALL_KEY, "published": [SMALL_KEY.published()]},
        "signature",
    ),
    "answer from another issuer": ({"answer": {"iss": "https://evil.example"}}, "issuer"),
    "promised issuer missing": (
        {"metadata": {"authorization_response_iss_parameter_supported": True}},
        "issuer",
    ),
    "unknown account type": ({"userinfo": {"account_type": "9"}}, "claims"),
    "no corporate number": ({"userinfo": {"corporate_number": ""}}, "claims"),
    "false corporate number": ({"userinfo": {"corporate_number": "5011001098993"}}, "claims"),
}

# What the stock client of allauth lets pass (security.md 3), of the ten above.
STOCK_BELIEVES = (
    "alg none",
    "bad signature",
    "wrong nonce",
    "missing id_token",
    "foreign subject in userinfo",
)
STOCK = "/accounts/oidc/stock/login/"


def lie(provider: Provider, name: str) -> str:
    """Make the provider lie. Returns the reason under which this is refused."""
    changes, reason = LIES[name]
    for field, value in changes.items():
        setattr(provider, field, value)
    return reason


@pytest.fixture
def accounts(provider: Provider) -> tuple[User, User]:
    """The person, and the one whose account a foreign subject would open."""
    return (
        person("honest@example.jp", subject=SUBJECT),
        person("victim@example.jp", subject=FOREIGN_SUBJECT),
    )


@pytest.fixture
def stock(provider: Provider, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """allauth's own OpenID Connect client, as its documentation sets it up."""
    settings.SOCIALACCOUNT_ADAPTER = "allauth.socialaccount.adapter.DefaultSocialAccountAdapter"
    settings.ROOT_URLCONF = "tests.accounts.oidc.stock_urls"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "stock",
                    "name": "stock",
                    "client_id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "settings": {"server_url": provider.issuer},
                }
            ]
        }
    }
    monkeypatch.setitem(registry.provider_map, "openid_connect", OpenIDConnectProvider)


def test_honest_provider_signs_in(client: Client, provider: Provider, accounts: tuple) -> None:
    """The control: nothing but the lie makes the difference below."""
    travel(client)
    assert signed_in_as(client) == accounts[0].pk


@pytest.mark.parametrize("name", LIES)
def test_lie_is_refused(client: Client, provider: Provider, accounts: tuple, name: str) -> None:
    reason = lie(provider, name)
    people = User.objects.count()
    response = travel(client)
    assert response.status_code == 403
    assert "サインインを中止しました" in response.content.decode()
    assert signed_in_as(client) is None
    assert "account_authentication_methods" not in client.session
    assert "socialaccount_sociallogin" not in client.session
    assert User.objects.count() == people
    assert SocialAccount.objects.count() == 2
    row = AuditRow.objects.filter(action="signin.refused").latest("pk")
    assert row.detail == {"provider": "gbizid", "reason": reason}


@pytest.mark.parametrize("name", STOCK_BELIEVES)
def test_stock_client_believes_it(
    client: Client, provider: Provider, accounts: tuple, stock: None, name: str
) -> None:
    """The proof that the test above can fail: the same lie opens a session."""
    SocialAccount.objects.update(provider="stock")
    lie(provider, name)
    travel(client, STOCK)
    victim = name == "foreign subject in userinfo"
    assert signed_in_as(client) == accounts[1 if victim else 0].pk


def test_visitor_adds_nothing_to_the_request(client: Client, provider: Provider) -> None:
    """`?scope` and `?auth_params` of a link are ignored."""
    address = (
        f"{LOGIN}?auth_params=acr_values%3Dweak%26prompt%3Dnone&scope=address&process=redirect"
    )
    agree(set_out(client, address))
    query = provider.authorized[-1]
    assert query["scope"] == "openid profile email"
    assert set(query) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    }


def test_stock_client_passes_on_what_the_visitor_adds(
    client: Client, provider: Provider, stock: None
) -> None:
    agree(set_out(client, f"{STOCK}?auth_params=acr_values%3Dweak&scope=address"))
    assert provider.authorized[-1]["acr_values"] == "weak"
    assert "address" in provider.authorized[-1]["scope"].split()


def test_verifier_is_sent_because_the_provider_insists(
    client: Client, provider: Provider, accounts: tuple
) -> None:
    """Without the verifier the code is worth nothing; with ours it is redeemed."""
    back = agree(set_out(client))
    code = next(iter(provider.codes))
    stolen = requests.post(
        f"{provider.issuer}/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"http://testserver{CALLBACK}",
        },
        auth=(CLIENT_ID, CLIENT_SECRET),
        timeout=10,
    )
    assert stolen.status_code == 400
    assert stolen.json()["error_description"] == "code_verifier"
    assert client.get(back).status_code == 403  # the code is spent

    travel(client)
    assert signed_in_as(client) == accounts[0].pk
    assert provider.authorized[-1]["code_challenge_method"] == "S256"
    assert len(provider.token_requests[-1]["code_verifier"]) >= 43
    assert "client_secret" not in provider.token_requests[-1]
