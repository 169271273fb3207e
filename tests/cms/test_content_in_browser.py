"""The texts that come with the portal in a real browser: every piece of a page, clean and narrow; how
much a visitor loads, and that nothing moves while it loads.
"""

import gzip
from functools import lru_cache

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.cms import demo
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies
from tests.screens import save_screen
from tests.support.visitor import cookies_for, screens

# Between them they show every piece that a text is built from.
PAGES = (
    "phases/where-we-are",
    "pitfalls/security-drill",
    "cases/yamamoto-metal",
    "forms",
    "faq",
)
WEIGHED = (
    "wards/sumida",
    "support-first-step",
    "wards/sumida/digital",
    "pitfalls/security-drill",
    "cases/yamamoto-metal",
    "news",
    "news/portal-open",
    "faq",
    "forms",
    "accessibility-policy",
)
# Bytes of HTML, styles, scripts and fonts as they go over the wire compressed; pictures apart.
MOST_BYTES = 100_000
# What nobody notices (good is 0.1 and less); nothing of ours moves at all.
MOST_SHIFT = 0.0
# Runs before the page does: adds up how far what stood there already is moved by what comes later.
SUM_SHIFTS = """(() => {
    let sum = 0;
    const add = entries => { for (const entry of entries) sum += entry.value; };
    const watch = new PerformanceObserver(list => add(list.getEntries()));
    watch.observe({type: 'layout-shift', buffered: true});
    window.shifted = async () => {
        for (const _frame of [1, 2, 3]) await new Promise(done => requestAnimationFrame(done));
        add(watch.takeRecords());
        return sum;
    };
})()"""


@pytest.fixture
def site(transactional_db):
    """The texts as a new installation has them, an open call, and a visitor's answers."""
    with acting(Actor.system("test")):
        demo.load(firms=(), now=clock.now(), scale=1)
        call = subsidies.make_call(budget_yen=5_000_000)
    addresses, cookies = screens()
    texts = {path: f"/{path}/" for path in WEIGHED}
    call_page = {"call": reverse("subsidies:call_detail", args=[call.pk])}
    return texts | call_page | addresses, cookies


def test_the_texts_are_for_everybody_and_light_and_still(new_page, live_app, site):
    addresses, cookies = site
    page = new_page(width=320)
    for path in PAGES:
        page.goto(f"/{path}/")
        expect(page.locator("h1")).to_have_count(1)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        save_screen(page, f"text-{path.replace('/', '-')}")
    page.get_by_text("GビズIDがないと申し込めませんか。").click()
    expect(page.get_by_text("なくても申し込めます。", exact=False)).to_be_visible()
    too_much = []
    for width in (390, 1280):
        page = new_page(width=width)
        page.add_init_script(SUM_SHIFTS)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        cookies_for(page, cookies, live_app.url)
        for name, address in addresses.items():
            weight, shift = measured(page, address)
            print(f"{name} {width}: {weight} bytes, moved {shift}")
            if weight > MOST_BYTES or shift > MOST_SHIFT:
                too_much.append(f"{name} at {width} px: {weight} bytes, moved {shift}")
    assert not too_much, "\n".join(too_much)
    # The measure measures: a line that is put above the others moves them.
    page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('h2'), {innerText: 'x'}))"
    )
    assert page.evaluate("window.shifted()") > MOST_SHIFT


def measured(page, address):
    """(bytes without pictures, how far things moved) from the first byte to the foot of the page."""
    answers = []
    watch = lambda answer: answers.append(answer)  # noqa: E731, PLW0108 (Playwright marks it)
    page.on("response", watch)
    assert page.goto(address).status == 200
    page.wait_for_load_state("load")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    shift = page.evaluate("window.shifted()")
    page.remove_listener("response", watch)
    kinds = [(answer, answer.headers.get("content-type", "")) for answer in answers]
    return sum(
        compressed(answer.body()) for answer, kind in kinds if not kind.startswith("image/")
    ), shift


@lru_cache
def compressed(body):
    """As a server in front of the portal sends it: gzip at its usual level."""
    return len(gzip.compress(body, 6))
