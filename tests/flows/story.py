"""What the stories in a browser share: buttons, looks, and a firm with the shipped scheme's form."""

import io
import random
import re
from itertools import count

import pypdf
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from subsidies.contents import rules_of
from subsidies.demo import forms
from subsidies.models import Call, Scheme
from subsidies.schemes.definitions import scheme_definitions
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory
from tests.screens import save_screen
from tests.support.people import assign, make_person

SUMIDA = 13107
# What no page of a story says, whatever it is about.
BROKEN = re.compile("うまく動きませんでした|ページが見つかりません")


# What a form is answered with that somebody has to mend: what was typed, or what has changed since.
REFUSALS = {409, 422}


def press(page, name, within=None, *, refused=False):
    """Press a button that sends a form, and wait for the answer."""
    follow((within or page).get_by_role("button", name=name).last, refused=refused)


def follow(link, *, refused=False):
    """Follow a link, or press a button, and wait for its page: what is read at once would be read
    from the old one. Fails where it leads nowhere, or to a refusal that the story does not tell."""
    with link.page.expect_navigation() as leads:
        link.click()
    answer = leads.value
    assert answer is not None, f"no page was loaded: {link.page.url}"
    wanted = REFUSALS if refused else {200}
    assert answer.status in wanted, f"{answer.status}: {answer.url}"


def looker(story, *, pictures=False):
    """`look(page, name)`: one heading, clean, no sideways scroll, and a picture to look at (in every
    run, or where pictures are asked for: tests/screens.py)."""
    shots = count(1)

    def look(page, name):
        expect(page.locator("h1")).to_have_count(1)
        assert_axe_clean(page)
        expect(page.get_by_text(BROKEN)).to_have_count(0)
        assert_no_sideways_scroll(page)
        save_screen(page, f"{story}-{next(shots):02d}-{name}", always=pictures)

    return look


def choose_all(page, value):
    """Choose this value in every row of buttons."""
    for field in page.locator(f"input[type=radio][value={value}]").all():
        field.check(force=True)


def wait_for(page, locator, seconds=60):
    """Read the page again until the worker has made what `locator` finds."""
    for _second in range(2 * seconds):
        if locator.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"nothing has come: {locator}")


def pdf_text(page, link):
    """The words of the letter that a link on the page leads to."""
    answer = page.request.get(link.get_attribute("href"))
    letter = pypdf.PdfReader(io.BytesIO(answer.body()))
    assert letter.trailer["/Root"]["/MarkInfo"]["/Marked"], "the letter is a tagged PDF"
    return "".join(part.extract_text() for part in letter.pages)


def shipped_call(stage, budget_yen):
    """An open round of the scheme that 墨田区 gets for this stage."""
    shipped = next(row for row in scheme_definitions({SUMIDA: "墨田区"}) if row.stage == stage)
    call = make.make_call(stage=stage, rules=shipped.rules, budget_yen=budget_yen)
    Scheme.objects.filter(pk=call.version.scheme_id).update(
        name=shipped.name, summary=shipped.summary, source=shipped.source
    )
    Call.objects.filter(pk=call.pk).update(mode=Call.Mode.ROUND)
    return Call.objects.select_related("version__scheme").get(pk=call.pk)


def whole_draft(owner, call, story):
    """A draft in which every question of the scheme is answered and every paper attached."""
    rules = rules_of(call.version)
    return make.make_draft(
        owner,
        call,
        answers=forms.answers(
            rules, story, call=call, person=owner.name, phone="03-1234-5678", day=clock.today()
        ),
        lines=forms.lines(random.Random(1), rules, story),
        documents=tuple(item.code for item in rules.documents if item.required),
    )


def owner_of(firm, email, name):
    """(the person, the person acting as the firm): the owner of a firm."""
    user = make_person(email, name=name)
    MembershipFactory(firm=firm, user=user, role=Role.FIRM_OWNER)
    return user, Actor(user.pk, name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)


def official(role, email, name):
    """(the person, the person acting for the ward): somebody of 墨田区."""
    user = assign(make_person(email, name=name), role, ward_id=SUMIDA)
    return user, Actor(user.pk, name, Hat.WARD, frozenset({role}), ward_id=SUMIDA)


def write_evaluation(advisor):
    """The advisor's judgement of a plan, every aspect with its reason."""
    choose_all(advisor, "b")
    for code in ("fit", "feasibility", "effect", "price", "risks"):
        advisor.fill(f"[name=text-{code}]", "工場を訪ね、現場の数字で確かめた。")
    advisor.fill("[name=summary]", "無理のない計画である。始める前の1か月分の記録を残すとよい。")
