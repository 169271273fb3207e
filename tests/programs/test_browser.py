"""Every screen of firms in a real browser: accessible, narrow, in both languages, without scripts."""

import pytest
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories.programs import SUMIDA, MembershipFactory, SiteFactory, corporate_number
from tests.flows.story import follow, press
from tests.programs.books import good_row, make_book
from tests.support.people import assign, make_person, sign_in

SYSTEM = Actor.system("test")


@pytest.fixture
def open_as(new_page, live_app, client):
    """A function that opens a page in which that person is signed in."""

    def open_page(user, **options):
        with acting(SYSTEM):
            sign_in(client, user)
        page = new_page(**options)
        cookie = client.cookies["session"]
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_app.url}])
        return page

    return open_page


@pytest.fixture
def owner(transactional_db):
    """An owner whose firm has a site and a name that hardly breaks."""
    with acting(SYSTEM):
        membership = MembershipFactory(user=make_person("owner@example.jp"))
        SiteFactory(firm=membership.firm, name="A" * 100)
        return membership.user


@pytest.fixture
def reviewer(transactional_db):
    """A reviewer of 墨田区."""
    with acting(SYSTEM):
        return assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)


def check(page, path: str = "") -> None:
    if path:
        page.goto(path)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_firms_screens(open_as, owner, language):
    page = open_as(owner, width=320)
    if language == "en":
        page.goto("/firm/")
        press(page, "English")
    for path in ("", "edit/", "register/", "sites/add/", "people/invite/"):
        check(page, f"/firm/{path}")
        assert page.locator("html").get_attribute("lang") == language


def test_the_officials_screens(open_as, owner, reviewer, tmp_path):
    page = open_as(reviewer, width=320)
    check(page, "/staff/firms/")
    follow(page.locator("tbody a").first)
    check(page)
    check(page, "/staff/firms/import/")
    for name, rows in (
        ("faulty.xlsx", [good_row(0), good_row(1, D="二十")]),
        ("good.xlsx", [good_row(0), good_row(1)]),
    ):
        file = tmp_path / name
        file.write_bytes(make_book(rows))
        page.goto("/staff/firms/import/")
        page.set_input_files("#id_file", str(file))
        press(page, "読み込んで確かめる")
        check(page)
    press(page, "この内容で取り込む")
    page.get_by_text("取り込みました").wait_for()
    check(page)


def test_the_screens_of_facts(open_as, owner, reviewer):
    from tests.factories.selection import graduate

    with acting(SYSTEM):
        firm = owner.firm_memberships.get().firm
        fact = graduate(firm, number="D2026-0001", person_name="試験 花子")
    page = open_as(reviewer, width=320)
    for path in ("", f"{fact.pk}/"):
        check(page, f"/staff/facts/{path}")
    page.get_by_text("この記録を取り消す").click()
    check(page)
    check(page, f"/staff/firms/{firm.public_id}/")
    follow(page.get_by_role("link", name="修了・認定を記録する"))
    check(page)
    with page.expect_navigation():
        page.get_by_role("button", name="記録する", exact=True).click()
    check(page)


def test_registering_without_scripts(open_as, transactional_db):
    with acting(SYSTEM):
        newcomer = make_person("new@example.jp")
    page = open_as(newcomer, java_script_enabled=False)
    page.goto("/firm/register/")
    page.get_by_label("法人", exact=True).check()
    page.get_by_label("法人番号").fill(corporate_number(5))
    page.get_by_label("企業名（屋号）").fill("株式会社八広製作所")
    page.get_by_label("代表者の氏名").fill("八広 一郎")
    page.get_by_label("業種").select_option("24")
    page.get_by_label("従業員数").fill("１２")
    page.get_by_label("郵便番号").fill("131-0041")
    page.get_by_label("電話番号").fill("03-1111-2222")
    page.get_by_role("button", name="郵便番号から住所を入力").click()
    expect(page.get_by_label("本社の所在地")).to_have_value("東京都墨田区八広")
    expect(page.get_by_label("企業名（屋号）")).to_have_value("株式会社八広製作所")
    page.get_by_label("本社の所在地").fill("東京都墨田区八広1-1-1")
    page.get_by_label("電話番号").press("Enter")  # presses the main button, not the lookup
    page.get_by_text("企業を登録しました。").wait_for()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "株式会社八広製作所", use_inner_text=True
    )
