"""Providers to sign in at, and the portal configured for them."""

from collections.abc import Iterator

import oidc_provider_mock
import pytest
import requests
from pytest_django.fixtures import Settings

from tests.accounts.oidc import hostile
from tests.accounts.oidc.hostile import Provider


def _configure(settings: Settings, issuer: str) -> None:
    settings.GBIZID_ISSUER = issuer
    settings.GBIZID_CLIENT_ID = hostile.CLIENT_ID
    settings.GBIZID_CLIENT_SECRET = hostile.CLIENT_SECRET
    settings.GBIZID_SCOPES = ["openid", "profile", "email"]


@pytest.fixture
def provider(settings: Settings, db: None) -> Iterator[Provider]:
    """Our own provider, honest until told otherwise."""
    with hostile.running() as running:
        _configure(settings, running.issuer)
        yield running


@pytest.fixture
def foreign_provider(settings: Settings, db: None) -> Iterator[str]:
    """A provider by other people (oidc-provider-mock, on Authlib). Its address."""
    with oidc_provider_mock.run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        _configure(settings, issuer)
        yield issuer


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> list:
    """What the registry tells the apps above."""
    from portal.accounts.gbizid import registry  # not before Django is set up

    told: list = []
    monkeypatch.setattr(registry, "_hooks", [lambda user, identity: told.append((user, identity))])
    return told


def set_person(issuer: str, subject: str, claims: dict) -> None:
    """Make a person known at the foreign provider."""
    answer = requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10)
    answer.raise_for_status()
