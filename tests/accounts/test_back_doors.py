"""Exactly one password form: no other address signs anybody in."""

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from portal.accounts import services
from portal.accounts.roles import Role
from tests.support.people import PASSWORD, assign, make_person, sign_in

DOORS = (
    "/cms/login/",
    "/cms/password_reset/",
    "/cms/password_reset/confirm/Mg/set-password/",
    "/admin/login/",
    "/django-admin/login/",
    "/accounts/login/code/",
)


@pytest.mark.parametrize("path", DOORS)
def test_a_password_alone_opens_no_session_elsewhere(db: None, path: str):
    user = assign(make_person("a@example.jp"), Role.WARD_ADMIN, ward_id=13107)
    client = Client()
    data = {"username": user.email, "email": user.email, "login": user.email, "password": PASSWORD}
    answer = client.post(path, data)
    assert answer.status_code in {302, 403, 404, 405}
    assert "_auth_user_id" not in client.session
    page = client.get(path)
    assert 'type="password"' not in page.content.decode()
    if page.status_code == 302:
        assert page["Location"].startswith(("/accounts/login/", "/cms/login/"))


def _routes(patterns: list, prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        found += (
            [route] if isinstance(pattern, URLPattern) else _routes(pattern.url_patterns, route)
        )
    return found


def test_the_editors_own_way_in_is_a_redirect(db: None):
    routes = [r for r in _routes(get_resolver().url_patterns) if r.startswith("cms/")]
    assert [r for r in routes if "login" in r or "password_reset" in r] == ["cms/login/"]
    assert Client().get("/cms/login/?next=/cms/")["Location"] == "/accounts/login/?next=/cms/"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.WARD_ADMIN, 200), (Role.REVIEWER, 200), (Role.ADVISOR, 404)]
)
def test_the_editor_opens_for_its_people_only(db: None, role: Role, status: int):
    client = Client()
    user = assign(make_person("a@example.jp"), role, ward_id=13107)
    services.let_into_editor(user)
    sign_in(client, user)
    assert client.get("/cms/").status_code == status
    assert client.get("/cms/users/").status_code in {302, 404}
