"""A problem goes to a school and comes back as a result; a bank reads what a firm shows: in a browser."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, owner_of, press


@pytest.fixture
def scene(transactional_db):
    """A firm, a school's and a bank's person, the secretariat."""
    from portal.accounts.models import User
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import consortium as build
    from tests.factories import subsidies as make

    with acting(Actor.system("test")):
        owner, _actor = owner_of(make.make_firm(name="かくれ精機"), "kakure@example.jp", "隠 守")
        staff = build.staff_actor()
        school = build.partner_actor(staff, build.add_member(staff, name="城東工科大学"))
        bank = build.bank_actor(staff)
        people = User.objects.in_bulk([staff.user_id, school.user_id, bank.user_id])
    return {
        "owner": owner,
        "staff": people[staff.user_id],
        "school": people[school.user_id],
        "bank": people[bank.user_id],
    }


def day(ahead):
    from portal.kernel import clock

    return (clock.today() + dt.timedelta(ahead)).isoformat()


def paper(name):
    from tests.kernel.files import corpus

    return {"name": name, "mimeType": "application/pdf", "buffer": corpus.pdf()}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_problem_becomes_a_result_and_a_bank_reads_by_consent(signed_in, scene):
    look = looker("consortium")
    owner = signed_in(scene["owner"], width=390)
    owner.goto("/consortium/projects/")
    look(owner, "empty")
    follow(owner.get_by_role("link", name="学校に課題を出す").first)
    owner.fill("[name=title]", "検査の記録を写真に変えたい")
    owner.fill("[name=problem]", "毎日1時間、紙に書き写しています。")
    owner.fill("[name=students]", "4")
    owner.fill("[name=open_until]", day(20))
    look(owner, "problem")
    press(owner, "課題を出す")
    expect(owner.get_by_role("heading", name="回答をお待ちください")).to_be_visible()

    school = signed_in(scene["school"], width=1280)
    school.goto("/consortium/projects/")
    look(school, "school-list")
    follow(school.get_by_role("link", name="検査の記録を写真に変えたい"))
    expect(school.get_by_text("かくれ精機")).to_have_count(0)
    school.fill("[name=message]", "画像処理の授業で取り組みます。")
    school.fill("[name=students]", "5")
    school.fill("[name=contact_name]", "城東 教授")
    school.fill("[name=contact_phone]", "03-0000-1111")
    look(school, "answer")
    press(school, "この課題に取り組みたいと回答する")

    owner.goto("/my/")
    follow(owner.get_by_role("link", name="課題を開く"))
    look(owner, "choose")
    press(owner, "城東工科大学と話を進める")
    owner.fill("[name=on]", day(0))
    owner.fill("[name=ends_on]", day(150))
    owner.set_input_files("[name=uploaded]", paper("合意書.pdf"))
    look(owner, "agreement")
    press(owner, "合意を記録する")
    expect(owner.get_by_text("3-OP3")).to_be_visible()

    school.reload()
    expect(school.get_by_text("かくれ精機").first).to_be_visible()
    press(school, "開始を記録する")
    school.fill("[name=report]", "撮影台を作り、記録が10分になりました。")
    school.fill("[name=took_part]", "5")
    look(school, "report")
    press(school, "結果を報告する")

    owner.reload()
    owner.get_by_label("現場で使っている").check()
    owner.fill("[name=note]", "毎日使っています。")
    press(owner, "結果をどう使ったか記録する")
    look(owner, "done")

    owner.goto("/consortium/loans/new/")
    owner.locator("[name=member_id]").select_option(index=1)
    owner.fill("[name=purpose]", "検査用のカメラを入れたい")
    owner.fill("[name=until]", day(60))
    owner.get_by_role("checkbox", name="学校と合意しました").check()
    look(owner, "choose-what")
    press(owner, "見せる内容を確かめる")
    look(owner, "preview")
    press(owner, "この内容を見せることに同意する")

    bank = signed_in(scene["bank"], width=1280)
    bank.goto("/consortium/loans/")
    follow(bank.get_by_role("table").get_by_role("link"))
    expect(bank.get_by_text("検査用のカメラを入れたい")).to_be_visible()
    look(bank, "bank")
    press(bank, "受け付けた")

    owner.reload()
    expect(owner.get_by_role("table", name="金融機関が開いた記録")).to_be_visible()
    look(owner, "looks")
    press(owner, "同意を取り消す")
    press(bank, "相談を始めた")
    expect(bank.get_by_text("企業が同意を取り消しました").first).to_be_visible()
    expect(bank.get_by_text("検査用のカメラを入れたい")).to_have_count(0)
    look(bank, "revoked")

    staff = signed_in(scene["staff"], width=1280)
    for name in ("projects", "joint", "meetings", "documents", "members", "counts"):
        staff.goto(f"/consortium/{name}/")
        look(staff, f"staff-{name}")
