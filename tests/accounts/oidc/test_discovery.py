"""What the provider publishes is fetched once an hour, keys once more when one is unknown."""

import pytest
from django.test import Client

from tests.accounts.oidc import jws
from tests.accounts.oidc.hostile import SUBJECT, Provider
from tests.accounts.oidc.journey import LOGIN, person, signed_in_as, travel

DOCUMENT, KEYS = "/.well-known/openid-configuration", "/jwks"


def test_cached_between_sign_ins(client: Client, provider: Provider) -> None:
    person("honest@example.jp", subject=SUBJECT)
    for _ in range(3):
        travel(client)
    assert provider.fetched.count(DOCUMENT) == 1
    assert provider.fetched.count(KEYS) == 1


def test_changed_key_is_fetched_at_once(client: Client, provider: Provider) -> None:
    user = person("honest@example.jp", subject=SUBJECT)
    travel(client)
    client.logout()
    provider.key = jws.RsaKey("k2")
    travel(client)
    assert signed_in_as(client) == user.pk
    assert provider.fetched.count(KEYS) == 2


def test_unknown_key_is_looked_for_once_only(client: Client, provider: Provider) -> None:
    person("honest@example.jp", subject=SUBJECT)
    travel(client)
    client.logout()
    provider.published = [provider.key.published()]
    provider.key = jws.RsaKey("k3")
    travel(client)
    assert signed_in_as(client) is None
    assert provider.fetched.count(KEYS) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"userinfo_endpoint": None},
        {"jwks_uri": 5},
    ],
)
def test_document_of_somebody_else_is_refused(
    client: Client, provider: Provider, changes: dict
) -> None:
    provider.metadata = changes
    assert client.post(LOGIN).status_code == 403
    assert provider.authorized == []


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_both_algorithms(client: Client, provider: Provider, algorithm: str) -> None:
    user = person("honest@example.jp", subject=SUBJECT)
    key = jws.RsaKey("k9") if algorithm == "RS256" else jws.EcKey("k9")
    provider.published = [key.published()]
    provider.forge = lambda _, claims: jws.token(claims, alg=algorithm, kid="k9", sign=key.sign)
    travel(client)
    assert signed_in_as(client) == user.pk


def test_token_without_key_id_needs_a_single_key(client: Client, provider: Provider) -> None:
    user = person("honest@example.jp", subject=SUBJECT)
    key = provider.key
    provider.forge = lambda _, claims: jws.token(claims, alg="RS256", kid=None, sign=key.sign)
    travel(client)
    assert signed_in_as(client) == user.pk
    client.logout()
    provider.published = [key.published(), jws.RsaKey("k2").published()]
    provider.forge = lambda _, claims: jws.token(claims, alg="RS256", kid=None, sign=key.sign)
    from django.core.cache import cache

    cache.clear()
    travel(client)
    assert signed_in_as(client) is None
