"""診断 as one story: a firm finds out where it stands and what holds it back, asks for advisors with that,
and its ward reads what the firm lets it see.
"""

import pytest
from playwright.sync_api import expect

from advisors.models import SupportRequest
from portal.accounts.roles import Role
from portal.kernel.database import acting
from programs.diagnosis.models import Consent, Diagnosis
from tests.factories import subsidies as make
from tests.flows.story import SUMIDA, looker, official, owner_of, press

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def scene(transactional_db):
    """A firm with a site, its owner, an official, an open call."""
    with acting(make.SYSTEM):
        firm = make.make_firm(name="株式会社大野精機", employees=18)
        make.make_call(ward=SUMIDA)
        return {
            "firm": firm,
            "owner": owner_of(firm, "owner@ono-seiki.example.jp", "大野 健"),
            "reviewer": official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子"),
        }


def test_from_the_first_question_to_a_request_and_the_wards_card(signed_in, scene):
    look = looker("diagnosis")
    firm = signed_in(scene["owner"][0], width=390)
    officer = signed_in(scene["reviewer"][0], width=1280)
    phases(look, firm)
    troubles(look, firm)
    asked(look, firm)
    read(look, officer)


def begin(page, name):
    page.goto("/my/diagnosis/")
    card = page.get_by_role("region", name=name, exact=True)
    press(page, "始める", card)


def choose(page, *labels):
    for label in labels:
        page.get_by_label(label, exact=True).check(force=True)


def phases(look, page):
    page.goto("/my/diagnosis/")
    look(page, "診断を選ぶ")
    begin(page, "DXの4段階")
    expect(page.get_by_role("heading", level=1)).to_have_text("現状をつかむ")
    look(page, "設問")
    # A question left out is named, and what was chosen is still chosen.
    first = page.get_by_role("group", name="受注から出荷までの流れを、図や表に書き出している")
    first.get_by_label("できている").check(force=True)
    press(page, "保存して次へ")
    expect(page.get_by_text("エラー").or_(page.locator(".ui-error")).first).to_be_visible()
    expect(first.get_by_label("できている")).to_be_checked()
    for value in ("most", "some", "some", "no"):
        for field in page.locator(f"input[type=radio][value={value}]").all():
            field.check(force=True)
        press(page, "保存して次へ" if value != "no" else "結果を見る")
    expect(page.get_by_role("heading", name="次の3つの手")).to_be_visible()
    expect(page.get_by_text("段階2").first).to_be_visible()
    look(page, "結果")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "結果（広い画面）")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("現場の人が選んだ1つの作業で、まず試す").check(force=True)
    press(page, "備えを記録する")
    expect(page.get_by_label("現場の人が選んだ1つの作業で、まず試す")).to_be_checked()


def troubles(look, page):
    begin(page, "困りごとと壁の聞き取り")
    choose(page, "直す所がある。5年以内に手を打たないと経営が危うい")
    press(page, "保存して次へ")
    choose(page, "製品ごとの原価が分からず、もうかる仕事を選べない")
    press(page, "保存して次へ")
    choose(page, "自社専用の仕組みを作ってもらう")
    press(page, "保存して次へ")
    # The branch: why nothing ready-made was chosen.
    expect(page.get_by_role("heading", level=1)).to_have_text("既製のものを選ばなかった理由")
    choose(page, "仕事が特別で、既製品は合わない")
    press(page, "保存して次へ")
    choose(page, "導入や運用の費用")
    press(page, "保存して次へ")
    choose(page, "特に魅力はない")
    press(page, "保存して次へ")
    expect(page.get_by_role("heading", name="解決を止めている壁")).to_be_visible()
    look(page, "壁")


def asked(look, page):
    link = page.get_by_role("link", name="アドバイザーの派遣を依頼する")
    with page.expect_navigation():
        link.first.click()
    trouble = page.get_by_label("困っていること")
    expect(trouble).to_have_value(
        "製品ごとの原価が分からず、もうかる仕事を選べない\n"
        "A-1 自社は特別で既製品は合わない\nC-1 費用を負担する余裕がない"
    )
    look(page, "診断から始まる依頼")
    page.get_by_label("どうなりたいか").fill("月に1回、製品ごとの原価を見たい")
    page.get_by_label("訪問を受けられる曜日と時間").fill("火曜の15時以降")
    page.get_by_label("この診断の結果と答えを、依頼する区").check(force=True)
    press(page, "依頼を送る")
    expect(page.get_by_role("link", name="診断の結果を読む")).to_be_visible()
    with acting(make.SYSTEM):
        assert SupportRequest.objects.get().diagnosis.instrument == "hearing"
        assert Consent.objects.count() == 2
        assert Diagnosis.objects.count() == 2


def read(look, page):
    with acting(make.SYSTEM):
        asked = SupportRequest.objects.get()
        firm = asked.firm
    page.goto(f"/staff/support/requests/{asked.public_id}/")
    expect(page.get_by_text("C-1 費用を負担する余裕がない").first).to_be_visible()
    look(page, "依頼を読む")
    page.goto(f"/staff/firms/{firm.public_id}/")
    event = page.get_by_role("link", name="診断「困りごとと壁の聞き取り」の結果が出ました")
    expect(event).to_be_visible()
    # The other one was not agreed to.
    expect(page.get_by_text("DXの4段階")).to_have_count(0)
    look(page, "企業カルテ")
    with page.expect_navigation():
        event.click()
    expect(page.get_by_text("企業の同意を得て読んでいます")).to_be_visible()
    look(page, "区が読む結果")
