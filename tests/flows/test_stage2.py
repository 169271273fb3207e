"""Stage 2 as one story: an advisor evaluates the plan, the committee scores it, the ward selects and
decides; the plan changes, the project is reported and inspected, and the money is paid.

What other stories tell click by click (a change, a report, a claim) is filed by the services here.
"""

import datetime as dt

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from subsidies.committee.models import ReviewRound
from subsidies.committee.services import member_add
from subsidies.demo.stories import STAGE_2
from subsidies.grants import services
from subsidies.grants.plan import plan_of
from subsidies.models import Call, Grant
from subsidies.rules import expenses
from tests.factories import committee
from tests.factories import evaluation as advice
from tests.factories import subsidies as make
from tests.flows.story import (
    SUMIDA,
    choose_all,
    follow,
    looker,
    official,
    owner_of,
    press,
    shipped_call,
    wait_for,
    whole_draft,
    write_evaluation,
)
from tests.subsidies.grants import money
from tests.subsidies.grants.people import columns, filed
from tests.support.people import assign


@pytest.fixture
def scene(transactional_db):
    """A firm whose draft lacks the evaluation alone, and everybody who will deal with it."""
    with acting(make.SYSTEM):
        call = shipped_call(2, budget_yen=10_000_000)
        firm = make.make_firm(name="株式会社大野精機", employees=18, capital_yen=10_000_000)
        owner = owner_of(firm, "owner@ono-seiki.example.jp", "大野 健")
        advisor = advice.advisor_actor(name="渡辺 由紀", email="watanabe@advice.example")
        members = [committee.member_actor(name=name) for name in ("鈴木 恵", "高橋 実")]
        people = {actor.name: User.objects.get(pk=actor.user_id) for actor in (*members, advisor)}
        # The evaluator sits on the ward's committee as well.
        assign(people["渡辺 由紀"], Role.COMMITTEE, ward_id=SUMIDA)
        return {
            "call": call,
            "owner": owner,
            "plan": whole_draft(owner[1], call, STAGE_2[0]),
            "advisor": people["渡辺 由紀"],
            "members": [people[actor.name] for actor in members],
            "reviewer": official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子"),
            "approver": official(Role.APPROVER, "kessai@city.example.jp", "佐藤 一郎"),
        }


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_from_the_evaluation_of_the_plan_to_the_payment(signed_in, start_celery_worker, scene):
    start_celery_worker(concurrency=1)
    look = looker("stage2")
    firm = signed_in(scene["owner"][0], width=390)
    officer = signed_in(scene["reviewer"][0], width=1280)
    chief = signed_in(scene["approver"][0], width=1280)
    evaluated(
        look, firm, signed_in(scene["advisor"], hat=f"{Hat.SUPPORT}:{SUMIDA}", width=390), scene
    )
    number = submitted(look, firm, scene)
    reviewed(look, officer, number, scene)
    scored(look, signed_in(scene["members"][0], width=390), scene)
    selected(look, officer, chief, firm, scene)
    decided(look, officer, chief, firm, number, scene)
    changed(look, officer, chief, firm, number, scene)
    paid(look, officer, firm, number, scene)


def evaluated(look, firm, advisor, scene):
    """The firm shares its plan, the advisor comments and hands the evaluation over."""
    here = f"/apply/{scene['plan'].public_id}/"
    firm.goto(here)
    look(firm, "tasks")
    follow(firm.get_by_role("link", name="続きを入力する"))
    expect(firm.get_by_role("heading", name="計画の妥当性評価")).to_be_visible()
    look(firm, "share")
    press(firm, "この相談員に共有する", refused=True)
    expect(firm.locator(".ui-error, .ui-errors"), "nothing was chosen").not_to_have_count(0)
    look(firm, "share-missing")
    firm.get_by_label("渡辺 由紀").check(force=True)
    firm.locator("input[name=consent]").check(force=True)
    press(firm, "この相談員に共有する")
    look(firm, "shared")

    advisor.goto("/advice/")
    look(advisor, "advice")
    follow(advisor.get_by_role("link", name="計画を読む"))
    box = advisor.locator("[id='answers.effect']")
    box.locator("summary").click()
    box.get_by_label("助言").fill("停止の理由を分けて、まず1週間記録してください。")
    press(advisor, "助言を送る", within=box)
    look(advisor, "plan")
    follow(advisor.get_by_role("link", name="評価を書く"))
    write_evaluation(advisor)
    press(advisor, "評価の内容を確認する")
    expect(advisor.get_by_text("利害関係")).not_to_have_count(0)
    look(advisor, "evaluation-missing")
    advisor.locator("input[name=is_independent]").check(force=True)
    press(advisor, "評価の内容を確認する")
    look(advisor, "evaluation-check")
    press(advisor, "評価を渡す")
    look(advisor, "handed-over")

    firm.goto(f"{here}evaluation/")
    expect(firm.get_by_text("停止の理由を分けて")).to_be_visible()
    look(firm, "evaluation")


def submitted(look, firm, scene):
    """The firm submits; returns the receipt number."""
    firm.goto(f"/apply/{scene['plan'].public_id}/")
    follow(firm.get_by_role("link", name="続きを入力する"))
    firm.locator("input[name=submit-consent]").check(force=True)
    look(firm, "check-answers")
    press(firm, "申請する")
    look(firm, "done")
    return firm.locator(".ui-receipt").inner_text()


def reviewed(look, officer, number, scene):
    """The ward checks, and draws the committee without the evaluator."""
    officer.goto(f"/staff/applications/{number}/")
    choose_all(officer, "ok")
    look(officer, "case")
    press(officer, "書類確認を完了する")

    officer.goto("/staff/reviews/")
    follow(officer.get_by_role("link", name="審査を作る"))
    officer.fill("[name=due_on]", (clock.today() + dt.timedelta(days=14)).isoformat())
    officer.fill("[name=per_case]", "2")
    press(officer, "審査を作る")
    reviewer = scene["reviewer"][1]
    with acting(reviewer):
        round_ = ReviewRound.objects.get(call=scene["call"])
        for user in scene["members"]:
            member_add(
                actor=reviewer,
                round_id=round_.pk,
                user_id=user.pk,
                is_chair=user == scene["members"][0],
                vendors="",
            )
    officer.goto(f"/staff/reviews/{round_.pk}/member/")
    officer.locator("[name=user]").select_option(label="渡辺 由紀")
    look(officer, "member")
    press(officer, "加える")
    press(officer, "案件を取り込み、割り当てる")
    expect(officer.get_by_text("除斥1件")).to_be_visible()
    look(officer, "drawn")
    follow(officer.get_by_role("link", name="案件1", exact=True).first)
    expect(officer.get_by_text("妥当性評価").first).to_be_visible()
    expect(officer.get_by_text("渡辺 由紀：")).to_be_visible()
    look(officer, "excluded")
    officer.goto(f"/staff/reviews/{round_.pk}/")
    press(officer, "審査を始める")


def scored(look, member, scene):
    """One member scores by hand, the other by the services."""
    member.goto("/review/")
    follow(member.get_by_role("link", name="利益相反の申告へ", exact=True))
    member.get_by_label("どれにも当てはまらない", exact=True).check()
    press(member, "申告して進む")
    for row in member.locator("fieldset.ui-score").all():
        if row.locator("input[name^=score-]").count():
            row.locator("input[value='4']").check(force=True)
    member.get_by_label("採択を推薦する", exact=True).check()
    member.fill("[name=overall]", "停止の理由まで測る計画で、効果を後で確かめられる。")
    look(member, "sheet")
    press(member, "採点内容を確認する")
    press(member, "採点を提出する")
    with acting(make.SYSTEM):
        row = ReviewRound.objects.get(call=scene["call"]).assignments.select_related(
            "user", "case", "round"
        ).get(user=scene["members"][1])  # fmt: skip
        codes = [item["code"] for item in scene["call"].version.rules["scoring"]["criteria"]]
        committee.score(row, scores=dict.fromkeys(codes, 4), comments={})


def selected(look, officer, chief, firm, scene):
    """採択 by two officials; the firm reads it."""
    call = scene["call"]
    officer.goto("/staff/reviews/")
    follow(officer.get_by_role("link", name="「生産性向上」補助金").first)
    look(officer, "results")
    press(officer, "審査を終える")
    officer.goto(f"/staff/selections/{call.pk}/propose/")
    officer.get_by_label("起案の理由").fill("審査会の結論のとおり採択する。")
    look(officer, "select")
    press(officer, "決裁に回す")
    chief.goto(f"/staff/selections/{call.pk}/")
    follow(chief.get_by_role("link", name="決裁に進む"))
    press(chief, "採択を決定する")
    look(chief, "selected")
    officer.goto(f"/staff/selections/{call.pk}/quotes/")
    press(officer, "チェックした申請を確認済みにする")
    firm.goto(f"/apply/{scene['plan'].public_id}/result/")
    expect(firm.get_by_role("heading", name="採択されました")).to_be_visible()
    look(firm, "own-result")


def decided(look, officer, chief, firm, number, scene):
    """交付決定 by two officials; only now may the firm order."""
    officer.goto(f"/staff/applications/{number}/propose/")
    officer.fill("textarea[name=reason]", "要件を満たし、審査会で採択された。")
    look(officer, "propose")
    press(officer, "決裁に回す")
    chief.goto(f"/staff/applications/{number}/approve/")
    look(chief, "decide")
    press(chief, "交付を決定する")
    firm.goto(f"/apply/{scene['plan'].public_id}/status/")
    expect(firm.get_by_role("heading", name="発注できます")).to_be_visible()
    look(firm, "granted")


def changed(look, officer, chief, firm, number, scene):
    """計画変更: filed by the firm, proposed and decided by two officials."""
    owner = scene["owner"][1]
    with acting(owner):
        grant = Grant.objects.get(receipt_no=number)
        lines = [expenses.as_input(item) for item in plan_of(grant)]
    lines[0]["unit_price"] -= 50_000
    filed(
        grant,
        "change",
        owner,
        why="センサーの価格が下がったため。",
        purpose="no",
        lines=lines,
        ends_on=make.YEAR_END.isoformat(),
    )
    officer.goto(f"/staff/grants/{number}/")
    follow(officer.get_by_role("link", name="内容を確認する"))
    look(officer, "change")
    follow(officer.get_by_role("link", name="起案する"))
    officer.fill("textarea[name=reason]", "事業の目的は変わらず、やむを得ない。")
    press(officer, "決裁に回す")
    chief.goto(f"/staff/grants/{number}/")
    follow(chief.get_by_role("link", name="決裁に進む"))
    look(chief, "change-ruling")
    press(chief, "起案のとおり決定する")
    firm.goto(f"/grants/{scene['plan'].public_id}/")
    look(firm, "changed")


def paid(look, officer, firm, number, scene):
    """実績報告 with its evidence, 検査, 額の確定, 請求, 支払."""
    owner, reviewer, approver = (scene[key][1] for key in ("owner", "reviewer", "approver"))
    here = f"/grants/{scene['plan'].public_id}/"
    with acting(make.SYSTEM):
        grant = Grant.objects.get(receipt_no=number)
    report = money.reported(grant, firm=owner)
    firm.goto(f"/filings/{report.public_id}/")
    look(firm, "reported")
    officer.goto(f"/staff/grants/{number}/")
    follow(officer.get_by_role("link", name="内容を確認する"))
    choose_all(officer, "ok")
    look(officer, "inspection")
    press(officer, "検査の結果を保存する")
    with acting(reviewer):
        ruling = services.filing_propose(
            actor=reviewer, filing_id=report.pk, outcome="approve", reason="計画に沿っている。"
        )
    with acting(approver):
        services.ruling_approve(
            actor=approver, ruling_id=ruling.pk, seen=ruling.prepared_at.isoformat()
        )
    firm.goto(here)
    look(firm, "finalised")
    money.claimed(grant, firm=owner)
    officer.goto("/staff/payments/")
    officer.locator("input[name=pk]").first.check(force=True)
    look(officer, "payments")
    press(officer, "選んだものを支払済にする")
    firm.goto(here)
    wait_for(firm, firm.get_by_role("link", name="通知書（PDF）"))
    look(firm, "paid")
    officer.goto(f"/staff/grants/{number}/")
    look(officer, "grant-paid")
    with acting(make.SYSTEM):
        grant.refresh_from_db()
        assert grant.status == "paid"
        assert grant.paid_yen == grant.final_yen <= grant.decided_yen
        assert columns(grant) == (grant.paid_yen, 0, 0, grant.paid_yen)
        assert Call.objects.get(pk=grant.call_id).left_yen == 10_000_000 - grant.paid_yen
