"""A cohort from its announcement to the certificate and the follow-up: the office, two owners, the
lecturer in the room, and three months later a survey and an investment.
"""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, official, owner_of, pdf_text, press

SUMIDA = 13107


@pytest.fixture
def scene(transactional_db):
    """People of 墨田区, a lecturer, and two firms with their owners."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import dojo
    from tests.factories import subsidies as make

    with acting(Actor.system("test")):
        dojo.course()
        people = {
            "planner": official(Role.REVIEWER, "kikaku@city.example.jp", "佐藤 美咲"),
            "approver": official(Role.APPROVER, "kessai@city.example.jp", "鈴木 誠"),
        }
        teacher = dojo.lecturer_actor(SUMIDA, email="koushi@example.jp", name="伊藤 修")
        owners = [
            owner_of(make.make_firm(name=name), email, person)
            for name, email, person in (
                ("株式会社大野精密", "ono@example.jp", "大野 健一"),
                ("八広プレス工業", "press@example.jp", "八広 実"),
            )
        ]
    return {**people, "teacher": teacher, "owners": owners}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_from_announcement_to_certificate_and_follow_up(signed_in, new_page, scene):
    from dojo.followup import tasks
    from dojo.models import Cohort, Enrolment, Graduation
    from portal.kernel import clock
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import dojo, followup

    look = looker("cohort")
    today = clock.today()

    # The office asks for a rhythm; the portal proposes days around the holidays.
    office = signed_in(scene["planner"][0], width=1280)
    office.goto("/staff/cohorts/new/")
    office.select_option("[name=course]", label="DX道場")
    office.fill("[name=first_on]", f"{today + dt.timedelta(days=30):%Y/%m/%d}")
    office.fill("[name=capacity]", "1")
    office.fill("[name=opens_on]", f"{today:%Y/%m/%d}")
    office.fill("[name=closes_on]", f"{today + dt.timedelta(days=14):%Y/%m/%d}")
    office.fill("[name=place]", "すみだ産業会館 会議室3")
    office.fill("[name=contact]", "産業振興課 03-1234-5678")
    look(office, "new")
    press(office, "開催日を提案する")
    lacking = office.get_by_text("成功事例を持つ町工場の経営者")
    expect(lacking.or_(office.get_by_text("講師を1人以上")).first).to_be_visible()
    look(office, "plan-draft")
    for user, profile, story in (
        ("伊藤 修", "中小企業診断士", ""),
        ("", "押上プレス工業 社長", "紙の日報をやめて3年。現場の班長に任せてから変わりました。"),
    ):
        follow(office.get_by_role("link", name="講師を加える"))
        if user:
            office.select_option("[name=user]", label=user)
        else:
            office.fill("[name=name]", "押上 実")
            office.check("[name=is_peer]", force=True)
            office.fill("[name=story]", story)
        office.fill("[name=profile]", profile)
        press(office, "講師を加える")
    press(office, "募集を公開する")
    look(office, "plan")

    # A visitor reads it signed out; two owners apply, the second has to wait.
    visitor = new_page(width=390)
    visitor.goto("/courses/")
    look(visitor, "courses")
    follow(visitor.get_by_role("link", name="DX道場 第1期"))
    look(visitor, "announcement")
    pages = []
    for user, _actor in scene["owners"]:
        page = signed_in(user, width=390)
        page.goto(visitor.url)
        follow(page.get_by_role("link", name=re.compile("申し込む")))
        page.fill("[name=motive]", "日報を紙で書き、月末に1人が3日かけて集計している。")
        page.check("[name=consent]", force=True)
        look(page, "apply")
        press(page, re.compile("申し込む"))
        pages.append(page)
    first, second = pages
    expect(first.get_by_text("受講が決まりました").first).to_be_visible()
    expect(second.get_by_text("席が空くのを待っています")).to_be_visible()
    look(second, "waiting")

    # The first owner cancels; the seat is offered to the second, who accepts.
    follow(first.get_by_role("link", name="辞退する"))
    press(first, "辞退する")
    second.reload()
    look(second, "offered")
    press(second, "受講する")
    expect(second.get_by_text("受講が決まりました").first).to_be_visible()
    press(second, re.compile("準備ができた"))
    look(second, "enrolled")

    # The evening of the first session: the lecturer shows the code, the owner's phone reads it.
    with acting(Actor.system("test")):
        cohort = Cohort.objects.get()
        session = dojo.begin(cohort)
    teacher = signed_in(scene["teacher"].user_id, hat=f"support:{SUMIDA}", width=1280)
    teacher.goto("/teach/")
    look(teacher, "teach")
    follow(teacher.get_by_role("link", name="名簿と会場のコードを開く"))
    look(teacher, "session")
    follow(teacher.get_by_role("link", name="会場のコードを映す"))
    look(teacher, "room")
    digits = teacher.locator(".dojo-digits").inner_text()
    second.goto("/my/courses/check-in/")
    second.fill("[name=digits]", "000000" if digits != "000000" else "111111")
    press(second, "出席する", refused=True)
    expect(second.get_by_text("数字が違うか").first).to_be_visible()
    second.fill("[name=digits]", digits)
    look(second, "check-in")
    press(second, "出席する")
    expect(second.get_by_text("出席を記録しました")).to_be_visible()
    second.goto("/my/courses/")
    follow(second.get_by_role("link", name="DX道場 第1期"))
    follow(second.get_by_role("link", name=re.compile("アンケートに答える")))
    for name in ("clear", "useful", "pace"):
        second.locator(f"[name={name}][value='5']").check(force=True)
    look(second, "questionnaire")
    press(second, "答えを送る")

    # Four more evenings: once late, once away; the plan is handed in.
    with acting(Actor.system("test")):
        row = Enrolment.objects.get(status="enrolled")
        dojo.move(session, session.starts_at - dt.timedelta(days=30))
        for index, item in enumerate(dojo.sessions(cohort)[1:], start=1):
            dojo.move(item, clock.now() - dt.timedelta(days=28 - 7 * index + 1))
    for item, mark in zip(
        dojo.sessions_as_system(cohort)[1:], ("present", "late", "absent", "present"), strict=True
    ):
        teacher.goto(f"/staff/sessions/{item.pk}/")
        teacher.select_option(f"[name=mark-{row.pk}]", mark)
        if mark == "late":
            teacher.fill(f"[name=minutes-{row.pk}]", "130")
        press(teacher, "出席を保存する")
    follow(teacher.get_by_role("link", name="八広 実"))
    teacher.fill("[name=on]", f"{today:%Y/%m/%d}")
    press(teacher, "提出を記録する")
    look(teacher, "person")
    teacher.goto(f"/staff/cohorts/{cohort.public_id}/grid/")
    look(teacher, "grid")

    # The rule proposes, another official confirms, and the certificate is there.
    office.goto(f"/staff/cohorts/{cohort.public_id}/")
    look(office, "board")
    follow(office.get_by_role("link", name="修了", exact=True))
    press(office, "修了の案を作る")
    approver = signed_in(scene["approver"][0], width=1280)
    approver.goto(f"/staff/cohorts/{cohort.public_id}/graduations/")
    look(approver, "proposals")
    press(approver, "選んだ方の修了を認定する")
    follow(approver.get_by_role("link", name=re.compile("DOJO-0001")))
    look(approver, "graduation")

    second.goto("/my/courses/")
    follow(second.get_by_role("link", name="DX道場 第1期"))
    look(second, "graduated")
    words = pdf_text(second, second.get_by_role("link", name=re.compile("修了証を受け取る")))
    assert "八広 実" in words
    number, check = (
        re.search(r"(R\d+-13107-DOJO-\d+)", words)[1],
        re.search(r"確認コード ([0-9a-f]{8})", words)[1],
    )
    visitor.goto("/verify/")
    visitor.fill("[name=number]", number)
    visitor.fill("[name=check]", check)
    press(visitor, "確かめる")
    expect(visitor.get_by_text("この修了証は有効です")).to_be_visible()
    expect(visitor.get_by_text("八広")).to_have_count(0)
    look(visitor, "verified")

    # Three months on: a mail, one tap without signing in, and the ward accepts what was bought.
    with acting(Actor.system("test")):
        graduation = Graduation.objects.get()
        followup.ago(graduation, 100)
    tasks.ask()
    survey = re.search(r"(/survey/\w+/\?a=invested)", followup.send()[0].body)[1]
    phone = new_page(width=390)
    phone.goto(survey)
    expect(phone.get_by_text("八広")).to_have_count(0)
    look(phone, "survey")
    press(phone, "送る")
    expect(phone.get_by_text("いまの回答：投資した")).to_be_visible()
    second.goto("/my/followup/")
    follow(second.get_by_role("link", name="投資を報告する"))
    second.fill("[name=what]", "生産管理クラウドの導入")
    second.check("[name=kind][value=software]", force=True)
    second.fill("[name=invested_on]", f"{today:%Y/%m/%d}")
    second.fill("[name=amount_yen]", "７２０，０００")
    second.check("[name=source][value=own]", force=True)
    paper = followup.evidence()
    second.set_input_files(
        "[name=evidence]",
        {"name": paper.name, "mimeType": "application/pdf", "buffer": paper.read()},
    )
    press(second, "区に報告する")
    look(second, "investment")
    office.goto("/staff/followup/investments/")
    look(office, "investments")
    follow(office.get_by_role("link", name="報告を確かめる"))
    press(office, "受理する")
    second.reload()
    expect(second.get_by_text("区が受理しました")).to_be_visible()
    office.goto(f"/staff/cohorts/{cohort.public_id}/followup/")
    expect(office.get_by_text("投資した", exact=True)).to_be_visible()
    look(office, "followup")
