"""Every route × every role, with data present that could leak."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.access_matrix import (
    EVERYBODY,
    MATRIX,
    ROW_DECIDES,
    SIGN_IN_PREFIXES,
    SIGNED_IN,
)
from tests.support.people import client_of
from tests.support.world import CANARY, STAFF, arguments, build_world, routes

pytestmark = pytest.mark.slow

# Who may read of the firm by name.
MAY_READ = {"owner", "reviewer", "approver", "ward_admin", "auditor"}


def test_every_route_has_its_line():
    unknown = {
        name for name, _ in routes() if name not in MATRIX and not name.startswith(SIGN_IN_PREFIXES)
    }
    assert not unknown, f"without a line in access_matrix.py: {sorted(unknown)}"
    gone = MATRIX.keys() - {name for name, _ in routes()}
    assert not gone, f"lines without a route: {sorted(gone)}"


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The world, built once for all people; rolled back after the last."""
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with django_db_blocker.unblock(), transaction.atomic():
        with acting(Actor.system("test")):
            yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The world as it was built; what one person did there is undone before the next comes."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)
    cache.clear()


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "ignore")


def outcome(response):
    """open, closed (404) or sign in."""
    if response.status_code == 404:
        return "closed"
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return "sign in"
    assert response.status_code < 500, response.status_code
    return "open"


def expected(name, person):
    allowed = MATRIX[name]
    if allowed == EVERYBODY:
        return "open"
    if person == "visitor":
        return "sign in"
    return "open" if allowed == SIGNED_IN or person in allowed else "closed"


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_matrix_holds(person, world):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    wrong, leaks = [], []
    for name in MATRIX:
        address = reverse(name, args=arguments(name, world))
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        found = outcome(response)
        if name in ROW_DECIDES and found == "closed":
            continue
        if found != expected(name, person):
            wrong.append(f"{name}: {found} ({response.status_code}), not {expected(name, person)}")
        if person not in MAY_READ and CANARY in body_of(response):
            leaks.append(name)
    assert not wrong, "\n".join(wrong)
    assert not leaks, f"{person} reads of the firm on {leaks}"


@pytest.mark.parametrize("person", list(STAFF))
def test_staff_without_a_second_factor_get_no_further(person, world):
    from portal.accounts.models import User
    from tests.support.people import sign_in

    client = Client()
    sign_in(client, User.objects.get(pk=world["people"][person]), factors=())
    for name in MATRIX:
        if MATRIX[name] in (EVERYBODY, SIGNED_IN):
            continue
        response = client.get(reverse(name, args=arguments(name, world)))
        assert response.status_code in (302, 403, 404), f"{name}: {response.status_code}"
        assert CANARY not in body_of(response)


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_editor_opens_to_administrators_only(person, world):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    response = client.get("/cms/", follow=False)
    is_open = response.status_code == 200
    assert is_open == (person in {"ward_admin", "sysadmin"}), response.status_code
