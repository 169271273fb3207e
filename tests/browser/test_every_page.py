"""Every page, as somebody who may open it, in both languages: axe finds nothing, nothing sticks
out at 320 px, there is one h1, and Japanese on an English page is marked as Japanese.
"""

import re

import pytest

from tests.architecture.access_matrix import EVERYBODY, MATRIX, ROW_DECIDES, SIGNED_IN
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.support.world import arguments, build_world

# Who opens a page that several may open: the first of these that is allowed.
PREFERRED = ("owner", "reviewer", "auditor", "ward_admin", "committee", "advisor")
VISITOR_PAGES = (
    "desk:home",
    "ui:accessibility",
    "ui:site_policy",
    "subsidies:call_list",
    "subsidies:call_detail",
    "account_login",
    "account_signup",
    "account_reset_password",
)
# Answers that are no page: downloads, redirects, addresses for POST.
NO_PAGE = re.compile(
    r"healthz|_csv|:csv|:ics|download|template|landing|:session|hats|set_|autosave|:bulk|checks"
)


# Texts with kana or kanji outside an element of lang="ja".
UNMARKED = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, holder = text.parentElement;
        if (holder.closest('script,style') || holder.closest('[lang]').lang === 'ja') continue;
        if (/[\\u3041-\\u30ff\\u3400-\\u9fff\\uff66-\\uff9f]/.test(text.data)) found.push(text.data.trim());
    }
    return found;
}"""


def opener(name):
    """The person who opens the page in this test, or None for what visitors see."""
    allowed = MATRIX[name]
    if allowed in (EVERYBODY, SIGNED_IN):
        return "owner"
    return next((person for person in PREFERRED if person in allowed), None)


def test_every_page_has_somebody_who_opens_it():
    alone = [name for name in MATRIX if opener(name) is None]
    # Acts of approvers alone, told in tests/subsidies/retention and tests/flows/test_selection.
    assert sorted(alone) == ["retention:approve", "selection:approve"]


@pytest.fixture
def world(transactional_db):
    from django.urls import reverse

    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with acting(Actor.system("test")):
        built = build_world()
        names = {*MATRIX, *VISITOR_PAGES}
        built["address"] = {name: reverse(name, args=arguments(name, built)) for name in names}
        return built


def look(page, address):
    """Open the page and check it; False where the address is no page of its own."""
    # Asked without the browser first: it does not take an empty 405 for a page.
    probe = page.request.get(address, max_redirects=0)
    assert probe.status in {200, 302, 405}, f"{address}: {probe.status}"
    if probe.status != 200 or "text/html" not in probe.headers.get("content-type", ""):
        return False
    answer = page.goto(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    assert page.locator("h1").count() == 1, f"{address} has {page.locator('h1').count()} h1"
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert page.evaluate(UNMARKED) == [], f"{address}: Japanese is not marked as such"
    return True


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_visitors_pages(new_page, world, language):
    page = new_page(width=320)
    speak(page, language)
    for name in VISITOR_PAGES:
        assert look(page, world["address"][name])


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("person", PREFERRED)
def test_pages_of_a_role(signed_in, world, person, language):
    page = signed_in(world["people"][person], width=320)
    speak(page, language)
    seen, faults = [], []
    for name in MATRIX:
        if opener(name) == person and name not in ROW_DECIDES and not NO_PAGE.search(name):
            try:
                seen += [name] if look(page, world["address"][name]) else []
            except AssertionError as fault:  # all pages are told of at once
                faults.append(f"{name}: {fault}")
    assert not faults, "\n\n".join(faults)
    assert seen, f"{person} has no page"
    print(f"{person} ({language}): {len(seen)} pages")


def speak(page, language):
    """Switch the language the way people do."""
    page.goto("/accessibility/")
    if page.locator("html").get_attribute("lang") != language:
        with page.expect_navigation():
            page.locator(f"button[name=language][value={language}]").click()
    assert page.locator("html").get_attribute("lang") == language
