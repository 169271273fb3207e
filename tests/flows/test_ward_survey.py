"""実態調査 as one story: an official begins a wave, an owner answers by the mail's link on a phone, and 1-KSI
moves when the wave closes.
"""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kpi.models import Quotient
from kpi.surveys.models import Asked, Draft, Wave
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import ward_surveys as surveys
from tests.flows.story import SUMIDA, follow, looker, official, press

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def scene(transactional_db):
    """Four firms of 墨田区 and an official."""
    with acting(surveys.SYSTEM):
        surveys.firms(4, ward=SUMIDA)
        return official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子")


def test_from_the_plan_to_the_figure(signed_in, narrow_page, scene):
    look = looker("ward-survey")
    officer = signed_in(scene[0], width=1280)
    begin(look, officer)
    with acting(surveys.SYSTEM):
        first, second, *_rest = surveys.asked(Wave.objects.get())
        surveys.answered(second, {**surveys.LONG, "state": "none"})
        secret = surveys.secret(first)
    answer(look, narrow_page, f"/surveys/a/{secret}/")
    on_paper(look, officer)
    close(look, officer)


def begin(look, page):
    page.goto("/surveys/")
    look(page, "回の一覧")
    follow(page.get_by_role("link", name="調査を計画する"))
    today = clock.today()
    page.get_by_label("調査の名称").fill("令和8年度 町工場デジタル化実態調査")
    page.get_by_label("始める日").fill(str(today))
    page.get_by_label("締切").fill(str(today + dt.timedelta(days=28)))
    look(page, "計画")
    press(page, "計画を保存する")
    press(page, "調査を始める")
    expect(page.get_by_text("まだ答えていない4社")).to_be_visible()
    look(page, "実施中")


def answer(look, page, address):
    page.goto(address)
    look(page, "お願い")
    follow(page.get_by_role("link", name="答え始める"))
    expect(page.get_by_role("heading", level=1)).to_have_text("デジタル化・DXへの取り組み")
    press(page, "保存して次へ")
    expect(
        page.get_by_text("「いまの取り組みに近いものを1つ」を選んでください。").first
    ).to_be_visible()
    look(page, "答えていない設問")
    page.get_by_label("取り組みを検討している").check(force=True)
    press(page, "保存して次へ")
    press(page, "保存してあとで続ける")
    # Another day, the same mail.
    page.goto(address)
    follow(page.get_by_role("link", name="続きから答える"))
    expect(page.get_by_role("heading", level=1)).to_have_text("いまの生産性をどう見ていますか")
    page.get_by_label("十分に高く、直す必要はない").check(force=True)
    press(page, "保存して次へ")
    page.get_by_label("特に利点とは思わない").check(force=True)
    press(page, "保存して次へ")
    expect(page.get_by_role("heading", level=1)).to_have_text("確かめて送る")
    look(page, "確かめて送る")
    press(page, "回答を送る")
    expect(page.get_by_role("heading", level=1)).to_have_text("ありがとうございました")
    look(page, "お礼")
    with acting(surveys.SYSTEM):
        assert Draft.objects.count() == 2


def on_paper(look, page):
    page.goto("/surveys/")
    follow(page.get_by_role("link", name="進み具合を見る"))
    follow(page.get_by_role("link", name="答えていない企業を見る"))
    look(page, "答えていない企業")
    follow(page.locator("tbody a").first)
    follow(page.get_by_role("link", name="調査票・聞き取りを入力する"))
    page.get_by_label("郵送の調査票").check(force=True)
    page.get_by_label("答えた人").fill("調査票の記入者")
    page.get_by_label("回答の日").fill(str(clock.today()))
    page.get_by_label("すでに取り組んでいる（取り組みを終えた）").check(force=True)
    page.get_by_label("十分に高く、直す必要はない").check(force=True)
    page.get_by_label("特に利点とは思わない").check(force=True)
    look(page, "調査票の入力")
    press(page, "回答を記録する")
    expect(page.get_by_text("調査票の記入者さんの回答")).to_be_visible()
    look(page, "1社の記録")


def close(look, page):
    page.goto("/surveys/")
    follow(page.get_by_role("link", name="進み具合を見る"))
    with acting(surveys.SYSTEM):
        assert not Quotient.objects.exists()
        assert Asked.objects.filter(status="answered").count() == 3
    press(page, "いま締め切る")
    follow(page.get_by_role("link", name="結果を見る").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("66.7%")
    look(page, "結果")
    with acting(surveys.SYSTEM):
        found = Quotient.objects.get(indicator="1-KSI")
        assert (found.n, round(100 * found.numerator / found.denominator, 1)) == (
            3,
            Decimal("66.7"),
        )
        wave = Wave.objects.get()
    page.goto(f"/surveys/{wave.public_id}/paper/")
    look(page, "調査票")
