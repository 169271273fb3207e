"""Material goes from one firm to another, and the two meet at a 商談会: in a browser, with the lab."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, official, owner_of, press

OTA = 13111


@pytest.fixture
def scene(transactional_db):
    """A firm in each of two wards, and the lab's staff."""
    from portal.accounts.models import User
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import exchange
    from tests.factories import subsidies as make

    with acting(Actor.system("test")):
        giver, _ = owner_of(make.make_firm(name="余り製作所"), "amari@example.jp", "余田 守")
        firm = make.make_firm(name="欲しがり工業", ward=OTA)
        taker, actor = owner_of(firm, "hoshi@example.jp", "星 望")
        exchange.add(actor, "need", quantity=4, ward_id=OTA)
        staff = User.objects.get(pk=exchange.staff_actor().user_id)
    return {"giver": giver, "taker": taker, "staff": staff}


def worked(change=None):
    """What a worker does meanwhile, from a connection of its own."""
    from tests.factories import exchange
    from tests.support.racing import SYSTEM, elsewhere

    def work(actor):
        if change:
            change()
        exchange.work()

    elsewhere(work, actor=SYSTEM)


def day(ahead):
    from portal.kernel import clock

    return (clock.today() + dt.timedelta(ahead)).isoformat()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_material_finds_its_taker_and_the_two_meet(signed_in, scene):
    look = looker("exchange")
    giver = signed_in(scene["giver"], width=390)
    giver.goto("/sharing/")
    look(giver, "empty-board")
    follow(giver.get_by_role("link", name="余っている資材を出す").first)
    giver.locator("[name=material]").select_option("SUS304")
    giver.locator("[name=shape]").select_option("round")
    for name, value in (("a_mm", "20"), ("length_mm", "1000"), ("quantity", "10")):
        giver.fill(f"[name={name}]", value)
    giver.locator("[name=unit]").select_option("piece")
    giver.fill("[name=until]", day(30))
    look(giver, "form")
    press(giver, "掲載する")
    look(giver, "listing")

    staff = signed_in(scene["staff"], width=1280)
    staff.goto("/staff/lab/sharing/")
    if not staff.get_by_role("table", name="組合せ").count():  # unless a worker was quicker
        press(staff, "いま組合せを探す")
    look(staff, "desk")
    expect(staff.get_by_text("余り製作所")).to_have_count(0)

    giver.goto("/my/")
    follow(giver.get_by_role("link", name="候補を開く"))
    look(giver, "proposed")
    press(giver, "この相手でよい")
    taker = signed_in(scene["taker"], width=1280)
    taker.goto("/sharing/")
    look(taker, "board")
    follow(taker.get_by_role("link", name="候補を見て返事をする"))
    expect(taker.get_by_text("余り製作所")).to_have_count(0)
    press(taker, "この相手でよい")
    expect(taker.get_by_text("余り製作所").first).to_be_visible()
    look(taker, "agreed")
    press(taker, "受け渡した")
    giver.reload()
    press(giver, "受渡しを確認する")
    expect(giver.get_by_text("受渡し済み").first).to_be_visible()

    staff.goto("/fairs/new/")
    staff.fill("[name=name]", "城東ものづくり商談会")
    staff.fill("[name=place]", "すみだDXラボ")
    for name, value in (("day", day(20)), ("closes_on", day(10)), ("slots", "6"), ("tables", "5")):
        staff.fill(f"[name={name}]", value)
    press(staff, "参加の受付を始める")
    address = staff.url
    for page, side in ((taker, "buyer"), (giver, "seller")):
        page.goto(address)
        page.locator(f"input[value={side}]").check(force=True)
        page.fill("[name=seeks]", "精密旋盤、1個から")
        press(page, "参加を申し込む")
    for page in (taker, giver):
        page.goto(address)
        follow(page.get_by_role("link", name="企業を選ぶ"))
        page.locator("input[name=others]").first.check(force=True)
        look(page, "wishes")
        press(page, "希望を保存する")
    staff.reload()
    press(staff, "時間割を作って知らせる")
    look(staff, "counting")
    worked()
    staff.goto(address)
    look(staff, "fair-staff")
    follow(staff.get_by_role("link", name="印刷用の時間割を開く"))
    look(staff, "sheets")
    giver.reload()
    expect(giver.get_by_text("13:00～13:20").first).to_be_visible()
    look(giver, "timetable")


@pytest.fixture
def three(transactional_db):
    """A firm that has won too large an order, two that help, and an official."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import subsidies as make

    with acting(Actor.system("test")):
        names = ("旗振り工業", "手伝い製作所", "助太刀精機")
        firms = [make.make_firm(name=name) for name in names]
        people = [owner_of(firm, f"joint{n}@example.jp", name)[0]
                  for n, (firm, name) in enumerate(zip(firms, names, strict=True))]  # fmt: skip
        reviewer, _ = official(Role.REVIEWER, "kakari@example.jp", "係 長子")
    return people, reviewer


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_order_too_large_for_one_is_made_by_three(signed_in, three):
    from lab.nakama.exchange.models import JointOrder

    people, reviewer = three
    look = looker("joint")
    lead, one, two = (
        signed_in(user, width=width) for user, width in zip(people, (1280, 390, 1280), strict=True)
    )
    lead.goto("/joint-orders/")
    follow(lead.get_by_role("link", name="共同受注を始める"))
    for name, value in (
        *(("item", "位置決めピン"), ("detail", "SUS304、φ12h7×60"), ("quantity", "600")),
        *(("due_on", day(60)), ("closes_on", day(9)), ("lead_name", "城東受注統括")),
        *(("fee", "5"), ("customer", "大田重機"), ("customer_unit_yen", "450")),
        *(("deliver_to", "墨田区の検査場"), ("contact", "旗振 03-0000-0000")),
    ):
        lead.fill(f"[name={name}]", value)
    look(lead, "form")
    press(lead, "申出の受付を始める")
    look(lead, "lead-open")
    address = lead.url
    for page, unit in ((one, "400"), (two, "450")):
        page.goto("/joint-orders/")
        follow(page.get_by_role("link", name="位置決めピン"))
        expect(page.get_by_text("旗振り工業")).to_have_count(0)
        for name, value in (("least", "100"), ("most", "400"), ("unit_yen", unit)):
            page.fill(f"[name={name}]", value)
        page.fill("[name=ready_on]", day(50))
        press(page, "申し出る")
        look(page, "offered")

    def closed():
        from portal.kernel import clock

        yesterday = clock.today() - dt.timedelta(1)
        JointOrder.objects.update(closes_on=yesterday)

    worked(closed)
    lead.goto(address)
    press(lead, "分担を計算する")
    look(lead, "counting")
    worked()
    lead.reload()
    expect(lead.get_by_text("2社で分担する案ができました")).to_be_visible()
    look(lead, "counted")
    follow(lead.get_by_role("link", name="結果を見る"))
    expect(lead.get_by_role("heading", name="分担の案")).to_be_visible()
    look(lead, "split")
    lead.locator("[name=is_independent]").check(force=True)
    press(lead, "この分担で、参加をたずねる")
    for page in (one, two):
        page.goto("/my/")
        follow(page.get_by_role("link", name="分担を見る"))
        look(page, "asked")
        press(page, "この分担で参加する")
    expect(two.get_by_role("link", name="KJ-").first).to_be_visible()
    look(two, "making")
    one.reload()
    press(one, "全量を納品した")
    lead.goto(address)
    look(lead, "delivered")
    press(lead, "受け取った")
    expect(lead.get_by_text("600個のうち400個")).to_be_visible()

    office = signed_in(reviewer, width=390)
    office.goto(address)
    expect(office.get_by_text("旗振り工業")).to_have_count(0)
    look(office, "office")
    office.goto("/joint-orders/")
    look(office, "office-list")
