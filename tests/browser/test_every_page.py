"""Every page, as somebody who may open it, in both languages: axe finds nothing, nothing sticks
out at 320 px, there is one h1, and Japanese on an English page is marked as Japanese.
"""

import pytest

from tests.architecture.access_matrix import EVERYBODY, MATRIX, ROW_DECIDES, SIGNED_IN
from tests.axe import assert_axe_clean, script
from tests.manuals.words import NO_PAGE, WITHOUT
from tests.support.world import arguments, build_world

# Who opens a page that several may open: the first of these that is allowed.
PREFERRED = (
    "owner",
    "reviewer",
    "auditor",
    "ward_admin",
    "committee",
    "advisor",
    "lecturer",
    "lab_staff",
    "policy",
)
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
# What is looked at besides axe, read in one go: headings, what sticks out, and texts with kana or
# kanji outside an element of lang="ja".
SEEN = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), unmarked = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, holder = text.parentElement;
        if (holder.closest('script,style') || holder.closest('[lang]').lang === 'ja') continue;
        if (/[\\u3041-\\u30ff\\u3400-\\u9fff\\uff66-\\uff9f]/.test(text.data)) unmarked.push(text.data.trim());
    }
    const headings = document.querySelectorAll('h1').length;
    return [headings, document.documentElement.scrollWidth - window.innerWidth, unmarked];
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


def is_page(page, address):
    """False where the address is no page of its own: an empty 405, a redirect, a file."""
    probe = page.request.get(address, max_redirects=0)
    assert probe.status in {200, 302, 405}, f"{address}: {probe.status}"
    return probe.status == 200 and "text/html" in probe.headers.get("content-type", "")


def look(page, address):
    """Open the page and check it."""
    answer = page.goto(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    headings, excess, unmarked = page.evaluate(SEEN)
    assert headings == 1, f"{address} has {headings} h1"
    assert_axe_clean(page)
    assert excess <= 0, f"{address} is {excess} px too wide"
    assert unmarked == [], f"{address}: Japanese is not marked as such: {unmarked}"


def look_at_all(page, addresses):
    """Every page in both languages; all faults are told of at once."""
    faults = []
    page.context.add_init_script(script())
    for language in ("ja", "en"):
        speak(page, language)
        for name, address in addresses.items():
            try:
                look(page, address)
            except AssertionError as fault:
                faults.append(f"{name} ({language}): {fault}")
    assert not faults, "\n\n".join(faults)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_page_as_who_may_open_it(new_page, signed_in, world, subtests):
    """One test for all people: the world takes as long to build as one person to look at it."""
    with subtests.test("visitor"):
        look_at_all(new_page(width=320), {name: world["address"][name] for name in VISITOR_PAGES})
    for person in PREFERRED:
        with subtests.test(person):
            page = signed_in(world["people"][person], width=320)
            pages = {
                name: address for name, address in asked(person, world) if is_page(page, address)
            }
            assert pages, f"{person} has no page"
            look_at_all(page, pages)


def asked(person, world):
    """Name and address of what the person opens in this test.

    Files, pictures and the like have no <main>: tests/architecture/test_access.py says so.
    """
    return [
        (name, world["address"][name])
        for name in MATRIX
        if opener(name) == person and name not in ROW_DECIDES and WITHOUT.get(name) != NO_PAGE
    ]


def speak(page, language):
    """Switch the language the way people do."""
    page.goto("/accessibility/")
    if page.locator("html").get_attribute("lang") != language:
        with page.expect_navigation():
            page.locator(f"button[name=language][value={language}]").click()
    assert page.locator("html").get_attribute("lang") == language
