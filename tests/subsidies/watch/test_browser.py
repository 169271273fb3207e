"""A look at the pages: wide and narrow, by keyboard and eye, in both languages."""

import pytest
from playwright.sync_api import expect

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.watch.models import Finding
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.factories import watch
from tests.flows.story import follow, press
from tests.screens import save_screen

pytestmark = pytest.mark.slow
FIRMS = ("あづま精機", "石原鍍金工業", "株式会社上野プレス", "江川製作所", "岡部金型", "川口螺子")


def looks_well(page, name, width):
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, f"watch-{name}-{width}")


@pytest.fixture
def world(transactional_db):
    """A vendor of six firms, a file in two wards, a dear machine, a doubtful draft."""
    with acting(Actor.system("test")):
        official = make.official_actor()
        call = make.make_call()
        cases = []
        for number, name in enumerate(FIRMS):
            price = 180_000 + number * 9_000 if number else 640_000
            lines = [
                watch.line(
                    vendor="株式会社まるごとDX支援", description="現場端末", unit_price=price
                ),
                watch.line(vendor="有限会社合見積サービス", description=f"設定{name}"),
            ]
            firm = make.make_firm(name=name)
            cases.append(watch.case(number, call=call, lines=lines, firm=firm))
        far = watch.case(20, ward=13111, file_of=cases[1])
        cheap = [
            watch.case(
                30 + number,
                ward=13111,
                lines=[
                    watch.line(description="現場端末", unit_price=175_000, vendor=f"業者{number}")
                ],
            )
            for number in range(4)
        ]
        watch.compare(far, *cheap, *cases, cases[0])
        firm = make.firm_actor(make.make_firm())
        lines = [watch.line(unit_price=6_660)]
        draft = make.make_draft(firm, make.make_call(), lines=lines)
    return official, firm, draft


def finding(kind):
    with acting(Actor.system("test")):
        return Finding.objects.filter(kind=kind, ward_id=make.SUMIDA).latest("id").pk


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_look_well(world, signed_in, width):
    official, firm, draft = world
    page = signed_in(official.user_id, width=width)
    page.goto("/staff/watch/")
    looks_well(page, "list", width)
    for kind in ("price", "file", "vendor"):
        page.goto(f"/staff/watch/{finding(kind)}/")
        looks_well(page, kind, width)
    page.get_by_text("説明がついた", exact=True).first.click()
    page.locator("details[open] textarea").fill("商工会の共同購入の窓口だった。")
    press(page, "「説明がついた」として記録する")
    expect(page.locator("body")).to_contain_text("商工会の共同購入の窓口だった。")
    page.goto("/staff/watch/vendors/")
    looks_well(page, "vendors", width)
    follow(page.get_by_role("link", name="株式会社まるごとDX支援"))
    looks_well(page, "cluster", width)
    follow(page.get_by_role("link", name=FIRMS[0]))
    looks_well(page, "case", width)
    page = signed_in(firm.user_id, width=width)
    page.goto(f"/apply/{draft.public_id}/budget/?problems=1")
    looks_well(page, "budget", width)
    page.get_by_label("で正しい").check()
    press(page, "保存して次へ")
    page.goto(f"/apply/{draft.public_id}/budget/")
    expect(page.locator("body")).not_to_contain_text("で正しい")
