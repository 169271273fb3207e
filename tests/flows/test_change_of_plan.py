"""After the decision, in a real browser with a real worker: a firm changes its plan, the ward
returns it once, proposes, another person decides; the letter arrives and the money is freed.
"""

import datetime as dt
import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from portal.kernel import clock
from tests.flows.story import follow, looker, press

BEGIN = re.compile("始める.*計画の変更")


@pytest.fixture
def people(transactional_db):
    """Owner of a firm of 墨田区 with a grant, and two officials there."""
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import subsidies as make
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        firm = make.make_firm(name="株式会社すみだ精機")
        grant = make.make_grant(firm=firm)
        owner = User.objects.get(pk=make.owner_of(grant).user_id)
        ward = grant.ward_id
        reviewer = assign(
            make_person("tanto@city.example.jp", name="山田 花子"), Role.REVIEWER, ward_id=ward
        )
        approver = assign(
            make_person("kessai@city.example.jp", name="佐藤 一郎"), Role.APPROVER, ward_id=ward
        )
    return {"owner": owner, "reviewer": reviewer, "approver": approver, "grant": grant}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_firm_changes_its_plan(signed_in, start_celery_worker, people):
    start_celery_worker(concurrency=1)
    look = looker("grants")
    grant = people["grant"]

    # The firm finds its procedures from the application, and begins a change.
    firm = signed_in(people["owner"], width=390)
    firm.goto(f"/apply/{grant.application.public_id}/status/")
    follow(firm.get_by_role("link", name="交付決定後の手続へ"))
    look(firm, "grant")
    press(firm, BEGIN)
    firm.fill("[name=why]", "見積りの後に価格が下がったため。")
    press(firm, "保存して次へ")
    expect(firm.get_by_text("導入する主なものが変わりますか」を").first).to_be_visible()
    look(firm, "change-missing")
    firm.locator("input[name=purpose][value=no]").check(force=True)
    press(firm, "保存して次へ")
    firm.fill("[name='0-unit_price']", "４００，０００円")
    press(firm, "計算し直す")
    expect(firm.get_by_text("区の承認が必要な変更です")).to_be_visible()
    look(firm, "change-plan")
    press(firm, "保存して次へ")
    look(firm, "change-files")
    press(firm, "次へ進む")
    look(firm, "change-check")
    press(firm, "提出する")
    look(firm, "change-submitted")

    # The reviewer finds it in the list, and returns it once.
    reviewer = signed_in(people["reviewer"], width=1280)
    reviewer.goto("/staff/grants/?filing=any")
    look(reviewer, "list")
    follow(reviewer.get_by_role("link", name="株式会社すみだ精機"))
    look(reviewer, "staff-grant")
    follow(reviewer.get_by_role("link", name="内容を確認する"))
    look(reviewer, "staff-filing")
    reviewer.get_by_text("差し戻して直してもらう").click()
    reviewer.fill("textarea[name=reason]", "価格が下がった理由を書いてください。")
    press(reviewer, "差し戻す")
    firm.goto(f"/grants/{grant.application.public_id}/")
    follow(firm.get_by_role("link", name="理由を読んで直す"))
    expect(firm.get_by_text("価格が下がった理由を書いてください。")).to_be_visible()
    look(firm, "change-returned")
    firm.fill("[name=why]", "販売元の値引きにより価格が下がったため。")
    press(firm, "保存して次へ")
    press(firm, "保存して次へ")
    press(firm, "次へ進む")
    press(firm, "提出する")

    # The reviewer proposes, another person decides.
    reviewer.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(reviewer.get_by_role("link", name="内容を確認する"))
    follow(reviewer.get_by_role("link", name="起案する"))
    look(reviewer, "propose")
    press(reviewer, "決裁に回す", refused=True)
    expect(reviewer.get_by_text("「起案の理由」を入力してください").first).to_be_visible()
    reviewer.fill("textarea[name=reason]", "事業の目的は変わらず、やむを得ない。")
    press(reviewer, "決裁に回す")
    approver = signed_in(people["approver"], width=1280)
    approver.goto(f"/staff/grants/{grant.receipt_no}/")
    follow(approver.get_by_role("link", name="決裁に進む"))
    look(approver, "ruling")
    press(approver, "起案のとおり決定する")
    look(approver, "ruled")

    # The letter arrives; the amount has fallen, the date stands.
    firm.goto(f"/grants/{grant.application.public_id}/")
    link = firm.get_by_role("link", name="通知書（PDF）", exact=True)
    for _second in range(40):
        if link.count():
            break
        firm.wait_for_timeout(500)
        firm.reload()
    expect(firm.get_by_text("300,000円").first).to_be_visible()
    look(firm, "grant-changed")
    with firm.expect_download() as download:
        link.click()
    letter = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = "".join(page.extract_text() for page in letter.pages)
    assert letter.trailer["/Root"]["/MarkInfo"]["/Marked"], "the letter is a tagged PDF"
    for words in ("変更承認通知書", "株式会社すみだ精機", "300,000", grant.receipt_no):
        assert words in text

    # A visit: planned, recorded with an instruction that the firm reads.
    reviewer.goto(f"/staff/grants/{grant.receipt_no}/visit/")
    soon = clock.today() + dt.timedelta(days=30)
    reviewer.fill("[name=planned_on]", soon.isoformat())
    reviewer.fill("[name=purpose]", "設置の状況を見せてください。")
    look(reviewer, "visit-plan")
    press(reviewer, "予定を入れる")
    reviewer.fill("[name=findings]", "設置済み。")
    reviewer.fill("[name=instruction]", "番号を表示してください。")
    press(reviewer, "結果を記録する", refused=True)
    look(reviewer, "visit-undated")
    reviewer.fill("[name=follow_up_on]", clock.wareki(soon))
    press(reviewer, "結果を記録する")
    look(reviewer, "visit-instructed")
    firm.reload()
    expect(firm.get_by_text("番号を表示してください。").first).to_be_visible()
    look(firm, "grant-instructed")


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_the_change_is_filed_without_javascript(signed_in, people):
    grant = people["grant"]
    firm = signed_in(people["owner"], width=320, java_script_enabled=False)
    firm.goto(f"/grants/{grant.application.public_id}/")
    press(firm, BEGIN)
    firm.fill("[name=why]", "価格が下がったため。")
    firm.locator("input[name=purpose][value=no]").check(force=True)
    press(firm, "保存して次へ")
    press(firm, "行を追加する")
    firm.locator("[name='1-category']").select_option(index=1)
    firm.fill("[name='1-description']", "研修")
    firm.fill("[name='1-unit_price']", "5000")
    press(firm, "保存して次へ")
    press(firm, "次へ進む")
    expect(firm.get_by_text("軽微な変更です")).to_be_visible()
    press(firm, "提出する")
    expect(firm.get_by_text("区の確認をお待ちください").first).to_be_visible()
