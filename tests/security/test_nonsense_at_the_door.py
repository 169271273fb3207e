"""NUL bytes in cookies, forms and links of the sign-in pages end in an ordinary answer."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
NUL = "\x00"


@pytest.fixture
def visitor(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", ["csrf", "django_language", "shortcuts", "messages"])
def test_cookies(visitor: Client, name):
    visitor.cookies[name] = NUL + 31 * "a"
    assert visitor.get("/accounts/login/").status_code == 200


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
