"""Every building block in real Chromium: axe, widths, forced colours, no JavaScript, keyboard."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from portal.kernel.actor import Hat
from portal.ui import navigation
from portal.ui.navigation import NavItem
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.flows.story import follow, press
from tests.screens import save_screen

PAGES = {
    "home": "/",
    "queue": "/gallery/queue/",
    "form": "/gallery/form/",
    "form-errors": "/gallery/form/?errors",
    "parts": "/gallery/parts/",
    "charts": "/gallery/charts/",
    "confirm": "/gallery/confirm/",
    "accessibility": "/accessibility/",
    "site-policy": "/site-policy/",
    "error-404": "/gallery/nowhere/",
    "error-500": "/gallery/broken/",
    "error-403": "/gallery/closed/",
    "error-409": "/gallery/conflict/",
}

OpenGallery = Callable[..., Page]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_at_every_width(open_gallery: OpenGallery, name: str) -> None:
    page = open_gallery(PAGES[name])
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        assert_no_sideways_scroll(page)
        if width != 390:
            assert_axe_clean(page)
        save_screen(page, f"ui-{name}")


@pytest.mark.parametrize("name", ["queue", "parts", "charts", "form-errors"])
def test_page_holds_in_forced_colours(open_gallery: OpenGallery, name: str) -> None:
    page = open_gallery(PAGES[name], forced_colors="active")
    assert_axe_clean(page)
    save_screen(page, f"ui-{name}-forced")


def test_a_long_menu_opens_on_a_phone_without_javascript(
    open_gallery: OpenGallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    area = navigation.Area("案件", order=10)
    for name in ("queue", "charts"):
        navigation.register(NavItem(name, f"gallery_{name}", hats={Hat.WARD}, area=area))
    for name in ("form", "parts", "confirm", "broken"):
        navigation.register(NavItem(name, f"gallery_{name}", hats={Hat.WARD}))
    page = open_gallery(PAGES["charts"], width=320, java_script_enabled=False)
    menu = page.get_by_role("navigation", name="主なメニュー")
    expect(menu.get_by_role("link")).to_have_count(0)
    opener = menu.get_by_role("button", name="メニュー 案件 › charts")
    opener.focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link")).to_have_count(7)
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link")).to_have_count(0)
    opener.click()
    follow(menu.get_by_role("link", name="queue"))
    expect(page).to_have_url(re.compile("/gallery/queue/$"))
    page = open_gallery(PAGES["charts"], width=320)
    page.get_by_role("button", name="メニュー 案件").click()
    expect(page.get_by_role("navigation", name="主なメニュー").get_by_role("link")).to_have_count(7)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    expect(page.get_by_role("button", name="メニュー")).to_have_count(0)
    expect(page.get_by_role("navigation", name="主なメニュー").get_by_role("link")).to_have_count(7)


def test_levels_of_the_ward_map_differ_in_forced_colours(open_gallery: OpenGallery) -> None:
    page = open_gallery(PAGES["charts"], forced_colors="active")
    borders = {
        page.locator(f'.ui-tiles [data-lv="{level}"]').first.evaluate(
            "e => getComputedStyle(e).borderTopWidth + getComputedStyle(e).borderTopStyle"
        )
        for level in range(1, 6)
    }
    assert len(borders) == 5


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_holds_no_inline_style_or_script(gallery: str, path: str) -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "ja"})
    html = client.get(path).text
    assert html.count("<h1") == 1
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    scripts = re.findall(r"<script(?![^>]*application/json)([^>]*)>", html)
    assert all("src=" in attributes for attributes in scripts)


def test_no_dead_control_without_javascript(open_gallery: OpenGallery) -> None:
    page = open_gallery(PAGES["queue"], java_script_enabled=False)
    expect(page.locator("[data-check-all]")).to_be_hidden()
    expect(page.get_by_role("button", name="担当者を割り当てる")).to_be_visible()


def test_plotly_draws_over_the_chart_and_the_chart_is_there_without_it(
    open_gallery: OpenGallery,
) -> None:
    page = open_gallery(PAGES["charts"])
    expect(page.locator("[data-drawn] .main-svg").first).to_be_visible()
    expect(page.locator(".ui-fallback").first).to_be_hidden()
    plain = open_gallery(PAGES["charts"], java_script_enabled=False)
    expect(plain.locator('.ui-fallback[data-size="wide"]')).to_be_visible()
    expect(plain.locator('.ui-fallback[data-size="narrow"]')).to_be_hidden()


def test_line_labels_do_not_overlap(open_gallery: OpenGallery) -> None:
    for width, size in ((1280, "wide"), (390, "narrow")):
        page = open_gallery(PAGES["charts"], width=width, java_script_enabled=False)
        labels = page.locator(f'.ui-fallback[data-size="{size}"] .ui-lines__label')
        boxes = sorted((labels.nth(i).bounding_box() for i in range(3)), key=lambda b: b["y"])
        for upper, lower in pairwise(boxes):
            apart_x = upper["x"] + upper["width"] <= lower["x"] + 1 or (
                lower["x"] + lower["width"] <= upper["x"] + 1
            )
            # A CJK line box is about twice as high as its letters.
            assert apart_x or lower["y"] - upper["y"] >= upper["height"] * 0.6


def test_keyboard_moves_selects_and_searches(open_gallery: OpenGallery) -> None:
    page = open_gallery(PAGES["queue"])
    expect(page.locator("[data-count]")).to_have_text("行を選ぶと一括操作できます")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody tr").nth(1).locator("th a")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1件を選択中")
    page.locator("[data-check-all] input").check()
    expect(page.locator("[data-count]")).to_have_text("8件を選択中")
    page.keyboard.press("/")
    expect(page.get_by_label("企業名・受付番号")).to_be_focused()
    page.keyboard.type("jx")
    expect(page.get_by_label("企業名・受付番号")).to_have_value("jx")


def test_keyboard_shortcuts_can_be_switched_off(open_gallery: OpenGallery) -> None:
    page = open_gallery("/gallery/queue/?tab=mine")
    page.get_by_text("キーボード操作", exact=True).click()
    press(page, "キーボード操作を切る")
    assert page.url.endswith("/gallery/queue/?tab=mine")
    page.keyboard.press("j")
    expect(page.locator("[data-cursor]")).to_have_count(0)
    page.get_by_text("キーボード操作", exact=True).click()
    expect(page.get_by_role("button", name="キーボード操作を使う")).to_be_visible()


def test_error_summary_takes_focus_and_leads_to_each_field(open_gallery: OpenGallery) -> None:
    page = open_gallery(PAGES["form-errors"])
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    assert links.count() == 11
    for index in range(links.count()):
        target = links.nth(index).get_attribute("href")
        assert page.locator(target).evaluate("e => e.matches('input,select,textarea')"), target
    expect(page).to_have_title(re.compile("^エラー："))
    links.first.click()
    expect(page.get_by_label("会社名")).to_be_focused()


def test_draft_is_saved_two_seconds_after_typing(open_gallery: OpenGallery) -> None:
    page = open_gallery("/gallery/autosave/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_label("会社名").fill("株式会社大森精機")
    assert "株式会社大森精機" in (sent.value.post_data or "")
    expect(page.locator("[data-autosave-status]")).to_contain_text("に下書きを保存しました")


def test_typed_text_outlives_the_session(open_gallery: OpenGallery, gallery: str) -> None:
    page = open_gallery("/gallery/autosave/")
    page.context.add_cookies([{"name": "gone", "value": "1", "url": gallery}])
    page.get_by_label("会社名").fill("書きかけの会社")
    expect(page.locator("[data-autosave-status]")).to_contain_text(
        "入力内容はこの画面に残っています"
    )
    page.goto("/accessibility/")  # the visitor's page where the sign-in would be
    page.context.clear_cookies(name="gone")
    page.goto("/gallery/autosave/")
    expect(page.get_by_label("会社名")).to_have_value("書きかけの会社")
    expect(page.locator("[data-autosave-status]")).to_contain_text("元に戻しました")


def test_characters_left_are_counted(open_gallery: OpenGallery) -> None:
    page = open_gallery("/gallery/autosave/")
    page.get_by_label("導入の計画").fill("あ" * 390)
    expect(page.locator("[data-chars]")).to_have_text("あと10字入力できます")
    page.get_by_label("導入の計画").fill("あ" * 402)
    expect(page.locator("[data-chars]")).to_have_text("2字多すぎます")
    expect(page.get_by_label("導入の計画")).to_have_value("あ" * 402)


def test_language_switch_keeps_the_page(open_gallery: OpenGallery) -> None:
    page = open_gallery("/gallery/queue/?tab=mine", java_script_enabled=False)
    press(page, "English")
    assert page.url.endswith("/gallery/queue/?tab=mine")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("button", name="日本語")).to_be_visible()
