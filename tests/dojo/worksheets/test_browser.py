"""A firm fills the calculator on a phone, without JavaScript, and hands it in."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dojo.worksheets.models import Worksheet
from portal.kernel.database import acting
from tests.axe import assert_no_sideways_scroll
from tests.factories import dojo as courses
from tests.factories import worksheets as make
from tests.flows.story import follow, press
from tests.screens import save_screen

NARROW = 390


@pytest.fixture
def seat(transactional_db):
    with acting(courses.SYSTEM):
        return make.seat(lecturer=courses.lecturer_actor())


def test_the_calculator_is_filled_on_a_phone_without_javascript(signed_in, seat):
    owner, _enrolment, _cohort = seat
    page = signed_in(owner.user_id, width=NARROW, java_script_enabled=False)
    page.goto(reverse("worksheets:start"))
    page.get_by_label("投資の計算").check()
    press(page, "作り始める")
    for label, typed in (
        ("何への投資か", "生産管理クラウド"),
        ("初期費用", "１，２００，０００円"),
        ("毎年の費用", "十二万"),
    ):
        page.get_by_label(label).fill(typed)
    press(page, "保存して次へ")
    # What cannot be read stays in its field, with how to type it.
    expect(page.get_by_label("毎年の費用")).to_have_value("十二万")
    expect(page.get_by_label("初期費用")).to_have_value("１，２００，０００円")
    expect(page.locator("main")).to_contain_text("円の単位で", use_inner_text=True)
    page.get_by_label("毎年の費用").fill("120,000")
    press(page, "保存して次へ")
    for label, typed in (
        ("減る作業時間", "15.5"),
        ("1時間の人件費", "2,800"),
        ("減るほかの費用", "60000"),
    ):
        page.get_by_label(label).fill(typed)
    press(page, "保存して次へ")
    press(page, "計算し直す")
    said = page.locator("main").inner_text()
    for words in ("回収期間", "正味現在価値", "内部収益率", "580,800円"):
        assert words in said
    expect(page.locator("svg.ws-cash:visible")).to_have_count(1)
    assert_no_sideways_scroll(page)
    save_screen(page, "worksheets-calculator")
    page.get_by_label("割引率").fill("8")
    press(page, "保存して次へ")
    follow(page.get_by_role("link", name="確かめて提出する"))
    press(page, "講師に提出する")
    expect(page.locator("main")).to_contain_text("講師の講評を待っています", use_inner_text=True)
    with acting(courses.SYSTEM):
        assert Worksheet.objects.get().status == "handed_in"
