"""One page of every kind that comes with the portal, in a real browser: clean and narrow."""

import pytest
from playwright.sync_api import expect

from portal.cms import demo
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.screens import save_screen

# Between them they show every piece that a page is built from.
PAGES = (
    "phases",
    "phases/where-we-are",
    "pitfalls/security-drill",
    "cases",
    "cases/yamamoto-metal",
    "support-nakama",
    "wards/sumida/digital",
    "faq",
    "forms",
    "accessibility-policy",
)


@pytest.mark.parametrize(("language", "width"), [("ja", 320), ("en", 1280)])
def test_the_texts_are_accessible_at_every_width(new_page, live_app, language, width):
    with acting(Actor.system("test")):
        demo.load(firms=(), now=clock.now(), scale=1)
    page = new_page(width=width, locale="ja-JP" if language == "ja" else "en-GB")
    for path in PAGES if language == "ja" else ("support-nakama", "wards/sumida/digital"):
        page.goto(f"/{path}/")
        expect(page.locator("h1")).to_have_count(1)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        save_screen(page, f"text-{path.replace('/', '-')}-{language}")
    if language == "ja":
        page.goto("/faq/")
        page.get_by_text("GビズIDがないと申し込めませんか。").click()
        expect(page.get_by_text("なくても申し込めます。", exact=False)).to_be_visible()
