"""Every page of accounts in a real browser: axe finds nothing, and 320 px is wide enough."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from portal.accounts.roles import Role
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.support.people import PASSWORD, assign, make_person, sign_in
from tests.support.processes import LiveApp

PUBLIC = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/invitation/gone/",
    "/accounts/inactive/",
)
OWN = (
    "/accounts/me/",
    "/accounts/hat/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/3rdparty/",
)
STAFF = ("/accounts/second-factor/",)


def sign_in_by_form(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def assert_sound(page: Page, paths: tuple[str, ...]) -> None:
    for path in paths:
        page.goto(path)
        assert page.url.endswith(path), f"{path} went to {page.url}"
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)


@pytest.fixture
def small_page(new_page: Callable[..., Page]) -> Page:
    return new_page(width=320)


def test_pages_for_everybody(live_app: LiveApp, small_page: Page):
    assert_sound(small_page, PUBLIC)


def test_pages_of_ones_own(live_app: LiveApp, small_page: Page):
    sign_in_by_form(small_page, make_person("own@example.jp").email)
    assert_sound(small_page, OWN)


def test_the_first_page_of_an_official(live_app: LiveApp, small_page: Page):
    user = assign(make_person("new@example.jp"), Role.REVIEWER, ward_id=13107)
    sign_in_by_form(small_page, user.email)
    assert_sound(small_page, STAFF)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_people_of_a_ward(live_app: LiveApp, small_page: Page, language: str):
    admin = assign(make_person("admin@example.jp"), Role.WARD_ADMIN, ward_id=13107)
    person = assign(make_person("person@example.jp"), Role.REVIEWER, ward_id=13107)
    client = Client()
    sign_in(client, admin)
    cookies = {"session": client.session.session_key, "django_language": language}
    small_page.context.add_cookies(
        [{"name": name, "value": value, "url": live_app.url} for name, value in cookies.items()]
    )
    revoke = f"/staff/people/roles/{person.assignments.get().pk}/revoke/"
    assert_sound(small_page, ("/staff/people/", "/staff/people/invite/", revoke))


def test_sign_in_works_without_javascript(live_app: LiveApp, new_page: Callable[..., Page]):
    page = new_page(java_script_enabled=False)
    make_person("plain@example.jp")
    sign_in_by_form(page, "plain@example.jp")
    page.goto("/accounts/me/")
    assert page.get_by_label("氏名", exact=False).first.input_value() == "山田 太郎"
