"""An event of a lab from the plan to the fact: the staff at the desk, two owners, the tablet at the door."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, owner_of, press

SUMIDA = 13107


@pytest.fixture
def scene(transactional_db):
    """A lab with a robot, its staff, and the owners of two firms."""
    from portal.kernel.database import acting
    from tests.factories import booking
    from tests.factories import subsidies as make

    with acting(booking.SYSTEM):
        lab = booking.make_lab(name="すみだDXラボ")
        robot = booking.make_machine(lab, name="協働ロボット", category="robot")
        first, _ = owner_of(make.make_firm(name="先着製作所"), "saki@example.jp", "先山 一")
        second, _ = owner_of(make.make_firm(name="二番工業"), "niban@example.jp", "二宮 次")
        staff = booking.staff()
    return {"lab": lab, "robot": robot, "first": first, "second": second, "staff": staff}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_register_wait_move_up_and_come(signed_in, new_page, scene):
    from lab.events.models import Event, HeldFact, Registration
    from portal.kernel import clock
    from portal.kernel.database import acting
    from portal.kernel.models import OutboxEvent
    from tests.factories import booking, lab_events

    look = looker("lab-events")
    today = clock.today()

    # The staff plan a small event with the robot and a vendor's slot, and announce it.
    desk = signed_in(scene["staff"].user_id, hat=f"support:{SUMIDA}", width=1280)
    desk.goto("/staff/lab/events/")
    look(desk, "no-events")
    follow(desk.get_by_role("link", name="催しを作る"))
    desk.locator("[name=kind]").select_option("hands_on")
    desk.fill("[name=title]", "協働ロボットの体験会")
    desk.fill("[name=summary]", "自社の部品を3つ持ち込み、つかみ方を試します。")
    desk.fill("[name=day]", (today + dt.timedelta(days=9)).isoformat())
    desk.fill("[name=starts]", "14:00")
    desk.fill("[name=ends]", "１３時")
    desk.check(f"[name=machines][value='{scene['robot'].pk}']", force=True)
    desk.fill("[name=capacity]", "1")
    desk.fill("[name=opens_on]", today.isoformat())
    desk.fill("[name=closes_on]", (today + dt.timedelta(days=8)).isoformat())
    desk.fill("[name=slots]", "2")
    press(desk, "下書きを保存する", refused=True)
    expect(desk.get_by_text("終わりの時刻は、始まりより後に").first).to_be_visible()
    look(desk, "refused")
    desk.fill("[name=ends]", "16:00")
    press(desk, "下書きを保存する")
    look(desk, "draft")
    follow(desk.get_by_role("link", name="公開する"))
    look(desk, "announce")
    press(desk, "公開する")
    with acting(booking.SYSTEM):
        event = Event.objects.get()

    # Everybody reads of it; one owner gets the seat, the other waits.
    visitor = new_page(width=390)
    visitor.goto("/lab/events/")
    look(visitor, "list-phone")
    first = signed_in(scene["first"], width=1280)
    first.goto(f"/lab/events/{event.public_id}/")
    look(first, "event")
    follow(first.get_by_role("link", name="申し込む", exact=True))
    first.fill("[name=wish]", "油の付いた部品でも落とさないか")
    look(first, "register")
    press(first, "申し込む")
    expect(first.get_by_text("参加が決まりました").first).to_be_visible()
    look(first, "registered")
    phone = signed_in(scene["second"], width=390)
    phone.goto(f"/lab/events/{event.public_id}/register/")
    press(phone, "キャンセル待ちに申し込む")
    expect(phone.get_by_text("キャンセル待ちです").first).to_be_visible()
    look(phone, "waiting-phone")
    phone.goto(f"/lab/events/{event.public_id}/showcase/")
    for name, value in (*lab_events.OFFER.items(), ("conflict", "区の相談員が顧問")):
        phone.fill(f"[name={name}]", value)
    look(phone, "showcase-phone")
    press(phone, "出展を申し込む")

    # The first cannot come: the second is asked, and accepts.
    follow(first.get_by_role("link", name="参加を取りやめる"))
    look(first, "withdraw")
    press(first, "参加を取りやめる")
    phone.goto("/my/")
    expect(phone.get_by_text("催しの空いた席に返事をする")).to_be_visible()
    phone.goto("/lab/events/mine/")
    look(phone, "mine-phone")
    follow(phone.get_by_role("link", name="返事をする"))
    press(phone, "参加する")
    expect(phone.get_by_text("当日は、この受付番号を見せてください")).to_be_visible()
    look(phone, "seat-phone")

    # The staff decide on the vendor, and open the door on the day.
    desk.goto("/staff/lab/events/")
    look(desk, "home")
    follow(desk.get_by_role("link", name="申込みを開く"))
    press(desk, "出展を認める", refused=True)
    expect(desk.get_by_text("認める理由").first).to_be_visible()
    desk.fill("[name=reason]", "ほかに2社を招き、比べられるようにする")
    look(desk, "slot")
    press(desk, "出展を認める")
    look(desk, "vendors")
    lab_events.going_on(event)
    with acting(booking.SYSTEM):
        row = Registration.objects.get(person_id=scene["second"].pk)
    door = new_page(width=1280)
    door.goto(f"/lab/events/door/{event.door}/")
    door.fill("[name=code]", "999999" if row.code != "999999" else "000000")
    press(door, "受付する", refused=True)
    expect(door.get_by_text("見つかりません")).to_be_visible()
    door.fill("[name=code]", row.code)
    press(door, "受付する")
    expect(door.get_by_text("受け付けました").first).to_be_visible()
    look(door, "door")
    desk.goto(f"/staff/lab/events/{event.public_id}/")
    look(desk, "board")
    phone.reload()
    expect(phone.get_by_text("ご参加ありがとうございました")).to_be_visible()
    with acting(booking.SYSTEM):
        assert HeldFact.objects.get().event_id == event.pk
        told = OutboxEvent.objects.filter(name__startswith="lab_event.")
        assert set(told.values_list("name", flat=True)) == {
            "lab_event.attended",
            "lab_event.held",
        }
    for page, name in (("files", "files"), ("edit", "edit")):
        desk.goto(f"/staff/lab/events/{event.public_id}/{page}/")
        look(desk, name)
    desk.goto(f"/staff/lab/events/programmes/{scene['lab'].public_id}/")
    look(desk, "programmes")
    narrow = signed_in(scene["staff"].user_id, hat=f"support:{SUMIDA}", width=390)
    narrow.goto(f"/staff/lab/events/{event.public_id}/")
    look(narrow, "board-phone")
