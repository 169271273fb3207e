"""A ward changes its scheme: one official edits and tries, another publishes; a firm sees it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.flows.story import follow, press
from tests.screens import save_screen

pytestmark = pytest.mark.slow


@pytest.fixture
def told(transactional_db):
    """A first-come call with two applications, the money for one, and the people of the ward."""
    with acting(make.SYSTEM):
        call = make.make_call(budget_yen=600_000)
        for _number in range(2):
            make.make_submitted(call=call)
        people = {
            role: User.objects.get(pk=make.official_actor(make.SUMIDA, role).user_id)
            for role in (Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN)
        }
    return {"call": call, "scheme": call.version.scheme, **people}


def look(page, name):
    """Clean, and a picture to look at."""
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, f"office-{name}")


def test_from_the_edit_to_the_next_version(signed_in, told):
    editor = signed_in(told[Role.REVIEWER], width=1280)
    editor.goto("/staff/schemes/")
    look(editor, "schemes")
    follow(editor.get_by_role("link", name=told["scheme"].name))
    look(editor, "scheme")
    press(editor, "改正案を作る")
    follow(editor.get_by_role("link", name="補助率・上限・端数"))
    editor.get_by_label("補助率").fill("5/4")
    press(editor, "保存する", refused=True)
    expect(editor.get_by_text("0より大きく1以下の分数").first).to_be_visible()
    look(editor, "part-error")
    editor.get_by_label("補助率").fill("1/2")
    press(editor, "保存する")
    follow(editor.get_by_role("link", name="申請書の設問", exact=True))
    look(editor, "list")
    follow(editor.get_by_role("link", name="追加する"))
    look(editor, "item")
    editor.get_by_label("設問", exact=False).first.fill("クラウドを使いますか")
    editor.locator("#id_task").select_option("plan")
    editor.locator("#id_kind").select_option("yes_no")
    press(editor, "保存する")
    follow(editor.get_by_role("link", name="改正案に戻る"))
    follow(editor.get_by_role("link", name="昨年度の申請で試す"))
    editor.locator("#year").fill(str(told["call"].fiscal_year))
    press(editor, "試算する")
    expect(editor.get_by_role("main")).to_contain_text(
        "2件中、この規則では0件が不交付", use_inner_text=True
    )
    look(editor, "trial")
    follow(editor.get_by_role("link", name="改正案に戻る"))
    follow(editor.get_by_role("link", name="企業が見る申請書の見本"))
    look(editor, "preview")
    follow(editor.get_by_role("link", name="改正案に戻る"))
    follow(editor.get_by_role("link", name="いまの版とのちがい"))
    expect(editor.get_by_role("main")).to_contain_text("ちがうところ：2か所", use_inner_text=True)
    look(editor, "compare")
    editor.go_back()
    editor.get_by_label("改正の要旨").fill("率を2分の1にし、クラウドの設問を加える。")
    press(editor, "決裁に回す")
    look(editor, "proposed")

    approver = signed_in(told[Role.APPROVER], width=1280)
    approver.goto(editor.url)
    look(approver, "publish")
    press(approver, "次の版として公開する")
    expect(approver.get_by_role("main")).to_contain_text("第2版を公開しました", use_inner_text=True)
    approver.goto(reverse("subsidies:call_detail", args=[told["call"].pk]))
    expect(approver.get_by_role("main")).to_contain_text("2分の1", use_inner_text=True)


def test_the_money_of_a_call(signed_in, told):
    page = signed_in(told[Role.WARD_ADMIN], width=390)
    page.goto("/staff/budgets/")
    look(page, "budgets")
    follow(page.get_by_role("link", name=told["scheme"].name))
    expect(page.get_by_text("1件が予算待ちです")).to_be_visible()
    look(page, "call")
    follow(page.get_by_role("link", name="予算を変える"))
    look(page, "budget")
    page.get_by_label("予算額").fill("1200000")
    page.get_by_label("変更の理由").fill("補正予算")
    press(page, "変更する")
    expect(page.get_by_text("予算待ちです")).to_have_count(0)
    follow(page.get_by_role("link", name="日程を変える"))
    look(page, "call-edit")
