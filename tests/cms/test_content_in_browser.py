"""The texts that come with the portal in a real browser: every piece of a page, clean and narrow."""

from playwright.sync_api import expect

from portal.cms import demo
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.screens import save_screen

# Between them they show every piece that a text is built from.
PAGES = (
    "phases/where-we-are",
    "pitfalls/security-drill",
    "cases/yamamoto-metal",
    "forms",
    "faq",
)


def test_the_texts_are_for_everybody(new_page, live_app):
    with acting(Actor.system("test")):
        demo.load(firms=(), now=clock.now(), scale=1)
    page = new_page(width=320)
    for path in PAGES:
        page.goto(f"/{path}/")
        expect(page.locator("h1")).to_have_count(1)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        save_screen(page, f"text-{path.replace('/', '-')}")
    page.get_by_text("GビズIDがないと申し込めませんか。").click()
    expect(page.get_by_text("なくても申し込めます。", exact=False)).to_be_visible()
