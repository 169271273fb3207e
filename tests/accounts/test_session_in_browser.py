"""static/session.js in a real browser: the warning, going on, other tabs, the end."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from playwright.sync_api import Page, expect

from portal.accounts import sessions
from portal.accounts.roles import Role
from tests.accounts import totp
from tests.accounts.test_pages_in_browser import enter
from tests.accounts.test_pages_in_browser import official as official_of
from tests.accounts.test_second_factor import enrol
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.flows.story import follow
from tests.screens import save_screen
from tests.support.people import PASSWORD, assign, make_person
from tests.support.processes import LiveApp

SOON = "あと3分でサインアウトします"


@pytest.fixture
def official(live_app: LiveApp):
    return assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=13107)


@pytest.fixture
def open_page(live_app: LiveApp, new_page: Callable[..., Page], official):
    """A page of the official whose time (in the browser) the test moves on."""

    def opened(path: str = "/accounts/me/", *, language: str = "ja", **options) -> Page:
        page = new_page(**options)
        enter(page, official, live_app, language)
        page.clock.install()
        page.goto(path)
        return page

    return opened


def age(page: Page, *, idle: int = 0, since_sign_in: int = 0) -> None:
    """Let the session be older by so many seconds, as the server counts."""
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "session"]
    session = SessionStore(cookie["value"])
    session[sessions.SEEN] -= idle
    session[sessions.STARTED] -= since_sign_in
    session.save()


def pass_time(page: Page, minutes: float) -> None:
    age(page, idle=int(minutes * 60), since_sign_in=int(minutes * 60))
    page.clock.fast_forward(int(minutes * 60 * 1000))


def seen(page: Page) -> int:
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "session"]
    return SessionStore(cookie["value"])[sessions.SEEN]


def test_three_minutes_before_the_end_one_press_goes_on(open_page):
    page = open_page()
    page.get_by_label("氏名", exact=False).first.fill("書きかけの 氏名")
    pass_time(page, 11)
    dialog = page.get_by_role("alertdialog", name="まもなくサインアウトします")
    expect(dialog).to_be_hidden()
    pass_time(page, 1.1)
    expect(dialog).to_contain_text(SOON)
    expect(page.get_by_role("button", name="続ける")).to_be_focused()
    assert_axe_clean(page)
    save_screen(page, "session-soon")
    before = seen(page)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert seen(page) - before > 11 * 60
    expect(page.get_by_label("氏名", exact=False).first).to_have_value("書きかけの 氏名")
    # And again the next time.
    pass_time(page, 12.1)
    expect(dialog).to_contain_text(SOON)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    pass_time(page, 11)
    expect(dialog).to_be_hidden()


def test_the_minutes_count_down(open_page):
    page = open_page()
    pass_time(page, 12.1)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text(SOON)
    pass_time(page, 1)
    expect(dialog).to_contain_text("あと2分で")
    pass_time(page, 1)
    expect(dialog).to_contain_text("あと1分以内に")


def test_who_works_in_another_tab_is_left_alone(open_page):
    page = open_page()
    pass_time(page, 12.1)
    expect(page.get_by_role("alertdialog")).to_contain_text(SOON)
    other = page.context.new_page()
    other.goto("/accounts/hat/")
    other.close()
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_after_the_end_it_leads_back_to_the_same_page(open_page, official):
    page = open_page()
    pass_time(page, 16)
    dialog = page.get_by_role("alertdialog", name="サインアウトしました")
    expect(dialog).to_be_visible()
    save_screen(page, "session-over")
    assert_axe_clean(page)
    follow(page.get_by_role("link", name="サインインし直す"))
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    page.get_by_label("メールアドレス").fill(official.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_what_was_typed_is_there_again_after_signing_in(live_app: LiveApp, new_page):
    admin = official_of("admin", Role.WARD_ADMIN, "田中 恵子")
    other = official_of("other", Role.REVIEWER, "岡田 進")
    seed = enrol(admin)
    page = new_page()
    enter(page, admin, live_app)
    page.clock.install()
    path = f"/staff/people/roles/{other.assignments.get().pk}/revoke/"
    page.goto(path)
    page.get_by_label("取り消す理由", exact=False).fill("10月の人事異動で")
    pass_time(page, 16)
    follow(page.get_by_role("link", name="サインインし直す"))
    page.get_by_label("メールアドレス").fill(admin.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.locator("#id_code").fill(totp.code(seed))
    page.locator("main form:has(#id_code) button").first.click()
    page.wait_for_url(f"**{path}")
    expect(page.get_by_label("取り消す理由", exact=False)).to_have_value("10月の人事異動で")


def test_the_twelfth_hour_cannot_be_put_off(open_page):
    page = open_page()
    age(page, since_sign_in=12 * 3600 - 170)
    page.reload()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("サインインから12時間たつため、あと3分で")
    expect(page.get_by_role("button", name="続ける")).to_be_hidden()
    page.get_by_role("button", name="閉じる").click()
    expect(dialog).to_be_hidden()
    with page.expect_response("**/accounts/session/"):
        pass_time(page, 1)
    page.wait_for_timeout(100)  # the answer is read and the next question planned
    expect(dialog).to_be_hidden()
    pass_time(page, 2)
    expect(page.get_by_role("alertdialog", name="サインアウトしました")).to_be_visible()


def test_a_press_that_does_not_get_through_is_said(open_page):
    page = open_page()
    pass_time(page, 12.1)
    expect(page.get_by_role("alertdialog")).to_contain_text(SOON)
    page.context.set_offline(True)
    page.get_by_role("button", name="続ける").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("続けられませんでした")
    page.context.set_offline(False)
    page.get_by_role("button", name="続ける").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_fits_a_telephone(open_page, language: str):
    page = open_page(language=language, width=320)
    pass_time(page, 12.1)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    assert_no_sideways_scroll(page)
    assert_axe_clean(page)
    save_screen(page, f"session-soon-{language}")


def test_without_javascript_there_is_the_sentence_alone(open_page):
    page = open_page(java_script_enabled=False)
    expect(page.get_by_text("操作がないまま15分たつと")).to_be_visible()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
