"""A visitor looks for help, an official for a firm; by keyboard, in both languages, at every width."""

import pytest
from playwright.sync_api import expect

from tests.axe import assert_axe_clean
from tests.browser.test_every_page import speak
from tests.flows.story import follow
from tests.screens import save_screen


@pytest.fixture
def scene(transactional_db):
    """Pages of every kind, a call, an official, and a firm with an old sign in its name."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from portal.search import services
    from tests.factories import cms as make
    from tests.factories.programs import FirmFactory
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        make.one_of_each()
        FirmFactory(name="渡邉メッキ工業所", representative_name="渡邉 惠子")
        official = assign(
            make_person("o@example.jp", name="担当"), Role.REVIEWER, ward_id=make.SUMIDA
        )
        services.rebuild()
    return official


def test_somebody_finds_help_and_an_official_a_firm(new_page, signed_in, scene):
    for width in (390, 1280):
        page = new_page(width=width)
        page.goto("/")
        follow(page.get_by_role("link", name="サイト内を探す"))
        page.get_by_label("探したい言葉").fill("ﾒｯｷの工程")
        page.get_by_label("探したい言葉").press("Enter")
        expect(page.locator(".search-hit mark").first).to_have_text("めっき")
        assert_axe_clean(page)
        save_screen(page, "search-site-ja")
        page.goto("/search/?q=見つからない言葉&kind=call")
        expect(page.get_by_role("heading", level=2)).to_contain_text("見つかりませんでした")
        assert_axe_clean(page)
        save_screen(page, "search-none-ja")
        speak(page, "en")
        page.goto("/search/?q=補助金")
        expect(page.locator(".search-hit").first).to_be_visible()
        assert_axe_clean(page)
        save_screen(page, "search-site-en")

        page = signed_in(scene, width=width)
        page.goto("/staff/firms/")
        page.keyboard.press("/")
        expect(page.locator("#head-search")).to_be_focused()
        page.keyboard.type("渡辺")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="渡邉メッキ工業所", exact=True)).to_be_visible()
        assert_axe_clean(page)
        save_screen(page, "search-office-ja")
        follow(page.get_by_role("link", name="渡邉メッキ工業所", exact=True))
        expect(page.get_by_role("heading", level=1)).to_contain_text("渡邉メッキ工業所")
        speak(page, "en")
        page.goto("/staff/search/?q=渡辺")
        save_screen(page, "search-office-en")
