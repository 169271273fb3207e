"""Stage 3 as one story: of two applications one is selected, the other is refused with a reason; the
selected project is paid, then found misused, heard, revoked and ordered back.

What comes before the special parts (scores, report, payment) is done by the services. Nobody waits
for months: the days of the claim and of the order's due date are moved back.
"""

import datetime as dt

import pytest
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies import services as core
from subsidies.demo.stories import STAGE_3
from subsidies.grants import services
from subsidies.grants.models import Filing, Recovery
from subsidies.grants.services.recovery import account_of
from subsidies.models import Grant
from tests.factories import committee
from tests.factories import subsidies as make
from tests.flows.story import (
    follow,
    looker,
    official,
    owner_of,
    pdf_text,
    press,
    shipped_call,
    wait_for,
    whole_draft,
)
from tests.subsidies.grants import money
from tests.subsidies.grants.people import columns
from tests.support.people import assign, make_person

LETTER = "通知書（PDF）"
REFUSAL = "市場性の根拠が示されず、採点の合計が基準の60点に届かなかったため。"
FACTS = "現地調査で、導入した機器が別の会社の工場で使われていた。"
STATEMENT = "修理の間だけ、取引先の工場に置いたものです。"


@pytest.fixture
def scene(transactional_db):
    """A call with two applications that the committee has scored, high and low."""
    with acting(make.SYSTEM):
        call = shipped_call(3, budget_yen=20_000_000)
        reviewer = official(Role.REVIEWER, "tanto@city.example.jp", "山田 花子")
        approver = official(Role.APPROVER, "kessai@city.example.jp", "佐藤 一郎")
        firms = {}
        for key, name, person in (
            ("chosen", "株式会社すみだ精機", "大森 健"),
            ("other", "有限会社東橋製作所", "東橋 進"),
        ):
            firm = make.make_firm(name=name, employees=18, capital_yen=10_000_000)
            firms[key] = owner_of(firm, f"{key}@example.jp", person)
            plan = whole_draft(firms[key][1], call, STAGE_3[len(firms) - 1])
            make.submit(firms[key][1], plan)
            make.check_all(reviewer[1], plan)
            plan.refresh_from_db()
            firms[f"{key}_plan"] = plan
        round_ = committee.make_open(office=reviewer[1], call=call, cases=0, per_case=2)
        codes = [item["code"] for item in call.version.rules["scoring"]["criteria"]]
        for row in committee.rows(round_):
            value = 4 if row.case.application_id == firms["chosen_plan"].pk else 2
            committee.score(row, scores=dict.fromkeys(codes, value), comments={})
        return {
            "call": call,
            **firms,
            "reviewer": reviewer,
            "approver": approver,
            "auditor": assign(make_person("kansa@tokyo.example.jp", name="監査 誠"), Role.AUDITOR),
        }


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_one_is_refused_and_one_is_revoked_after_the_payment(signed_in, start_celery_worker, scene):
    start_celery_worker(concurrency=1)
    look = looker("stage3")
    officer = signed_in(scene["reviewer"][0], width=1280)
    chief = signed_in(scene["approver"][0], width=1280)
    selected(look, officer, chief, scene)
    refused(look, officer, chief, signed_in(scene["other"][0], width=390), scene)
    grant = paid(scene)
    firm = signed_in(scene["chosen"][0], width=390)
    visited(look, officer, grant, scene)
    heard(look, officer, firm, grant)
    revoked(look, officer, chief, firm, grant)
    ordered_back(look, officer, chief, firm, grant)
    given_back(look, officer, firm, grant)
    audited(look, officer, signed_in(scene["auditor"], width=1280), grant, scene)


def selected(look, officer, chief, scene):
    """The ranking, proposed by one official and decided by another."""
    page = f"/staff/selections/{scene['call'].pk}/"
    officer.goto(page)
    look(officer, "ranking")
    officer.goto(f"{page}propose/")
    officer.get_by_label("起案の理由").fill("審査会の結論のとおり、順位に従って採択する。")
    press(officer, "決裁に回す")
    chief.goto(page)
    follow(chief.get_by_role("link", name="決裁に進む"))
    press(chief, "採択を決定する")
    look(chief, "selected")
    officer.goto(f"{page}quotes/")
    press(officer, "チェックした申請を確認済みにする")


def refused(look, officer, chief, firm, scene):
    """不交付決定: the reason and the letter reach the firm."""
    plan = scene["other_plan"]
    firm.goto(f"/apply/{plan.public_id}/result/")
    expect(firm.get_by_role("heading", name="今回は採択されませんでした")).to_be_visible()
    look(firm, "not-selected")
    officer.goto(f"/staff/applications/{plan.receipt_no}/propose/")
    officer.locator("input[name=outcome][value=refuse]").check(force=True)
    officer.fill("textarea[name=reason]", REFUSAL)
    look(officer, "refusal")
    press(officer, "決裁に回す")
    chief.goto(f"/staff/applications/{plan.receipt_no}/approve/")
    look(chief, "refusal-ruling")
    press(chief, "不交付を決定する")
    firm.goto(f"/apply/{plan.public_id}/status/")
    letter = firm.get_by_role("link", name="決定通知書（PDF）", exact=True)
    wait_for(firm, letter)
    expect(firm.get_by_text(REFUSAL).first).to_be_visible()
    look(firm, "refused")
    text = pdf_text(firm, letter.first)
    assert "不交付" in text
    assert "基準の60点" in text


def paid(scene):
    """From the decision to the payment, which was a hundred days ago."""
    reviewer, approver, firm = scene["reviewer"][1], scene["approver"][1], scene["chosen"][1]
    plan = scene["chosen_plan"]
    with acting(reviewer):
        core.decision_propose(
            actor=reviewer,
            application_id=plan.pk,
            outcome="grant",
            amount_yen=None,
            reason="要件を満たし、審査会で採択された。",
        )
    with acting(approver):
        core.decision_approve(actor=approver, application_id=plan.pk)
    with acting(make.SYSTEM):
        grant = Grant.objects.get(application=plan)
    report = money.reported(grant, firm=firm)
    money.inspected(report, official=reviewer)
    with acting(reviewer):
        ruling = services.filing_propose(
            actor=reviewer, filing_id=report.pk, outcome="approve", reason="計画に沿っている。"
        )
    approve(scene, ruling)
    claim = money.claimed(grant, firm=firm)
    with acting(make.SYSTEM):
        moved = clock.database_now() - dt.timedelta(days=100)
        Filing.objects.filter(pk=claim.pk).update(submitted_at=moved)
    with acting(reviewer):
        services.payment_record(actor=reviewer, grant_id=grant.pk, paid_on=days_ago(100))
    with acting(make.SYSTEM):
        return Grant.objects.select_related("application", "call").get(pk=grant.pk)


def visited(look, officer, grant, scene):
    """現地調査 after the payment finds the machine elsewhere."""
    reviewer = scene["reviewer"][1]
    with acting(reviewer):
        visit = services.visit_plan(
            actor=reviewer,
            grant_id=grant.pk,
            planned_on=clock.today(),
            visitors="山田 花子",
            purpose="設置の状況を確かめる。",
        )
        services.visit_record(
            actor=reviewer, visit_id=visit.pk, visited_on=clock.today(), findings=FACTS
        )
    officer.goto(f"/staff/visits/{visit.pk}/")
    look(officer, "visit")


def heard(look, officer, firm, grant):
    """弁明の機会: what is held against the firm, and its answer from a telephone."""
    officer.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(officer.get_by_role("link", name="交付決定の取消"))
    press(officer, "弁明の機会を設ける", refused=True)
    look(officer, "hearing-missing")
    officer.locator("input[name=grounds][value=purpose]").check(force=True)
    officer.fill("[name=facts]", FACTS)
    officer.fill("[name=due_on]", (clock.today() + dt.timedelta(days=14)).isoformat())
    press(officer, "弁明の機会を設ける")
    look(officer, "hearing-asked")

    firm.goto("/my/")
    look(firm, "my")
    firm.goto(f"/grants/{grant.application.public_id}/")
    look(firm, "grant-asked")
    follow(firm.get_by_role("link", name="弁明").first)
    press(firm, "弁明を提出する", refused=True)
    look(firm, "statement-missing")
    firm.fill("[name=statement]", STATEMENT)
    press(firm, "弁明を提出する")
    look(firm, "stated")


def revoked(look, officer, chief, firm, grant):
    """取消 by two people, and its letter."""
    officer.goto(f"/staff/grants/{grant.receipt_no}/revocation/")
    expect(officer.get_by_text(STATEMENT)).to_be_visible()
    officer.fill("textarea[name=reason]:visible", "貸出しは3か月に及び、他の用途への使用に当たる。")
    look(officer, "revoke")
    press(officer, "取消を起案する")
    look(officer, "revocation-proposed")
    chief.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(chief.get_by_role("link", name="決裁に進む"))
    for words in (FACTS, STATEMENT, "補助金を他の用途に使用した"):
        expect(chief.get_by_text(words), "who decides reads what it rests on").to_be_visible()
    look(chief, "revocation-ruling")
    press(chief, "起案のとおり決定する")
    look(chief, "revocation-ruled")
    firm.goto(f"/grants/{grant.application.public_id}/")
    expect(firm.get_by_text("区から届く返還命令書で")).to_be_visible()
    look(firm, "revoked")


def ordered_back(look, officer, chief, firm, grant):
    """返還命令 by two people; the firm reads how much, until when and why it grows."""
    officer.goto(f"/staff/grants/{grant.receipt_no}/recovery/")
    officer.fill("textarea[name=reason]", "交付決定の取消による。")
    look(officer, "order")
    press(officer, "返還命令を起案する")
    chief.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(chief.get_by_role("link", name="決裁に進む"))
    look(chief, "order-ruling")
    press(chief, "起案のとおり決定する")
    firm.goto(f"/grants/{grant.application.public_id}/")
    order = letter_of(firm, "返還命令")
    wait_for(firm, order)
    look(firm, "ordered")
    text = pdf_text(firm, letter_of(firm, "交付決定の取消"))
    assert "取り消" in text
    assert "他の用途" in text
    text = pdf_text(firm, order)
    assert "返還" in text
    assert "延滞金" in text


def given_back(look, officer, firm, grant):
    """A part and the rest come late; surcharge and late charge go by the days."""
    with acting(make.SYSTEM):
        recovery = Recovery.objects.get(grant=grant)
        Recovery.objects.filter(pk=recovery.pk).update(due_on=days_ago(30))
    page = f"/staff/grants/{grant.receipt_no}/recovery/"
    officer.goto(page)
    expect(officer.get_by_text("延滞金（今日まで）")).to_be_visible()
    look(officer, "owed")
    half = grant.paid_yen // 2
    officer.fill("[name=yen]", str(half))
    officer.fill("[name=paid_on]", clock.today().isoformat())
    press(officer, "返納を記録する")
    officer.locator("details summary").first.click()
    look(officer, "half")
    firm.goto(f"/grants/{grant.application.public_id}/")
    look(firm, "half-firm")
    with acting(make.SYSTEM):
        recovery = Recovery.objects.select_related("ruling").get(pk=recovery.pk)
        account = account_of(recovery, clock.today())
    # 違約加算金: both days counted; 延滞金: from the day after the due date.
    assert [span.days for span in account.surcharge.spans] == [101]
    assert [span.days for span in account.late.spans] == [30]
    assert account.left_yen > grant.paid_yen - half
    expect(officer.get_by_role("cell", name="101", exact=True)).to_be_visible()
    expect(officer.get_by_role("cell", name="30", exact=True)).to_be_visible()
    officer.fill("[name=yen]", str(account.left_yen + 1))
    officer.fill("[name=paid_on]", clock.today().isoformat())
    press(officer, "返納を記録する", refused=True)
    expect(officer.get_by_text("その日に残っている額").first).to_be_visible()
    look(officer, "too-much")
    officer.fill("[name=yen]", str(account.left_yen))
    press(officer, "返納を記録する")
    look(officer, "returned")
    firm.goto(f"/grants/{grant.application.public_id}/")
    expect(firm.get_by_text("返還は終わっています")).to_be_visible()
    look(firm, "returned-firm")


def audited(look, officer, auditor, grant, scene):
    """The budget's columns are empty again, and the auditor reads the whole case."""
    with acting(make.SYSTEM):
        assert columns(grant) == (0, 0, 0, 0)
    officer.goto(f"/staff/calls/{scene['call'].pk}/")
    look(officer, "columns")
    auditor.goto("/audit/")
    look(auditor, "audit")
    for name, page in (
        ("case", f"/staff/applications/{grant.receipt_no}/"),
        ("grant", f"/staff/grants/{grant.receipt_no}/"),
        ("revocation", f"/staff/grants/{grant.receipt_no}/revocation/"),
        ("recovery", f"/staff/grants/{grant.receipt_no}/recovery/"),
        ("refused", f"/staff/applications/{scene['other_plan'].receipt_no}/"),
    ):
        auditor.goto(page)
        look(auditor, f"auditor-{name}")
        expect(auditor.locator("main form"), "an auditor writes nothing").to_have_count(0)
        expect(
            auditor.get_by_role("link", name="補助事業の一覧"), "no list of a ward"
        ).to_have_count(0)


def approve(scene, ruling):
    """決裁 by the approver."""
    approver = scene["approver"][1]
    with acting(approver):
        services.ruling_approve(
            actor=approver, ruling_id=ruling.pk, seen=ruling.prepared_at.isoformat()
        )


def letter_of(page, ruling):
    """The letter of a ruling of that name, in the firm's timeline."""
    entry = page.get_by_role("listitem").filter(has_text=f"「{ruling}」が決定しました")
    return entry.get_by_role("link", name=LETTER)


def days_ago(days):
    """That many days before today."""
    return clock.today() - dt.timedelta(days=days)
