"""Every page of accounts in a real browser: axe finds nothing, and 320 px is wide enough."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.flows.story import follow, press
from tests.screens import save_screen
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
    with page.expect_navigation():
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


def enter(page: Page, user: User, live_app: LiveApp, language: str = "ja") -> None:
    """Sign in without the form, second factor included."""
    client = Client()
    sign_in(client, user)
    cookies = {"session": client.session.session_key, "django_language": language}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": live_app.url} for name, value in cookies.items()]
    )


def official(key: str, role: Role, name: str, *, left: int = 200) -> User:
    """Somebody of 墨田区 whose role must be confirmed within `left` days."""
    user = assign(make_person(f"{key}@example.jp", name=name), role, ward_id=13107)
    confirmed_on = clock.today() + dt.timedelta(days=left - 365)
    with acting(Actor.system("test")):
        user.assignments.update(confirmed_on=confirmed_on)
    return user


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_people_of_a_ward(live_app: LiveApp, small_page: Page, language: str):
    admin = official("admin", Role.WARD_ADMIN, "田中 恵子", left=20)
    person = official("person", Role.REVIEWER, "岡田 進", left=-9)
    enter(small_page, admin, live_app, language)
    revoke = f"/staff/people/roles/{person.assignments.get().pk}/revoke/"
    pages = ("/staff/people/", "/staff/people/invite/", revoke, "/staff/people/confirm/")
    assert_sound(small_page, (*pages, "/staff/people/confirm/?show=all", "/accounts/me/"))


@pytest.mark.parametrize("scripted", [True, False])
def test_roles_are_confirmed_several_at_once(
    live_app: LiveApp, new_page: Callable[..., Page], scripted: bool
):
    admin = official("admin", Role.WARD_ADMIN, "田中 恵子", left=20)
    for key, name, left in (("a", "岡田 進", -9), ("b", "高橋 直樹", 4), ("c", "佐藤 美咲", 300)):
        official(key, Role.REVIEWER, name, left=left)
    page = new_page(java_script_enabled=scripted)
    enter(page, admin, live_app)
    page.goto("/staff/people/")
    save_screen(page, f"people-{'js' if scripted else 'plain'}")
    follow(page.get_by_role("link", name="年次の権限確認をする"))
    save_screen(page, f"people-confirm-{'js' if scripted else 'plain'}")
    for name in ("岡田 進", "高橋 直樹"):
        page.get_by_role("checkbox", name=f"{name}さんの墨田区 担当を選択").check()
    if scripted:
        expect(page.get_by_text("2件を選択中")).to_be_visible()
    press(page, "選んだ役割を終了する")
    expect(page.get_by_text("終了する理由を入力してください").first).to_be_visible()
    assert page.get_by_role("checkbox", checked=True).count() >= 2
    save_screen(page, f"people-confirm-refused-{'js' if scripted else 'plain'}")
    press(page, "選んだ役割を続けてよいと確認する")
    expect(page.get_by_text("2件の役割を確認しました。")).to_be_visible()
    expect(page.get_by_text("いま確認が必要な役割はありません")).to_be_visible()
    follow(page.get_by_role("link", name="すべての役割", exact=False).first)
    expect(page.get_by_role("checkbox", name="を選択")).to_have_count(3)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_role_that_sleeps_is_explained(live_app: LiveApp, small_page: Page, language: str):
    official("admin", Role.WARD_ADMIN, "田中 恵子")
    enter(small_page, official("a", Role.REVIEWER, "岡田 進", left=-9), live_app, language)
    small_page.goto("/accounts/landing/")
    expect(small_page.get_by_text("田中 恵子", exact=False)).to_be_visible()
    save_screen(small_page, f"role-asleep-{language}")
    assert_sound(small_page, ("/accounts/hat/", "/accounts/me/", "/programs/"))


def test_sign_in_works_without_javascript(live_app: LiveApp, new_page: Callable[..., Page]):
    page = new_page(java_script_enabled=False)
    make_person("plain@example.jp")
    sign_in_by_form(page, "plain@example.jp")
    page.goto("/accounts/me/")
    expect(page.get_by_label("氏名", exact=False).first).to_have_value("山田 太郎")
