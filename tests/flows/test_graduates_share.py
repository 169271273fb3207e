"""What a graduation is worth: confirmed on the screen, it lets a firm into the graduates' share of
Stage 1 with the shortened form, and is cited with its points in the ranking of Stage 3.

The budget runs out for others meanwhile, and what one firm gives back lets the next in.
"""

import re

import pytest
from playwright.sync_api import expect

from portal.kernel import clock
from portal.kernel.database import acting
from tests.flows.story import follow, looker, owner_of, pdf_text, press, shipped_call, whole_draft
from tests.flows.test_first_application import (
    answer_checks,
    fill_form,
    fill_quote,
    quote,  # noqa: F401 - a fixture
)

SUMIDA = 13107
AMOUNT = 499_000


@pytest.fixture
def scene(transactional_db):
    """A call with money for two, half of it for graduates; two general applications came first.

    A third firm's owner has been to the Dojo on every evening and has handed in the plan.
    """
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from subsidies.models import Call
    from tests.factories import dojo
    from tests.factories import subsidies as make
    from tests.factories.programs import MembershipFactory
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        call = make.make_call(budget_yen=2 * AMOUNT)
        Call.objects.filter(pk=call.pk).update(reserved_yen=AMOUNT)
        reviewer = make.official_actor()
        early = [make.make_proposed(call=call, reviewer=reviewer) for _number in range(2)]
        people = {}
        for key, firm in (("first", early[0].firm), ("second", early[1].firm)):
            people[key] = make_person(f"{key}@example.jp", name=f"社長 {key}")
            MembershipFactory(firm=firm, user=people[key], role=Role.FIRM_OWNER)
        firm = make.make_firm(name="株式会社どうじょう製作所", employees=9)
        people["graduate"], owner = owner_of(firm, "dojo@example.jp", "道場 修")
        cohort = dojo.make_cohort(reviewer)
        seat = dojo.apply(owner, cohort)
        dojo.held(cohort)
        dojo.attend(reviewer, seat, "ppppp")
        people["reviewer"] = User.objects.get(pk=reviewer.user_id)
        people["approver"] = assign(
            make_person("kessai@city.example.jp", name="佐藤 一郎"), Role.APPROVER, ward_id=SUMIDA
        )
    return {
        "call": call,
        "early": early,
        "cohort": cohort,
        "owner": owner,
        "office": reviewer,
        **people,
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_share_and_the_queue(signed_in, scene, quote):  # noqa: F811
    look = looker("quota")
    reviewer = signed_in(scene["reviewer"], width=1280)
    approver = signed_in(scene["approver"], width=1280)
    dojo = signed_in(scene["graduate"], width=390)
    certificate = graduated(reviewer, approver, dojo, scene["cohort"])

    def decide(number):
        approver.goto(f"/staff/applications/{number}/approve/")
        press(approver, "交付を決定する")

    first, second = scene["early"]

    # The first general application takes what is not kept for graduates; the second waits.
    decide(first.receipt_no)
    expect(approver.locator("main").get_by_text("交付決定").first).to_be_visible()
    decide(second.receipt_no)
    expect(approver.get_by_text("修了者の枠を除くと足りません").first).to_be_visible()
    look(approver, "waits-for-money")
    waiting = signed_in(scene["second"], width=390)
    waiting.goto(f"/apply/{second.public_id}/status/")
    expect(waiting.get_by_role("heading", name="まだ発注できません")).to_be_visible()
    look(waiting, "waiting-firm")

    # A graduate applies later, with fewer questions, and is decided before the one who waits.
    dojo.goto(f"/programs/{scene['call'].pk}/")
    expect(dojo.get_by_text("修了者の枠です").first).to_be_visible()
    look(dojo, "call")
    press(dojo, "申請を始める")
    answer_checks(dojo)
    follow(dojo.get_by_role("link", name="申請の入力へ進む"))
    look(dojo, "short-form")
    follow(dojo.get_by_role("link", name="続きを入力する"))
    fill_form(dojo)
    dojo.locator("[name='0-category']").select_option("software")
    dojo.fill("[name='0-description']", "日報システム")
    dojo.fill("[name='0-unit_price']", "665,999")
    press(dojo, "保存して次へ")
    fill_quote(dojo, quote)
    for code in ("registry", "tax"):
        section = dojo.locator(f"[id='documents.{code}']")
        section.locator("input[type=file]").first.set_input_files(quote)
        press(dojo, re.compile("アップロードする"), within=section)
    press(dojo, "次へ進む")
    expect(dojo.get_by_text("いま困っていること"), "graduates are not asked that").to_have_count(0)
    dojo.locator("input[name=submit-consent]").check(force=True)
    press(dojo, "申請する")
    number = dojo.locator(".ui-receipt").inner_text()

    reviewer.goto(f"/staff/applications/{number}/")
    expect(reviewer.get_by_text("DX道場の修了者（短い様式").first).to_be_visible()
    for radio in reviewer.locator("input[type=radio][value=ok]").all():
        radio.check(force=True)
    look(reviewer, "graduates-case")
    press(reviewer, "書類確認を完了する")
    follow(reviewer.get_by_role("link", name="起案する"))
    reviewer.fill("textarea[name=reason]", "要件を満たし、修了者の枠の中にある。")
    press(reviewer, "決裁に回す")
    decide(number)
    dojo.goto("/my/")
    follow(dojo.get_by_role("link", name="手書き日報の電子化").first)
    expect(dojo.get_by_role("heading", name="発注できます")).to_be_visible()
    look(dojo, "graduate-granted")

    # The first firm declines its grant; the money comes back, and the second is next in the queue.
    decliner = signed_in(scene["first"], width=390)
    decliner.goto(f"/grants/{first.public_id}/")
    press(decliner, re.compile("始める.*取下げ"))
    decliner.fill("[name=why]", "親会社の費用で入れることになったため。")
    press(decliner, "保存して次へ")
    press(decliner, "提出する")
    reviewer.goto(f"/staff/grants/{first.receipt_no}/")
    follow(reviewer.get_by_role("link", name="内容を確認する"))
    press(reviewer, "受理する")
    decide(second.receipt_no)
    waiting.reload()
    expect(waiting.get_by_role("heading", name="発注できます")).to_be_visible()

    # A year's larger plan: the committee's average, and the points with what they rest on.
    plan = scored(scene)
    reviewer.goto(f"/staff/selections/{plan.call_id}/")
    cited = f"加点 5: DX道場 第1期 修了 {clock.today()}"
    row = reviewer.get_by_role("row").filter(has_text=plan.receipt_no)
    expect(row.get_by_text(cited)).to_be_visible()
    expect(row.get_by_role("cell", name="85", exact=True), "80 and 5").to_be_visible()
    look(reviewer, "stage3-ranking")

    # Both applications stand with the graduation, each with what it uses.
    reviewer.goto(certificate)
    uses = reviewer.get_by_role("region", name="この修了によっている申請").get_by_role("listitem")
    expect(uses.filter(has_text=plan.receipt_no).filter(has_text=cited)).to_be_visible()
    first_stage = uses.filter(has_text=number)
    expect(first_stage.filter(has_text="修了者の様式、修了者の枠")).to_be_visible()
    look(reviewer, "graduation-and-uses")


def graduated(office, approver, owner, cohort):
    """The rule proposes, another official confirms, the owner gets the certificate; the ward's page of it."""
    office.goto(f"/staff/cohorts/{cohort.public_id}/graduations/")
    press(office, "修了の案を作る")
    approver.goto(office.url)
    press(approver, "選んだ方の修了を認定する")
    follow(approver.get_by_role("link", name=re.compile("DOJO-0001")))
    owner.goto("/my/courses/")
    follow(owner.get_by_role("link", name="DX道場 第1期"))
    assert "道場 修" in pdf_text(owner, owner.get_by_role("link", name="修了証を受け取る"))
    return approver.url


def scored(scene):
    """The graduate's firm has applied in the shipped scheme of Stage 3, and two members gave it 80."""
    from subsidies.demo.stories import STAGE_3
    from tests.factories import committee
    from tests.factories import subsidies as make

    with acting(make.SYSTEM):
        call = shipped_call(3, budget_yen=20_000_000)
        plan = whole_draft(scene["owner"], call, STAGE_3[0])
        make.submit(scene["owner"], plan)
        make.check_all(scene["office"], plan)
        round_ = committee.make_open(office=scene["office"], call=call, cases=0, per_case=2)
        codes = [item["code"] for item in call.version.rules["scoring"]["criteria"]]
        for row in committee.rows(round_):
            committee.score(row, scores=dict.fromkeys(codes, 4), comments={})
        plan.refresh_from_db()
        return plan
