"""What the one-click roles find: events of 墨田区 that are coming, full, called off, and just over."""

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from typing import Any

from lab.booking.demo.live import _owners, _staff, opened
from lab.booking.models import Lab, Machine
from lab.booking.selectors.calendar import is_holiday
from lab.events import states
from lab.events.models import Event, Registration
from lab.events.services import attendance, planning, registering, showcase
from lab.events.services.seats import settle_all
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm

ENGLISH = (
    "Try a collaborative robot with your own parts",
    "Bring three parts. Staff show how to grip them, and you judge what it would save.",
)


def play(labs: Sequence[Lab], firms: Sequence[Firm], now: dt.datetime) -> None:
    """As the people themselves, through the services."""
    lab, today = labs[0], clock.to_date(now)
    people = list(islice(_owners(firms), 14))
    if len(people) < 8:
        return
    owner, staff = people[0], _staff()
    _hands_on(lab, staff, owner, people, today)
    _seminar(lab, staff, owner, people, today)
    _called_off(lab, staff, people, today)
    _just_over(lab, staff, owner, people, now)
    _showcase(lab, staff, owner, people, today)
    with acting(staff):
        planning.event_create(
            actor=staff,
            lab_id=lab.pk,
            plan=_plan(lab, today, 45, title="年度末の導入相談会", kind="meeting"),
        )


def _hands_on(
    lab: Lab, staff: Actor, owner: Actor, people: Sequence[Actor], today: dt.date
) -> None:
    """Full with a waiting list; the owner has just been offered the seat of somebody who cannot come."""
    robot = Machine.objects.filter(lab=lab, category="robot").order_by("pk").first()
    event = _announced(
        staff, lab, today, 16,
        kind="hands_on", title="協働ロボットの体験会", capacity=4,
        summary="自社の部品を3つ持ち込み、つかみ方を試します。職員が1社ずつ付きます。",
        title_en=ENGLISH[0], summary_en=ENGLISH[1], bring="部品を3つ。20kgまで。",
        machine_ids=(robot.pk,) if robot else (),
    )  # fmt: skip
    rows = [_register(actor, event, wish="細長い部品をつかめるか") for actor in people[1:5]]
    _register(owner, event, wish="油の付いた部品でも落とさないか")
    for actor in people[5:8]:
        _register(actor, event)
    with acting(people[1]):
        registering.withdraw(actor=people[1], registration_id=rows[0].pk, reason="納期が重なった")
    with acting(staff):
        registering.remove(actor=staff, registration_id=rows[1].pk, reason="同じ会社の方と重複")
    # One of those who were asked did not answer in time.
    asked = Registration.objects.filter(event=event, status=states.OFFERED).exclude(
        person_id=owner.user_id
    )
    for row in asked:
        row.accept_by = today - dt.timedelta(days=1)
        row.save(update_fields=["accept_by"])
    settle_all(now=clock.now())


def _seminar(lab: Lab, staff: Actor, owner: Actor, people: Sequence[Actor], today: dt.date) -> None:
    """Open, with seats; the owner takes part."""
    event = _announced(staff, lab, today, 9, title="電流を測って稼働率を知る", capacity=20,
        title_en="Measure the current and learn how busy a machine is",
        summary_en="In one afternoon you fit a sensor and draw the first chart yourself.",
    )  # fmt: skip
    for actor in (owner, *people[2:9]):
        _register(actor, event)


def _called_off(lab: Lab, staff: Actor, people: Sequence[Actor], today: dt.date) -> None:
    event = _announced(staff, lab, today, 12, title="金属3Dプリンターの見学会", kind="tour",
        title_en="Tour of the metal 3D printer", summary_en="See a part grow, and bring your own drawing.",
    )  # fmt: skip
    for actor in people[3:6]:
        _register(actor, event)
    with acting(staff):
        planning.event_cancel(
            actor=staff,
            event_id=event.pk,
            reason="装置の修理が間に合わないため。1月に開き直します。",
        )


def _just_over(
    lab: Lab, staff: Actor, owner: Actor, people: Sequence[Actor], now: dt.datetime
) -> None:
    """Held three days ago: by number and by list, one mark corrected."""
    event = _announced(staff, lab, clock.to_date(now), 8, title="検査の記録をタブレットに",
        title_en="Inspection records on a tablet", summary_en="From the paper sheet to the first form.",
    )  # fmt: skip
    rows = [_register(actor, event) for actor in (owner, *people[6:11])]
    start = now.replace(minute=0, second=0, microsecond=0)
    _moved(event, start)
    door = Actor.system("events.door", ward_id=event.ward_id)
    for row in rows[:3]:
        attendance.check_in_code(actor=door, event_id=event.pk, code=row.code)
    with acting(staff):
        marks = {row.pk: True for row in rows[3:5]}
        attendance.record_list(actor=staff, event_id=event.pk, marks=marks)
        attendance.record_list(
            actor=staff, event_id=event.pk, marks={rows[4].pk: False}, reason="名簿の行を間違えた"
        )
        guest = registering.walk_in(
            actor=staff, event_id=event.pk, name="飯田 守", firm_name="近所の製作所"
        )
        attendance.record_list(actor=staff, event_id=event.pk, marks={guest.pk: True})
    _moved(event, opened(start - dt.timedelta(days=3)))
    settle_all(now=now)


def _showcase(
    lab: Lab, staff: Actor, owner: Actor, people: Sequence[Actor], today: dt.date
) -> None:
    """Vendors in every state."""
    event = _announced(
        staff, lab, today, 30,
        kind="showcase", title="測定・検査機器の展示会", capacity=60, slots=4,
        summary="後付けセンサーから画像検査まで、実機に自社の部品を当てて比べます。",
        title_en="Showcase of measuring and inspection equipment",
        summary_en="From add-on sensors to inspection by camera: compare them with your own parts.",
    )  # fmt: skip
    for actor in people[2:8]:
        _register(actor, event)
    offers = (
        ("株式会社みえる化計測", "後付け振動センサー", "古い旋盤に付け、刃の替え時を知る。", ""),
        ("ハヤブサ画像株式会社", "外観検査カメラ", "10個の部品で、傷の見つけ方を試す。", ""),
        ("下町ソフト合同会社", "日報アプリ", "紙の日報を写真で取り込む。", "相談員の一人が顧問"),
        ("大川商会", "中古の測定器", "校正済みの測定器を比べる。", ""),
    )
    # One slot a firm.
    firms = {actor.firm_id: actor for actor in people[1:] if actor.firm_id != owner.firm_id}
    made = [
        _applied(actor, event, *given)
        for actor, given in zip(reversed(firms.values()), offers, strict=False)
    ]
    with acting(staff):
        showcase.slot_decide(actor=staff, slot_id=made[0].pk, action="approve")
        if len(made) > 3:
            showcase.slot_decide(
                actor=staff, slot_id=made[3].pk, action="decline", reason="販売だけの出展のため"
            )
        showcase.slot_give(
            actor=staff,
            event_id=event.pk,
            offer=showcase.Offer(
                "城東計器株式会社", "三次元測定器", "持ち込んだ部品を10分で測る。", "城 東子",
                "03-0000-2222",
            ),
        )  # fmt: skip
    mine = _applied(owner, event, "自社の治具", "検査治具", "部品を当てて良否を見分ける。", "")
    with acting(owner):
        showcase.slot_withdraw(actor=owner, slot_id=mine.pk)


def _applied(
    actor: Actor, event: Event, vendor: str, product: str, summary: str, conflict: str
) -> Any:
    with acting(actor):
        return showcase.slot_apply(
            actor=actor,
            event_id=event.pk,
            offer=showcase.Offer(vendor, product, summary, actor.name, "03-0000-1111", conflict),
        )


def _plan(lab: Lab, today: dt.date, ahead: int, **changed: Any) -> planning.Plan:
    day = today + dt.timedelta(days=ahead)
    while day.weekday() > 4 or is_holiday(day):
        day += dt.timedelta(days=1)
    start = clock.midnight(day) + dt.timedelta(hours=14)
    given: dict[str, Any] = {
        "kind": "seminar",
        "summary": "止まりの理由を、明日から記録できるようになります。少人数で、手を動かします。",
        "place": f"{lab.name} 2階",
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=2),
        "opens_on": today,
        "closes_on": day - dt.timedelta(days=1),
        "capacity": 12,
        "contact": lab.contact,
        "bring": "筆記用具",
    }
    return planning.Plan(**{**given, **changed})


def _announced(staff: Actor, lab: Lab, today: dt.date, ahead: int, **changed: Any) -> Event:
    with acting(staff):
        event = planning.event_create(
            actor=staff, lab_id=lab.pk, plan=_plan(lab, today, ahead, **changed)
        )
        return planning.event_announce(actor=staff, event_id=event.pk)


def _register(actor: Actor, event: Event, wish: str = "") -> Registration:
    with acting(actor):
        return registering.register(actor=actor, event_id=event.pk, wish=wish)


def _moved(event: Event, start: dt.datetime) -> None:
    """As if it had been then."""
    Event.objects.filter(pk=event.pk).update(
        starts_at=start, ends_at=start + dt.timedelta(hours=2),
        opens_on=clock.to_date(start) - dt.timedelta(days=30),
        closes_on=clock.to_date(start),
    )  # fmt: skip
    event.refresh_from_db()
