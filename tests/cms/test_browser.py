"""Every kind of page of the public site in a browser, the guide, the diagnosis and the search among them;
and a story from the writer's desk to the reader.
"""

import pytest
from playwright.sync_api import expect

from tests.axe import assert_axe_clean, script
from tests.browser.test_every_page import SEEN, speak
from tests.flows.story import BROKEN
from tests.screens import save_screen
from tests.support.visitor import cookies_for, screens

WIDTHS = (320, 390, 1280)


@pytest.fixture
def scene(transactional_db):
    """One page of each kind in 墨田区's branch or among the common ones; people to write them."""
    from portal.accounts.roles import Role
    from portal.accounts.services import let_into_editor
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import cms as make
    from tests.support.people import assign, make_person

    with acting(Actor.system("test")):
        addresses = make.one_of_each()
        people = {}
        for key, role in (("writer", Role.REVIEWER), ("approver", Role.APPROVER)):
            person = assign(make_person(f"{key}@example.jp", name=key), role, ward_id=make.SUMIDA)
            let_into_editor(person)
            people[key] = person
    return people | {"addresses": addresses}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_kind_of_page_is_for_everybody(new_page, live_app, scene):
    """Each page is opened once in a language and then made wider: what is drawn is the same."""
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from portal.search import services

    with acting(Actor.system("test")):
        services.rebuild()
    addresses, cookies = screens()
    page = new_page(width=WIDTHS[0])
    page.context.add_init_script(script())
    cookies_for(page, cookies, live_app.url)
    faults = []
    for language in ("ja", "en"):
        speak(page, language)
        for kind, address in (scene["addresses"] | addresses).items():
            answer = page.goto(address)
            if answer.status != 200:
                faults.append(f"{kind} {language}: {address} answers {answer.status}")
                continue
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                faults += _faults(page, f"{kind} {language} {width}")
                save_screen(page, f"cms-{kind}-{language}")
    assert not faults, "\n\n".join(faults)


def _faults(page, name):
    found = []
    headings, excess, unmarked = page.evaluate(SEEN)
    if headings != 1 or excess > 0 or unmarked:
        found.append(f"{name}: {headings} h1, {excess} px too wide, unmarked {unmarked}")
    try:
        assert_axe_clean(page)
    except AssertionError as fault:
        found.append(f"{name}: {fault}")
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_editor_writes_a_story_another_approves_and_a_visitor_reads_it(
    new_page, signed_in, scene
):
    from portal.cms.models import CaseStory

    # The writer begins a story in the own ward's branch, with the forms as the editor draws them.
    desk = signed_in(scene["writer"], width=1280)
    home = _home_of_sumida()
    desk.goto(f"/cms/pages/add/cms/casestory/{home}/")
    desk.fill("[name=title]", "図面を探さない工場")
    for field, text in {
        "summary": "図面を探す時間を、1日40分から5分にしました。",
        "issue": "紙の図面が棚に3,000枚ありました。",
        "effect": "探す時間が8分の1になりました。",
        "source_title": "工場への聞き取り",
        "place": "墨田区",
        "industry": "金属プレス",
    }.items():
        desk.fill(f"[name={field}]", text)
    desk.locator("button.c-sf-add-button").first.click()
    desk.locator("[role=option]", has_text="見出し").first.click()
    desk.locator("input[name='steps-0-value']").fill("棚の図面を撮る")
    save_screen(desk, "cms-editor")
    desk.get_by_role("button", name="他のアクション").click()
    with desk.expect_navigation():
        desk.get_by_role("button", name="墨田区の承認に提出する").click()
    expect(desk.get_by_text(BROKEN)).to_have_count(0)
    address = "/wards/sumida/" + _slug_of(CaseStory, "図面を探さない工場") + "/"
    visitor = new_page()
    assert visitor.goto(address).status == 404, "nobody has approved it"

    # Another person reads it as it will look, and approves.
    boss = signed_in(scene["approver"], width=1280)
    boss.goto("/notices/")
    expect(boss.get_by_text("承認の依頼：図面を探さない工場").first).to_be_visible()
    number = _number_of(CaseStory, "図面を探さない工場")
    preview = boss.goto(f"/cms/pages/{number}/view_draft/")
    assert preview.status == 200
    expect(boss.get_by_role("heading", name="図面を探さない工場")).to_be_visible()
    boss.goto(f"/cms/pages/{number}/edit/")
    save_screen(boss, "cms-approve")
    boss.get_by_role("button", name="他のアクション").click()
    with boss.expect_navigation():
        boss.get_by_role("button", name="承認", exact=True).last.click()
    visitor.goto(address)
    expect(visitor.get_by_role("heading", name="図面を探さない工場")).to_be_visible()
    assert_axe_clean(visitor)
    save_screen(visitor, "cms-story")


def _home_of_sumida():
    from portal.cms.models import WardHome

    return WardHome.objects.get(ward_id=13107).pk


def _slug_of(model, title):
    return model.objects.get(title=title).slug


def _number_of(model, title):
    return model.objects.get(title=title).pk
