"""伴走支援 as one story: a firm asks, two advisors come six times, one record is written without a
network, the ward accepts, the engagement ends with its report, the first month's fee is claimed, and the
firm's plan for Stage 2 is evaluated by the advisor who knows it.
"""

import datetime as dt
import uuid

import pytest
from playwright.sync_api import expect

from advisors import services, states
from advisors.claims.models import Claim
from advisors.claims.services import claim_approve
from advisors.models import Engagement, NextAction, Visit, VisitPhoto
from advisors.selectors.claims import accepted_visits
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from subsidies.demo.stories import STAGE_2
from tests.advisors.test_services import picture
from tests.factories import advisors as build
from tests.factories import claims
from tests.factories import subsidies as make
from tests.flows.story import (
    SUMIDA,
    follow,
    looker,
    official,
    owner_of,
    press,
    shipped_call,
    whole_draft,
    write_evaluation,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# A record that has waited longer, of an engagement that the server does not know.
OLDER = """unknown => new Promise(done => {
  const wish = indexedDB.open('machikoba-visits', 1);
  wish.onsuccess = () => {
    const transaction = wish.result.transaction('records', 'readwrite');
    const url = `/visits/cases/${unknown}/record/`;
    transaction.objectStore('records').put({ key: unknown, user: document.documentElement.dataset.user,
      state: 'waiting', message: '', at: 1, url, page: url, label: '株式会社旧工場',
      values: [['key', unknown], ['note', '刃物の棚を見た。']], photos: [] });
    transaction.oncomplete = done;
  };
})"""
SUPPORT = f"{Hat.SUPPORT}:{SUMIDA}"


@pytest.fixture
def scene(transactional_db):
    """A firm, an official, and five advisors in the 名簿: two fit best, one sells something."""
    with acting(make.SYSTEM):
        firm = build.make_firm(name="株式会社大野精機", employees=18)
        it = build.make_advisor(
            name="渡辺 由紀",
            sides=("it",),
            qualifications=("it_coordinator",),
            languages=("ja", "en"),
        )
        floor = build.make_advisor(
            name="小林 修", sides=("floor",), qualifications=("sme_consultant", "factory")
        )
        build.make_advisor(name="山本 実", sides=("it", "floor"), vendors=("工場クラウド",))
        build.make_advisor(name="中村 光", sides=("it",), capacity=1, fields=())
        build.make_advisor(name="加藤 望", sides=("floor",), fields=("sales",), qualifications=())
        build.make_fees()
        return {
            "firm": firm,
            "it": it[0],
            "floor": floor[0],
            "owner": owner_of(firm, "owner@ono-seiki.example.jp", "大野 健"),
            "reviewer": official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子"),
        }


def test_six_visits_one_of_them_written_without_a_network(signed_in, scene):
    look = looker("engagement")
    firm = signed_in(scene["owner"][0], width=390)
    officer = signed_in(scene["reviewer"][0], width=1280)
    phone = signed_in(User.objects.get(pk=scene["it"].user_id), hat=SUPPORT, width=390)
    asked(look, firm)
    chosen(look, officer)
    with acting(make.SYSTEM):
        case = Engagement.objects.get()
        build.back(case, 100)
    prepared(look, phone, case, scene)
    written_in_the_factory(look, phone, case)
    answer_lost(phone, case)
    with acting(make.SYSTEM):
        for actor, days in ((scene["floor"], 20), (scene["it"], 16), (scene["floor"], 12)):
            build.visit(actor, case, days_ago=days)
        assert Visit.objects.exclude(status=states.PLANNED).count() == 6
    confirmed(look, firm, case, scene)
    accepted(officer, scene)
    finished(phone, officer, case)
    claimed(look, phone, officer)
    evaluated(look, firm, phone, scene)


def asked(look, firm):
    firm.goto("/support/")
    follow(firm.get_by_role("link", name="派遣を依頼する"))
    firm.get_by_label("困っていること").fill("日報を紙で書き、月末の集計に3日かかっている。")
    firm.get_by_label("訪問を受けられる曜日と時間").fill("火・木の15時以降")
    firm.get_by_label("生産計画・工程の進み具合").check()
    firm.get_by_label("検討している製品・業者").fill("工場クラウド")
    press(firm, "依頼を送る", refused=True)
    expect(firm.get_by_text("「どうなりたいか」を入力してください")).not_to_have_count(0)
    assert firm.get_by_label("困っていること").input_value().startswith("日報を紙で")
    look(firm, "ask-problems")
    firm.get_by_label("どうなりたいか").fill("集計を半日で終えたい。")
    press(firm, "依頼を送る")
    expect(firm.get_by_text("区の返事をお待ちください")).not_to_have_count(0)


def chosen(look, officer):
    officer.goto("/staff/support/")
    follow(officer.get_by_role("link", name="株式会社大野精機"))
    press(officer, "依頼を受け付ける")
    expect(
        officer.get_by_text("提案：IT担当 渡辺 由紀さん、現場担当 小林 修さん。")
    ).not_to_have_count(0)
    expect(officer.get_by_label("山本 実")).to_have_count(0)
    officer.get_by_text("選べない").first.click()
    expect(officer.get_by_text("工場クラウドと関係がある").first).to_be_visible()
    look(officer, "team")
    press(officer, "この2人で支援を始める")
    expect(officer.locator("h1")).to_have_text("伴走支援", use_inner_text=True)


def prepared(look, phone, case, scene):
    """A first visit with homework, and one planned for a day that has passed."""
    with acting(make.SYSTEM):
        first = build.visit(scene["it"], case, days_ago=40)
        promise = services.Action("firm", "日報の項目を決める", "工場長", clock.today())
        NextAction.objects.create(
            visit=first,
            engagement=case,
            ward_id=case.ward_id,
            firm_id=case.firm_id,
            side=promise.side,
            what=promise.what,
            owner=promise.owner,
            due_on=promise.due_on,
        )
    with acting(scene["it"]):
        plan = services.visit_plan(
            actor=scene["it"],
            engagement_id=case.pk,
            starts_at=build.at(-3, 15),
            ends_at=build.at(-3, 17),
        )
    with acting(make.SYSTEM):
        Visit.objects.filter(pk=plan.pk).update(starts_at=build.at(1, 15), ends_at=build.at(1, 17))
    phone.goto("/visits/")
    expect(phone.get_by_text("日報の項目を決める")).not_to_have_count(0)
    look(phone, "today")


def written_in_the_factory(look, phone, case):
    """No network: kept on the telephone, visible, refused later in words, mended, sent once."""
    follow(phone.get_by_role("link", name="記録を始める"))
    phone.wait_for_load_state()
    expect(phone.get_by_label("開始の時刻")).to_have_value("15:00")
    phone.context.set_offline(True)
    phone.get_by_label("見たこと・話したこと").fill(
        "切粉の量で段取りを変えている。紙の日報を3枚見た。"
    )
    phone.get_by_label("終了の時刻").fill("14:00")
    phone.get_by_label("C-1").check()
    phone.get_by_label("すること").first.fill("日報の3項目を試す")
    phone.get_by_label("期日").first.fill(dt.date.isoformat(clock.today() + dt.timedelta(days=14)))
    photo = picture("red")
    phone.get_by_label("写真").set_input_files(
        [{"name": "line.png", "mimeType": "image/png", "buffer": photo.read()}]
    )
    phone.get_by_role("button", name="記録を送る").click()
    phone.get_by_text("電波が届きません。").wait_for()
    expect(phone.get_by_text("送信待ちの記録が1件あります")).to_be_visible()
    look(phone, "offline")
    assert visits(states.RECORDED) == 1, "only the first visit is there"
    phone.evaluate(OLDER, str(uuid.uuid4()))
    phone.context.set_offline(False)
    phone.get_by_text("この支援はもう開けません。").wait_for()
    phone.get_by_role("status").get_by_text("終了は開始より後の時刻にしてください。").wait_for()
    expect(phone.get_by_label("すること").first).to_have_value("日報の3項目を試す")
    look(phone, "refused")
    stuck = phone.get_by_role("region", name="この端末の記録").get_by_role("listitem").first
    stuck.locator("summary").click()
    expect(stuck.get_by_text("刃物の棚を見た。"), "read here, as its page is gone").to_be_visible()
    phone.once("dialog", lambda dialog: dialog.accept())
    stuck.get_by_role("button", name="消す").click()
    stuck.filter(has_text="開けません").wait_for(state="detached")
    phone.get_by_label("終了の時刻").fill("17:00")
    phone.get_by_role("button", name="記録を送る").click()
    phone.wait_for_url("**/visits/*-*/")
    expect(phone.get_by_text("切粉の量で段取りを変えている。")).not_to_have_count(0)
    with acting(make.SYSTEM):
        sent = Visit.objects.get(note__startswith="切粉")
        assert (sent.status, sent.barriers, sent.minutes) == (states.RECORDED, ["C-1"], 120)
        assert VisitPhoto.objects.get().visit == sent


def answer_lost(phone, case):
    """The server has it, the answer is lost: sent again, written once. A closed tab loses nothing."""
    url = f"/visits/cases/{case.public_id}/record/"
    phone.goto(url)
    phone.get_by_label("訪問の日").fill(dt.date.isoformat(clock.today() - dt.timedelta(days=5)))
    phone.get_by_label("開始の時刻").fill("10:00")
    phone.get_by_label("終了の時刻").fill("11:30")
    phone.get_by_label("見たこと・話したこと").fill("3社の見積を並べた。")
    phone.get_by_text("この端末に下書きを保存しました").wait_for()
    phone.goto("/visits/")
    follow(phone.get_by_role("region", name="この端末の記録").get_by_role("link"))
    phone.get_by_text("この端末の下書きを元に戻しました").wait_for()
    expect(phone.get_by_label("見たこと・話したこと")).to_have_value("3社の見積を並べた。")
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    phone.route("**/record/", lose)
    phone.get_by_role("button", name="記録を送る").click()
    phone.get_by_text("電波が届きません。").wait_for()
    assert lost == [200]
    with acting(make.SYSTEM):
        assert Visit.objects.filter(note="3社の見積を並べた。").count() == 1
    phone.unroute("**/record/")
    phone.get_by_role("button", name="いま送る").click()
    phone.wait_for_url("**/visits/*-*/")
    with acting(make.SYSTEM):
        assert Visit.objects.filter(note="3社の見積を並べた。").count() == 1
    phone.goto("/visits/")
    expect(phone.get_by_text("送信待ちの記録")).not_to_be_visible()


def confirmed(look, firm, case, scene):
    """Once by hand, the others by the service."""
    firm.goto("/my/")
    follow(firm.get_by_role("link", name="記録を読む").first)
    look(firm, "confirm")
    press(firm, "記録のとおりと確認する")
    look(firm, "support")
    owner = scene["owner"][1]
    with acting(owner):
        for row in Visit.objects.filter(status=states.RECORDED):
            services.visit_confirm(actor=owner, visit_id=row.pk)
    press(firm, "済みにする", firm.get_by_role("listitem").filter(has_text="日報の項目を決める"))
    with acting(make.SYSTEM):
        assert NextAction.objects.get(what="日報の項目を決める").done_on == clock.today()


def accepted(officer, scene):
    officer.goto("/staff/support/?tab=visits")
    follow(officer.get_by_role("link", name="株式会社大野精機").first)
    press(officer, "訪問を受理する")
    actor = scene["reviewer"][1]
    with acting(actor):
        for row in Visit.objects.filter(status=states.CONFIRMED):
            services.visit_accept(actor=actor, visit_id=row.pk)
        paid = accepted_visits(
            actor, first=clock.today() - dt.timedelta(days=100), last=clock.today()
        )
    assert len(paid) == 6
    assert sum(row.minutes for row in paid) == 5 * 120 + 90


def finished(phone, officer, case):
    page = f"/visits/cases/{case.public_id}/"
    for button in ("選定に進む", "導入に進む", "定着に進む", "効果測定に進む"):
        phone.goto(page)
        press(phone, button)
    follow(phone.get_by_role("link", name="終了報告を書く"))
    phone.get_by_label("できたこと").fill("日報を端末に替えた。")
    phone.get_by_label("数字で見た効果").fill("月末の集計 24時間→3時間")
    phone.get_by_label("残った課題と次の一歩").fill("見積の履歴を残す。")
    press(phone, "報告を届ける")
    officer.goto(f"/staff/support/cases/{case.public_id}/")
    press(officer, "支援を終える")
    expect(officer.get_by_text("支援終了")).not_to_have_count(0)


def claimed(look, phone, officer):
    """The month of the first visit, which is over: report and fee together, to the approval."""
    phone.goto("/visits/claims/")
    follow(phone.get_by_role("link", name="報告を書いて出す"))
    look(phone, "month")
    press(phone, "報告と請求を区に出す", refused=True)
    expect(
        phone.get_by_text("今月したこと、分かったこと、来月することを入力してください")
    ).not_to_have_count(0)
    phone.get_by_label("今月したこと").fill("工程を一緒に書き出した。")
    phone.get_by_label("分かったこと").fill("紙の日報は使われない欄が半分。")
    phone.get_by_label("来月すること").fill("3項目の日報を試す。")
    press(phone, "報告と請求を区に出す")
    expect(phone.get_by_text("報告と請求を区に出しました")).not_to_have_count(0)
    officer.goto("/staff/support/claims/")
    follow(officer.get_by_role("link", name="請求を開く"))
    look(officer, "claim")
    press(officer, "確認して決裁に回す")
    with acting(make.SYSTEM):
        claim = Claim.objects.get()
        chief = claims.official(Role.APPROVER)
    with acting(chief):
        claim_approve(actor=chief, claim_id=claim.pk)
    phone.reload()
    expect(phone.get_by_text("請求は承認され、支払を待っています")).not_to_have_count(0)


def evaluated(look, firm, phone, scene):
    """What the six visits led to: the plan is shared with the advisor, who judges it for the ward."""
    with acting(make.SYSTEM):
        call = shipped_call(2, budget_yen=10_000_000)
        plan = whole_draft(scene["owner"][1], call, STAGE_2[0])
    firm.goto(f"/apply/{plan.public_id}/evaluation/")
    firm.get_by_label("渡辺 由紀").check(force=True)
    firm.locator("input[name=consent]").check(force=True)
    press(firm, "この相談員に共有する")
    phone.goto("/advice/")
    follow(phone.get_by_role("link", name="計画を読む"))
    follow(phone.get_by_role("link", name="評価を書く"))
    write_evaluation(phone)
    phone.locator("input[name=is_independent]").check(force=True)
    press(phone, "評価の内容を確認する")
    press(phone, "評価を渡す")
    look(phone, "evaluated")
    firm.reload()
    expect(firm.get_by_text("無理のない計画である")).not_to_have_count(0)


def visits(status):
    with acting(make.SYSTEM):
        return Visit.objects.filter(status=status).count()
