"""The person's own pages in a real browser: a dead address, the daily mail, all read; axe clean."""

import pytest
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services
from portal.notices.models import DeadAddress
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories.programs import SUMIDA, MembershipFactory
from tests.flows.story import follow, press
from tests.screens import save_screen
from tests.support.people import assign, make_person, sign_in

SYSTEM = Actor.system("test")


@pytest.fixture
def opened(new_page, live_app, client, transactional_db):
    """Opens a page in which that person is signed in."""

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
    """An owner whose address is dead, with an urgent notice that was held back."""
    with acting(SYSTEM):
        owner = MembershipFactory(user=make_person("owner@example.jp", name="町田 広")).user
        DeadAddress.objects.create(
            user=owner, address=owner.email, source="bounced", code="5.1.1", found_at=clock.now()
        )
        for number, topic in enumerate(("subsidies.correction", "subsidies.progress")):
            services.notify(
                event_key=f"n{number}",
                recipients=[owner.pk],
                subject=["補正のお願い（R8-墨田-0012）", "申請を受け付けました（R8-墨田-0012）"][
                    number
                ],
                body="12月14日までに補正してください。",
                url="/my/",
                topic=topic,
            )
        while services.send_next():
            pass
        return owner


def look(page, path: str, name: str) -> None:
    page.goto(path)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, name)


@pytest.mark.parametrize(("language", "width"), [("ja", 390), ("en", 1280)])
def test_a_person_mends_the_way_to_them(opened, owner, language, width):
    page = opened(owner, width=width)
    if language == "en":
        page.goto("/notices/")
        press(page, "English")
    look(page, "/notices/", f"notices-{language}")
    follow(page.locator("main li.ui-card a").first)
    assert_axe_clean(page)
    save_screen(page, f"notices-mail-{language}")
    look(page, "/notices/settings/", f"notices-settings-{language}")
    page.locator("select[name='subsidies.progress']").select_option("digest")
    follow(page.locator("main form button[data-type=primary]").last)
    expect(page.locator("select[name='subsidies.progress']")).to_have_value("digest")
    page.goto("/notices/")
    expect(page.locator("main").get_by_text("owner@example.jp")).to_be_visible()
    follow(page.locator("form[action='/notices/address/'] button"))
    expect(page.locator("main").get_by_text("owner@example.jp")).to_have_count(0)
    follow(page.locator("form[action='/notices/read/'] button"))
    expect(page.locator("form[action='/notices/read/']")).to_have_count(0)
    look(page, "/my/", f"my-{language}")
    look(page, "/my/data/", f"my-data-{language}")


def test_the_ward_sees_whom_to_call(opened, owner):
    with acting(SYSTEM):
        reviewer = assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    page = opened(reviewer, width=390)
    look(page, "/staff/firms/unreached/", "unreached")
    press(page, "電話")
    expect(page.locator("main").get_by_text("伝えそびれている通知はありません")).to_be_visible()
