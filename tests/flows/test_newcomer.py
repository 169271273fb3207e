"""支援ナビ as one story: a newcomer without an account in use finds out what helps, tries a diagnosis, reads
a call, signs in, registers the firm, and begins an application with the answers given before.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.kernel.database import acting
from portal.navi.models import NaviResult
from programs.models import Firm
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.flows.story import choose_all, follow, looker, press, shipped_call
from tests.programs.books import corporate_number
from tests.support.people import PASSWORD, make_person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def newcomer(transactional_db):
    """A person without a firm, and the open call that 墨田区 gets for the first stage."""
    with acting(make.SYSTEM):
        shipped_call(1, 5_000_000)
        return make_person("new@hokusai.example.jp", name="北斎 太郎")


def test_from_the_home_page_to_an_application_with_the_answers(new_page, newcomer):
    look = looker("newcomer")
    page = new_page(width=390)
    asked(look, page)
    tried(look, page)
    signed_in(look, page, newcomer)
    applied(look, page)
    in_english(look, page)


def go(page, name):
    follow(page.get_by_role("link", name=name).first)


def asked(look, page):
    page.goto("/")
    look(page, "トップ")
    go(page, "支援ナビで探す")
    look(page, "はじめ")
    go(page, "質問に答える")
    # Nothing chosen: said in words, on the same page.
    press(page, "次へ", refused=True)
    expect(page.get_by_text("1つ選んでください").first).to_be_visible()
    look(page, "答えがない")
    page.get_by_label("工場や事務所は、どの区にありますか").select_option("13107")
    press(page, "次へ")
    page.get_by_label("常時使用する従業員は何人ですか").fill("１８")
    look(page, "人数")
    press(page, "次へ")
    page.get_by_label("日報・伝票・見積を").check(force=True)
    page.get_by_label("何から始めればよいか").check(force=True)
    press(page, "次へ")
    page.get_by_label("まだ何もしていない").check(force=True)
    press(page, "次へ")
    page.get_by_label("週に1〜3時間").check(force=True)
    press(page, "次へ")
    # Back: the answer is still chosen.
    page.go_back()
    expect(page.get_by_label("週に1〜3時間")).to_be_checked()
    press(page, "次へ")
    page.get_by_label("半年くらい").check(force=True)
    press(page, "次へ")
    page.get_by_label("どれにも当てはまらない").check(force=True)
    look(page, "要件")
    press(page, "次へ")
    choose_all(page, "yes")
    page.get_by_label("満何年になりますか").fill("12年")
    look(page, "区だけの要件")
    press(page, "結果を見る")
    expect(page.get_by_role("heading", name="いま使える支援")).to_be_visible()
    expect(page.get_by_text("この補助金の要件を満たします").first).to_be_visible()
    look(page, "結果")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "結果（広い画面）")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="答えを消す")).to_be_hidden()
    page.emulate_media(media="screen")


def tried(look, page):
    go(page, "診断を試す")
    look(page, "診断を試す")
    press(page, "試す", page.get_by_role("region", name="DXの4段階", exact=True))
    for value in ("most", "some", "some", "no"):
        choose_all(page, value)
        press(page, "次へ" if value != "no" else "結果を見る")
    expect(page.get_by_text("まだ、どこにも保存していません")).to_be_visible()
    look(page, "試した結果")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "試した結果（携帯）")
    go(page, "支援ナビへ進む")
    go(page, "続きに進む")
    go(page, "募集の内容を読む")
    expect(page.get_by_role("heading", name="いくら補助されるか")).to_be_visible()
    page.go_back()


def signed_in(look, page, newcomer):
    press(page, "申請を始める")
    page.get_by_label("メールアドレス").fill(newcomer.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="サインイン", exact=True).click()
    # Back at the result: the firm is not registered yet.
    expect(page.get_by_role("heading", name="いま使える支援")).to_be_visible()
    press(page, "申請を始める")
    expect(page.get_by_text("先に、企業を登録してください").first).to_be_visible()
    look(page, "企業の登録")
    page.get_by_label("法人", exact=True).check(force=True)
    page.get_by_label("法人番号").fill(corporate_number(7))
    page.get_by_label("企業名（屋号）").fill("株式会社北斎製作所")
    page.get_by_label("代表者の氏名").fill("北斎 太郎")
    page.get_by_label("業種").select_option("24")
    page.get_by_label("従業員数").fill("18")
    page.get_by_label("郵便番号").fill("131-0041")
    page.get_by_label("電話番号").fill("03-1111-2222")
    press(page, "郵便番号から住所を入力")
    address = page.get_by_label("本社の所在地")
    address.fill(f"{address.input_value()}1-2-3")
    press(page, "登録")
    expect(page.get_by_role("heading", name="いま使える支援")).to_be_visible()


def applied(look, page):
    # What was tried waits on the firm's page, and is taken over with one button.
    page.goto("/my/")
    expect(page.get_by_text("支援ナビの結果から始める").first).to_be_visible()
    look(page, "マイページ")
    go(page, "試した診断を、自社の診断として残す")
    press(page, "自社の診断として残す")
    expect(page.get_by_role("heading", name="次の3つの手")).to_be_visible()
    page.goto("/navi/result/")
    press(page, "申請を始める")
    # Only the oath is left: it is given on its own page alone.
    expect(page.get_by_text("次のことを誓約できますか")).to_be_visible()
    look(page, "誓約")
    page.get_by_label("はい", exact=True).check(force=True)
    press(page, "次へ")
    with acting(make.SYSTEM):
        draft, firm, row = Application.objects.get(), Firm.objects.get(), NaviResult.objects.get()
    assert draft.eligibility["employees"] == "18"
    assert draft.eligibility["years"] == "12年"
    assert "日報・伝票・見積" in draft.answers["problem"]
    assert row.firm_id == draft.firm_id == firm.pk
    look(page, "要件の確認の結果")
    page.goto(reverse("subsidies:task_list", args=[draft.public_id]))
    page.goto(reverse("navi:kept"))
    look(page, "これまでの結果")
    page.goto(reverse("navi:kept_one", args=[row.public_id]))
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "残した結果")


def in_english(look, page):
    page.goto(reverse("navi:result"))
    with page.expect_navigation():
        page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Support for you now")
    look(page, "English")
    page.set_viewport_size({"width": 320, "height": 700})
    look(page, "English（320）")
    page.goto(reverse("navi:question", args=["checks"]))
    look(page, "English, question")
    page.goto(reverse("diagnosis:try"))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
