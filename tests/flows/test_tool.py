"""An introduced tool from its first week to the quarterly review, told by the advisor on a telephone."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from tests.factories import adoption
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.flows.story import SUMIDA, follow, looker, official, press

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
NAME = "生産管理クラウド"
WEEKS = 14


@pytest.fixture
def scene(transactional_db):
    """(the advisor, the engagement): a support that has gone on for a hundred days."""
    with acting(make.SYSTEM):
        office = official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子")[1]
        it = build.make_advisor(name="渡辺 由紀", sides=("it",), qualifications=("it_coordinator",))
        floor = build.make_advisor(name="小林 修", sides=("floor",), qualifications=("engineer",))
        firm = build.make_firm(name="株式会社大野精機", employees=18)
        case = build.engage(office, it[1], floor[1], firm=firm, days=100)
        return User.objects.get(pk=it[0].user_id), case


def test_from_the_first_week_to_the_quarterly_review(signed_in, scene):
    advisor, case = scene
    look = looker("tool")
    phone = signed_in(advisor, hat=f"{Hat.SUPPORT}:{SUMIDA}", width=390)
    first = adoption.started(WEEKS)
    begun(phone, case, first)
    pasted(look, phone, first)
    reviewed(look, phone)


def begun(phone, case, first):
    """The tool, and the figures of its first week typed."""
    phone.goto(f"/tools/cases/{case.public_id}/new/")
    phone.get_by_label("ツールの名前").fill(NAME)
    phone.get_by_label("対象の業務").fill("日報の記入と月末の集計")
    phone.get_by_label("利用開始日").fill(f"{first:%Y/%m/%d}")
    phone.get_by_label("使うはずの人数").fill("１０")
    phone.get_by_label("推進の担当").fill("工場長")
    press(phone, "ツールを記録する")
    expect(phone.get_by_text(f"記録のない週が{WEEKS}週あります")).to_be_visible()
    follow(phone.get_by_role("link", name="数字を記録する").first)
    phone.get_by_label("記録する週").select_option(first.isoformat())
    phone.get_by_label("ログインした人数").fill("3")
    phone.get_by_label("入力した件数").fill("60")
    phone.get_by_label("入力するはずだった件数").fill("50")
    press(phone, "数字を記録する", refused=True)
    expect(phone.get_by_text("取り違えていないか").first).to_be_visible()
    expect(phone.get_by_label("入力した件数"), "what was typed stays").to_have_value("60")
    phone.get_by_label("入力した件数").fill("30")
    phone.get_by_label("入力するはずだった件数").fill("100")
    press(phone, "数字を記録する")
    expect(phone.get_by_text(f"記録のない週が{WEEKS - 1}週あります")).to_be_visible()


def pasted(look, phone, first):
    """The other weeks as a table: a column that nobody knows is named, nothing is taken in; then all."""
    table = adoption.lines(adoption.GOOD[1:WEEKS], first=first + dt.timedelta(days=7))
    follow(phone.get_by_role("link", name="表から取り込む"))
    phone.get_by_label("表を貼り付ける").fill(table.replace("ログインした人数", "ログイン率", 1))
    press(phone, "取り込む", refused=True)
    expect(phone.get_by_text("1行目に、この表にない見出しがあります（ログイン率）")).to_be_visible()
    assert phone.get_by_label("表を貼り付ける").input_value().count("\n") == WEEKS - 1
    look(phone, "wrong-column")
    phone.get_by_label("表を貼り付ける").fill(table)
    press(phone, "取り込む")
    expect(phone.get_by_text(f"新しい週 {WEEKS - 1}")).to_be_visible()
    expect(phone.locator("h1 + p").get_by_text("目標どおり"), "the light").to_be_visible()
    expect(phone.locator("svg.ui-curve[data-size=narrow]")).to_be_visible()
    look(phone, "curve-and-light")


def reviewed(look, phone):
    """The first page of the day asks for the review, and does so no more when it is recorded."""
    phone.goto("/visits/")
    task = phone.get_by_role("link", name=f"3か月の振り返りを記録する（{NAME}）")
    look(phone, "today")
    follow(task)
    phone.get_by_label("振り返りをした日").fill(f"{clock.today():%Y/%m/%d}")
    phone.get_by_label("経営者が出席した").check(force=True)
    phone.get_by_label("現場の声").fill("夜勤は入力する端末まで遠い。")
    press(phone, "振り返りを記録する", refused=True)
    assert phone.get_by_label("現場の声").input_value().startswith("夜勤"), "what was typed stays"
    phone.get_by_label("決めたこと").fill("工場長が、2台目の端末を検査場に置く。")
    phone.get_by_label("次に確かめる日").fill(f"{clock.today() + dt.timedelta(days=90):%Y/%m/%d}")
    press(phone, "振り返りを記録する")
    expect(phone.get_by_text("2台目の端末")).to_be_visible()
    look(phone, "reviewed")
    phone.goto("/visits/")
    assert not task.count()
