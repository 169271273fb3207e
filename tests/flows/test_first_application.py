"""The main job from end to end, in a real browser with a real worker.

A firm of 墨田区 applies, a reviewer sends it back once, proposes, another person decides; the firm
gets a numbered letter and may order; the ward's dashboard counts it.
"""

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, press

pytestmark = pytest.mark.slow

SUMIDA = 13107
PDF = b"%PDF-1.4"


@pytest.fixture
def people(transactional_db):
    """Owner of a firm of 墨田区, two officials there, and an open call of its Stage 1 scheme."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import subsidies as make
    from tests.factories.programs import MembershipFactory
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        firm = make.make_firm(name="株式会社すみだ精機", employees=18, capital_yen=10_000_000)
        owner = make_person("owner@sumida-seiki.example.jp", name="大森 健")
        MembershipFactory(firm=firm, user=owner, role=Role.FIRM_OWNER)
        reviewer = assign(
            make_person("tanto@city.example.jp", name="山田 花子"), Role.REVIEWER, ward_id=SUMIDA
        )
        approver = assign(
            make_person("kessai@city.example.jp", name="佐藤 一郎"), Role.APPROVER, ward_id=SUMIDA
        )
        call = make.make_call()
    return {"owner": owner, "reviewer": reviewer, "approver": approver, "call": call}


@pytest.fixture
def quote(tmp_path):
    """A real, harmless PDF to attach."""
    import pikepdf

    path = tmp_path / "見積書（株式会社テスト）.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    return path


def answer_checks(page):
    """The eligibility questions, each on its page, until the verdict comes."""
    wishes = {"manufacturer": "yes", "office": "yes", "pledge": "yes"}
    for _question in range(15):
        code = page.url.rstrip("/").split("/")[-1]
        if code == "check":
            return
        radios = page.locator("input[type=radio][name=answer]")
        if radios.count():
            page.locator(f"input[name=answer][value={wishes.get(code, 'no')}]").check(force=True)
        elif not page.locator("input[name=answer]").input_value():
            page.fill("input[name=answer]", "0")
        press(page, "次へ")
    raise AssertionError("the eligibility check does not end")


def fill_form(page):
    """Every task page of the form."""
    answers = {
        "contact_name": "大森 健",
        "contact_phone": "03-1234-5678",
        "title": "手書き日報の電子化",
        "problem": "日報を紙で書き、月末に1人が3日かけて集計している。",
        "solution": "タブレットで入力する日報のクラウドサービスを入れ、集計を自動にする。",
        "effect": "集計が月24時間から2時間になる。",
        "order_on": "令和9年1月15日",
        "finish_on": "2027年2月20日",
    }
    for _task in range(6):
        if "/budget/" in page.url:
            return
        for field in page.locator("main form [name]").all():
            name = field.get_attribute("name")
            if name in answers:
                field.fill(answers[name])
        press(page, "保存して次へ")
    raise AssertionError("the form does not end")


def fill_quote(page, paper):
    """The one quote of a small sum: who, when, the paper; the amount is there already."""
    page.fill("[name='quotes.0.0.vendor']", "墨田ソフト株式会社")
    page.fill("[name='quotes.0.0.quoted_on']", "令和8年11月2日")
    expect(page.locator("[name='quotes.0.0.amount']")).to_have_value("665999")
    page.locator("[name='quotes.0.0.file']").set_input_files(paper)
    press(page, "保存して次へ")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_firm_applies_and_is_granted(signed_in, start_celery_worker, people, quote, width):
    start_celery_worker(concurrency=1)
    look = looker("flow", pictures=True)

    # The firm finds the call and checks whether it may apply.
    firm = signed_in(people["owner"], width=width)
    firm.goto("/programs/")
    look(firm, "call-list")
    firm.goto(f"/programs/{people['call'].pk}/")
    look(firm, "call")
    press(firm, "申請を始める")
    look(firm, "check")
    answer_checks(firm)
    expect(firm.get_by_role("heading", name="申請できます")).to_be_visible()
    look(firm, "check-result")
    follow(firm.get_by_role("link", name="申請の入力へ進む"))
    look(firm, "task-list")
    follow(firm.get_by_role("link", name="続きを入力する"))
    look(firm, "task")
    fill_form(firm)

    # The budget: a line with a mistake is kept and explained, then mended.
    firm.locator("[name='0-category']").select_option("software")
    firm.fill("[name='0-description']", "日報システム")
    firm.fill("[name='0-unit_price']", "六十六万")
    press(firm, "保存して次へ")
    expect(firm.locator("[name='0-unit_price']")).to_have_value("六十六万")
    look(firm, "budget-error")
    firm.fill("[name='0-unit_price']", "６６５，９９９円")
    press(firm, "計算し直す")
    expect(firm.get_by_text("499,000円").first).to_be_visible()
    look(firm, "budget")
    press(firm, "保存して次へ")

    # The quotes: what is missing is named, what was typed stays.
    expect(firm.get_by_text("見積りは1者で足ります")).to_be_visible()
    firm.fill("[name='quotes.0.0.vendor']", "墨田ソフト株式会社")
    press(firm, "保存して次へ")
    expect(firm.get_by_text("見積書に書かれた日付を入力してください").first).to_be_visible()
    expect(firm.locator("[name='quotes.0.0.vendor']")).to_have_value("墨田ソフト株式会社")
    look(firm, "quotes-error")
    fill_quote(firm, quote)

    # The documents.
    for code in ("registry", "tax"):
        section = firm.locator(f"[id='documents.{code}']")
        section.locator("input[type=file]").first.set_input_files(quote)
        press(firm, re.compile("アップロードする"), within=section)
    look(firm, "files")
    press(firm, "次へ進む")
    look(firm, "check-answers")
    press(firm, "申請する", refused=True)
    expect(firm.get_by_text("「記載した内容に").first, "consent is asked for").to_be_visible()
    firm.locator("input[name=submit-consent]").check(force=True)
    press(firm, "申請する")
    number = firm.locator(".ui-receipt").inner_text()
    assert re.fullmatch(r"R8-13107-\w+-0001", number)
    look(firm, "done")
    follow(firm.get_by_role("link", name="申請の状態を見る"))
    expect(firm.get_by_role("heading", name="まだ発注できません")).to_be_visible()
    look(firm, "status-submitted")

    # The reviewer finds it in the queue, takes it, and sends it back once.
    reviewer = signed_in(people["reviewer"], width=width)
    reviewer.goto("/staff/queue/")
    look(reviewer, "queue")
    reviewer.locator("input[name=pk]").first.check(force=True)
    reviewer.locator("select[name=assignee]").last.select_option(label="山田 花子")
    press(reviewer, re.compile("^担当者を割り当てる$"))
    expect(reviewer.get_by_text("1件の担当者を変更しました。")).to_be_visible()
    follow(reviewer.get_by_role("link", name="株式会社すみだ精機"))
    look(reviewer, "case")
    follow(reviewer.get_by_role("link", name="補正を依頼する"))
    reviewer.get_by_label("どのくらい良くなる見込みか").check(force=True)
    reviewer.fill("textarea[name=message]", "効果の根拠となる数字を書き足してください。")
    look(reviewer, "correction-request")
    press(reviewer, "補正を依頼する")
    expect(reviewer.get_by_text("補正待ち").first).to_be_visible()

    # The firm mends just that field.
    firm.goto("/my/")
    look(firm, "my-correction")
    follow(firm.get_by_role("link", name="補正を始める"))
    look(firm, "correction")
    follow(firm.get_by_role("link", name="どのくらい良くなる見込みか"))
    expect(firm.locator("[name=problem]"), "only the named field can be changed").to_have_count(0)
    firm.fill("[name=effect]", "集計が月24時間から2時間になる（直近3か月の実測の平均）。")
    press(firm, "保存してあとで続ける")
    firm.goto("/my/")
    follow(firm.get_by_role("link", name="補正を始める"))
    follow(firm.get_by_role("link", name="補正の内容を確認する"))
    press(firm, "補正を提出する")
    expect(firm.get_by_role("heading", name="補正を受け付けました")).to_be_visible()

    # The reviewer checks every document and proposes.
    reviewer.reload()
    for radio in reviewer.locator("input[type=radio][value=ok]").all():
        radio.check(force=True)
    look(reviewer, "case-corrected")
    press(reviewer, "書類確認を完了する")
    follow(reviewer.get_by_role("link", name="起案する"))
    reviewer.fill("textarea[name=reason]", "要件を満たし、効果が見込まれるため。")
    look(reviewer, "propose")
    press(reviewer, "決裁に回す")
    expect(reviewer.get_by_text("決裁待ち").first).to_be_visible()

    # Another person decides.
    approver = signed_in(people["approver"], width=width)
    approver.goto("/staff/queue/")
    follow(approver.get_by_role("link", name="株式会社すみだ精機"))
    follow(approver.get_by_role("link", name="決裁に進む"))
    look(approver, "approve")
    press(approver, "交付を決定する")
    expect(approver.locator("main").get_by_text("交付決定").first).to_be_visible()
    look(approver, "decided")

    # The firm may order and has a numbered letter.
    firm.goto("/my/")
    follow(firm.get_by_role("link", name="手書き日報の電子化"))
    expect(firm.get_by_role("heading", name="発注できます")).to_be_visible()
    link = firm.get_by_role("link", name="決定通知書（PDF）を保存する")
    for _second in range(20):
        if link.count():
            break
        firm.wait_for_timeout(500)
        firm.reload()
    look(firm, "status-granted")
    with firm.expect_download() as download:
        link.click()
    letter = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = "".join(page.extract_text() for page in letter.pages)
    assert letter.trailer["/Root"]["/MarkInfo"]["/Marked"], "the letter is a tagged PDF"
    for words in ("交付決定通知書", "株式会社すみだ精機", "499,000", number, "令和8年"):
        assert words in text
    firm.goto("/notices/")
    look(firm, "notices")

    # The ward's dashboard counts it, once the worker has recounted.
    for _second in range(20):
        reviewer.goto("/dashboards/")
        if reviewer.locator("#k-2-OP1 + .ui-kpi__value").inner_text().startswith("1"):
            break
        reviewer.wait_for_timeout(500)
    assert reviewer.locator("#k-2-KSI + .ui-kpi__value").inner_text().startswith("1")
    look(reviewer, "dashboard")
    assert reviewer.locator("#k-2-OP1 + .ui-kpi__value").inner_text().startswith("1")
