"""NUL bytes in cookies, forms, queries and paths end in an ordinary answer."""

from contextlib import suppress

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.accounts.roles import Role
from portal.accounts.services import let_into_editor
from tests.support.people import assign, make_person, sign_in
from tests.support.world import routes

pytestmark = pytest.mark.django_db
NUL = "\x00"
SETTINGS = "/accounts/me/"


@pytest.fixture
def visitor(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", ["session", "csrf", "django_language", "shortcuts", "messages"])
def test_cookies(visitor: Client, name):
    visitor.cookies[name] = NUL + 31 * "a"
    assert visitor.get("/accounts/login/").status_code == 200
    assert visitor.get("/healthz").status_code == 200
    # Like any visitor: to the sign-in page, and from there in.
    assert visitor.get("/my/")["Location"] == "/accounts/login/?next=/my/"
    assert visitor.post("/accounts/login/", {"login": "a@example.jp"}).status_code == 200


def test_a_session_cookie_with_nul_is_none(visitor: Client):
    sign_in(visitor, make_person("owner@example.jp"), factors=())
    assert visitor.get(SETTINGS).status_code == 200
    visitor.cookies["session"] = visitor.cookies["session"].value + NUL
    assert visitor.get(SETTINGS)["Location"] == f"/accounts/login/?next={SETTINGS}"


def test_other_cookies_stay(visitor: Client):
    sign_in(visitor, make_person("owner@example.jp"), factors=())
    visitor.cookies["django_language"] = f"en{NUL}"
    answer = visitor.get(SETTINGS)
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "ja")


@pytest.mark.parametrize("key", ["next", "q", "page", "sort", "ward", "year", "status", "code"])
def test_queries_of_every_page_for_everybody(visitor: Client, key):
    for name, _entry in routes():
        with suppress(NoReverseMatch):  # the address of one thing
            address = reverse(name)
            assert visitor.get(address, {key: f"a{NUL}"}).status_code < 500, address


@pytest.mark.parametrize(
    "path",
    [
        "cms/workflows/tasks/add/a%00b/a%00b/",
        "cms/images/chooser/chosen/a%00b/",
        "cms/documents/chooser/chosen/a%00b/",
        "staff/applications/a%00b/",
        "%00",
    ],
)
def test_paths(visitor: Client, path):
    """Of the editor too, whose own pages take any text for a key."""
    admin = assign(make_person("admin@example.jp"), Role.SYSADMIN)
    let_into_editor(admin)
    sign_in(visitor, admin)
    assert visitor.get("/cms/").status_code == 200
    answer = visitor.get(f"/{path}")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_forms(visitor: Client, page):
    address = f"a{NUL}@example.jp"
    typed = {"login": address, "email": address, "password": NUL, "password1": 14 * NUL}
    assert visitor.post(f"/accounts/{page}/", typed | {"name": NUL}).status_code == 200
    assert visitor.get(f"/accounts/{page}/?next=%00").status_code == 200


@pytest.mark.parametrize(
    "link",
    [
        "invitation/%00/",
        "confirm-email/%00/",
        "password/reset/key/%00-%00/",
        "password/reset/key/1-set-password/",
        "prove-again/?next=%00",
    ],
)
def test_links(visitor: Client, link):
    assert visitor.get(f"/accounts/{link}").status_code < 500
