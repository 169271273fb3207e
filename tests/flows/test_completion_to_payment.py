"""From the completion report to the payment, in a real browser with a real worker: a link of the
chain breaks and is mended, the ward inspects, another person decides, the firm claims, the ward
pays and the letter arrives.
"""

import datetime as dt
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.kernel import clock
from tests.flows.story import follow, looker, press
from tests.flows.test_change_of_plan import people  # noqa: F401 - a fixture
from tests.subsidies.grants.test_pages import pdf

STEPS = ("quote", "order", "delivery", "invoice", "payment")


def photo():
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "gray").save(stream, "PNG")
    return {"name": "設置.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def paper(step):
    return {"name": f"{step}.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}


def fill_line(page, **changes):
    """One expense, with every paper."""
    today = clock.today().isoformat()
    days = {f"{step}_on": today for step in (*STEPS, "acceptance")}
    typed = {
        **days,
        "quote_on": (clock.today() - dt.timedelta(days=30)).isoformat(),
        "net_yen": "６００，０００",
        "invoice_yen": "660000",
        "paid_yen": "660,000円",
        **changes,
    }
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_project_is_reported_inspected_claimed_and_paid(
    signed_in,
    start_celery_worker,
    people,  # noqa: F811
):
    start_celery_worker(concurrency=1)
    look = looker("money")
    grant = people["grant"]

    # The report: an order before the decision is told before anything is submitted.
    firm = signed_in(people["owner"], width=390)
    here = f"/grants/{grant.application.public_id}/"
    firm.goto(here)
    press(firm, re.compile("始める.*実績報告"))
    look(firm, "report-begun")
    follow(firm.get_by_role("link", name="この経費を入力する").first)
    fill_line(firm, order_on="2020-01-01")
    press(firm, "保存してつながりを確かめる")
    expect(firm.get_by_text("交付決定の前に発注した経費は対象になりません").first).to_be_visible()
    look(firm, "line-broken")
    fill_line(firm)
    for step in STEPS:
        firm.set_input_files(f"[name=file-{step}]", paper(step))
    press(firm, "保存してつながりを確かめる")
    look(firm, "line-whole")
    press(firm, "保存して報告に戻る")
    expect(firm.get_by_text("すべてつながっています").first).to_be_visible()
    press(firm, "実績報告を提出する", refused=True)
    expect(firm.get_by_role("heading", name="提出の前に直すところがあります")).to_be_visible()
    look(firm, "report-incomplete")
    firm.set_input_files("[name=file]", photo())
    press(firm, "アップロードする")
    firm.fill("[name=completed_on]", clock.today().isoformat())
    firm.fill("[name=results]", "日報を端末で入力し、集計が3日から2時間になった。")
    firm.fill("[name=other_yen]", "0")
    press(firm, "実績報告を提出する")
    look(firm, "report-submitted")

    # The inspection cuts nothing; the final amount is proposed and decided by another person.
    official = signed_in(people["reviewer"], width=1280)
    official.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(official.get_by_role("link", name="内容を確認する"))
    for field in official.locator("input[type=radio][value=ok]").all():
        field.check(force=True)
    look(official, "inspection")
    press(official, "検査の結果を保存する")
    official.fill("[name=reason]", "実績が計画に沿っている。")
    look(official, "inspected")
    press(official, "この額で起案する")
    look(official, "ruling-proposed")
    ruling = official.url
    approver = signed_in(people["approver"], width=1280)
    approver.goto(ruling)
    look(approver, "ruling")
    press(approver, "起案のとおり決定する")
    expect(approver.get_by_text("450,000円").first).to_be_visible()

    # The claim: a wrong bank code is told at its field, the number is never shown again.
    firm.goto(here)
    look(firm, "finalised")
    press(firm, re.compile("始める.*交付の請求"))
    account = {
        "bank_name": "墨田銀行",
        "bank_code": "12",
        "branch_name": "両国支店",
        "branch_code": "123",
        "number": "１２３４５６７",
        "holder": "カ）スミダセイキ",
        "explanation": "登記の名前と同じ。",
    }
    for name, text in account.items():
        firm.fill(f"[name={name}]", text)
    press(firm, "請求を提出する", refused=True)
    expect(firm.get_by_text("4桁の数字で入力してください").first).to_be_visible()
    look(firm, "claim-wrong")
    firm.fill("[name=bank_code]", "0001")
    press(firm, "請求を提出する")
    expect(firm.get_by_text("***4567")).to_be_visible()
    look(firm, "claimed")

    # The payment, and its letter.
    official.goto("/staff/payments/")
    official.locator("input[name=pk]").first.check(force=True)
    look(official, "payments")
    press(official, "選んだものを支払済にする")
    expect(official.get_by_text("1件の支払を記録しました")).to_be_visible()
    look(official, "paid")
    for _try in range(60):
        firm.reload()
        if firm.get_by_role("link", name="通知書（PDF）").count():
            break
        firm.wait_for_timeout(1000)
    look(firm, "paid-firm")
    answer = firm.request.get(
        firm.get_by_role("link", name="通知書（PDF）").first.get_attribute("href")
    )
    assert answer.body().startswith(b"%PDF")
