"""A machine from the first look to the draft of an application: the owner on a phone, the staff at the
desk, the tablet at the door.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.flows.story import follow, looker, owner_of, press

SUMIDA = 13107


@pytest.fixture
def scene(transactional_db):
    """A lab with a robot that asks for training, its staff, an owner, a rival, and an open call."""
    from portal.kernel.database import acting
    from tests.factories import booking
    from tests.factories import subsidies as make

    with acting(booking.SYSTEM):
        lab = booking.make_lab(name="すみだDXラボ")
        robot = booking.make_machine(
            lab,
            name="協働ロボット",
            category="robot",
            summary="部品の取り出しと箱詰めを試せます。",
            hazards="可動範囲に手を入れない。",
            needs_training=True,
        )
        camera = booking.make_machine(
            lab, name="外観検査カメラ", category="measure", is_accessory=True
        )
        robot.accessories.set([camera])
        booking.make_machine(lab, name="3Dスキャナー", category="measure")
        booking.fees(lab, robot, discount_percent=50, waives_first=True)
        owner, _actor = owner_of(
            make.make_firm(name="株式会社大野精密"), "ono@example.jp", "大野 健一"
        )
        rival = booking.owner(lab=lab)
        staff = booking.staff()
        call = make.make_call()
    return {
        "lab": lab,
        "robot": robot,
        "owner": owner,
        "rival": rival,
        "staff": staff,
        "call": call,
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_book_train_check_in_report_and_apply(signed_in, new_page, scene):
    from lab.booking.models import Reservation
    from portal.kernel.database import acting
    from subsidies.models import Application
    from tests.factories import booking

    look = looker("lab")
    robot, lab = scene["robot"], scene["lab"]
    week = f"{booking.on().start:%Y-%m-%d}"

    # A visitor looks round; the owner chooses a time and is told what is missing.
    visitor = new_page(width=1280)
    visitor.goto("/lab/")
    look(visitor, "labs")
    visitor.goto(f"/lab/{lab.public_id}/?week={week}")
    look(visitor, "week")
    visitor.goto(f"/lab/machines/{robot.public_id}/?week={week}")
    look(visitor, "machine")
    phone = signed_in(scene["owner"], width=390)
    phone.goto(f"/lab/machines/{robot.public_id}/?week={week}")
    look(phone, "machine-phone")
    with phone.expect_navigation():
        phone.get_by_role("button", name=re.compile("10:00")).first.click()
    phone.check("[name=purpose][value=trial]", force=True)
    look(phone, "book")
    press(phone, "料金と条件を確かめる")
    expect(phone.get_by_text("有効な講習の修了がありません")).to_be_visible()
    look(phone, "untrained")
    follow(phone.get_by_role("link", name="操作の講習を予約する"))
    press(phone, "料金と条件を確かめる")
    follow(phone.get_by_role("link", name="規約を読んで同意する"))
    look(phone, "rules")
    press(phone, "規約に同意する")
    phone.check("[name=purpose][value=training]", force=True)
    press(phone, "料金と条件を確かめる")
    look(phone, "confirm")
    press(phone, "この内容で申し込む")
    look(phone, "requested")

    # The staff approve, the training is held, the certificate recorded.
    desk = signed_in(scene["staff"].user_id, hat=f"support:{SUMIDA}", width=1280)
    desk.goto("/staff/lab/")
    follow(desk.get_by_role("link", name="承認待ちを開く"))
    follow(desk.get_by_role("link", name=re.compile("10:00")))
    look(desk, "desk")
    press(desk, "承認する")
    with acting(booking.SYSTEM):
        training = Reservation.objects.select_related("lab").get()
    booking.now_at(training)
    desk.reload()
    press(desk, "入室を記録する")
    press(desk, "修了を記録する")
    press(desk, "退室を記録する")
    booking.now_at(training, minutes=-600)

    # Now the trial: somebody else is quicker, the next time is taken.
    phone.goto(f"/lab/book/?machine={robot.public_id}&at={week}T10:00&purpose=trial")
    phone.check("[name=purpose][value=trial]", force=True)
    phone.fill("[name=note]", "検査の記録が手書きで、集計に月3日かかる。")
    press(phone, "料金と条件を確かめる")
    expect(phone.get_by_text("支払う額（税込）")).to_be_visible()
    with acting(booking.SYSTEM):
        from lab.booking.models import Certificate

        held = Certificate.objects.get()
        Certificate.objects.filter(pk=held.pk).update(
            firm_id=scene["rival"].firm_id, person_id=scene["rival"].user_id
        )
    booking.book(scene["rival"], robot, span=booking.on(3, 10, 1))
    with acting(booking.SYSTEM):
        Certificate.objects.filter(pk=held.pk).update(
            firm_id=held.firm_id, person_id=held.person_id
        )
    press(phone, "この内容で予約する", refused=True)
    look(phone, "taken")
    with phone.expect_navigation():
        phone.get_by_role("button", name=re.compile("この時間にする")).first.click()
    press(phone, "この内容で予約する")
    look(phone, "booked")
    desk.goto(f"/staff/lab/{lab.public_id}/?day={week}")
    look(desk, "ledger")

    # The day itself: digits at the door, and out again with the same.
    with acting(booking.SYSTEM):
        trial = Reservation.objects.select_related("lab").get(
            purpose="trial", firm_id=training.firm_id
        )
    booking.now_at(trial)
    door = new_page(width=1280)
    door.goto(f"/lab/door/{lab.kiosk}/")
    look(door, "kiosk")
    door.fill("[name=code]", trial.code)
    press(door, "入室・退室を記録する")
    expect(door.get_by_text("入室を記録しました")).to_be_visible()
    door.fill("[name=code]", trial.code)
    press(door, "入室・退室を記録する")
    expect(door.get_by_text("退室を記録しました")).to_be_visible()

    # What came of it, with consent, is the beginning of the application.
    phone.goto("/my/lab/")
    look(phone, "mine")
    follow(phone.get_by_role("link", name="結果を書く"))
    phone.check("[name=outcome][value=worked]", force=True)
    phone.check("[name=wish][value=buy]", force=True)
    phone.fill("[name=tried]", "1日で3種類の部品を箱詰めできた。")
    phone.fill("[name=effect]", "箱詰めが1人分減る。")
    phone.check("[name=may_prefill]", force=True)
    look(phone, "trial")
    press(phone, "結果を送る")
    look(phone, "result")
    follow(phone.get_by_role("link", name="使える補助金を探す"))
    phone.goto(f"/programs/{scene['call'].pk}/")
    look(phone, "call")
    press(phone, "申請を始める")
    with acting(booking.SYSTEM):
        draft = Application.objects.get()
    assert draft.answers["problem"].startswith("検査の記録が手書き")
    assert "協働ロボット" in draft.title
    for path in (
        "machines",
        "closures",
        "fees",
        "visits",
        "incidents",
        "consumables",
        "certificates",
    ):
        desk.goto(f"/staff/lab/{lab.public_id}/{path}/")
        look(desk, path)
    desk.goto("/staff/lab/figures/")
    look(desk, "figures")
    expect(desk.get_by_text("人日").first).to_be_visible()
