"""Joint developments in every state, meetings with minutes in two versions, documents."""

import datetime as dt
from typing import Any

from lab.consortium import services
from lab.consortium.demo.cast import Cast, Paper, do
from lab.consortium.models import Meeting, Member
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.models import Firm

TITLES = (
    "小型搬送ロボットの筐体",
    "高齢者向け歩行補助具",
    "食品工場の洗浄ノズル",
    "古い旋盤の稼働センサー",
    "折りたたみ作業台",
)
# What each needs: two groups of processes.
PROCESSES = (("sheet", "cut"), ("cut", "surf"), ("weld", "resin"))


def play(people: Cast, today: dt.date, paper: Paper) -> None:
    """All of it is the secretariat's work."""
    numbers = [Firm.objects.get(pk=owner.firm_id).corporate_number for owner in people.owners]
    known = [number for number in numbers if number]
    for turn, story in enumerate(("planned", "contracted", "delivered", "cancelled", "dropped")):
        if len(known) > turn + 1:
            _collab(people, turn, story, known[turn : turn + 2], today, paper)
    _meetings(people, today)
    _documents(people, paper)


def _collab(
    people: Cast, turn: int, story: str, numbers: list[str], today: dt.date, paper: Paper
) -> None:
    row = do(
        "collab_add", people.staff, title=TITLES[turn], about="", processes=PROCESSES[turn % 3]
    )
    given: dict[str, Any] = {"collab_id": row.pk}
    for number in numbers:
        do("party_add", people.staff, name="", corporate_number=number, **given)
    do("party_add", people.staff, name="城東ホールディングス", group="城東グループ", **given)
    do("party_add", people.staff, name="城東機器", group="城東グループ", **given)
    if story == "planned":
        return
    if story == "dropped":
        do("collab_drop", people.staff, reason="費用の分担が決まらなかった", **given)
        return
    on = today - dt.timedelta(40 + 20 * turn)
    contract = services.Contract(
        f"R8-{turn:03}", on, row.parties.order_by("pk").first().pk, paper("契約書")
    )
    do("collab_contract", people.staff, given=contract, **given)
    if story == "cancelled":
        do("collab_cancel", people.staff, reason="発注元の計画が中止になった", **given)
    if story == "delivered":
        do("collab_deliver", people.staff, on=today - dt.timedelta(30), **given)
        do("order_add", people.staff, on=today - dt.timedelta(9), note="2回目の50台", **given)


def _meetings(people: Cast, today: dt.date) -> None:
    everybody = [member.pk for member in people.members.values()]
    past = _meeting(people.staff, "第1回 運営会議", today, -60)
    write = {"attended": everybody[:9], "text": "会の進め方と、課題の集め方を話し合った。"}
    first = services.Written(base=0, decisions="課題の募集は年2回\n会議は四半期に1回", **write)
    do("minutes_write", people.staff, meeting_id=past.pk, given=first)
    second = services.Written(
        base=1, decisions="課題の募集は年3回（訂正）\n会議は四半期に1回", **write
    )
    do("minutes_write", people.staff, meeting_id=past.pk, given=second)
    _actions(people, past, today)
    _meeting(people.staff, "第2回 運営会議", today, -1)
    _meeting(people.staff, "第3回 運営会議", today, 30)
    off = _meeting(people.staff, "DX推進ローンの勉強会", today, 12)
    do("meeting_call_off", people.staff, meeting_id=off.pk, reason="講師の都合")


def _meeting(staff: Actor, title: str, today: dt.date, days: int) -> Meeting:
    at = clock.midnight(today + dt.timedelta(days)) + dt.timedelta(hours=14)
    soon = clock.now() + dt.timedelta(hours=1)
    row: Meeting = do(
        "meeting_call",
        staff,
        title=title,
        starts_at=max(at, soon),
        place="DXラボ 2階",
        agenda="1 課題の募集\n2 合意書のひな形\n3 その他",
    )
    Meeting.objects.filter(pk=row.pk).update(starts_at=at)
    return row


def _actions(people: Cast, meeting: Meeting, today: dt.date) -> None:
    tasks: tuple[tuple[str, str, int], ...] = (
        ("合意書のひな形を作る", "城東工科大学", 10),
        ("ローンの案内を1枚にまとめる", "すみだがわ信用金庫", -5),
        ("会員の名簿を配る", "墨田区 産業振興課", -30),
    )
    for what, name, days in tasks:
        member: Member = people.members[name]
        action = do(
            "action_add",
            people.staff,
            meeting_id=meeting.pk,
            what=what,
            member_id=member.pk,
            due_on=today + dt.timedelta(days),
        )
        if days == -30:
            given = {"meeting_id": meeting.pk, "action_id": action.pk}
            do("action_done", people.staff, **given)


def _documents(people: Cast, paper: Paper) -> None:
    add: dict[str, Any] = {"seen_by": "all", "uploaded": paper("規約")}
    do("document_add", people.staff, title="コンソーシアム規約", **add)
    add = {"seen_by": "all", "uploaded": paper("授業の年間予定")}
    do("document_add", people.school, title="授業の年間予定", **add)
    readers = [member.pk for member in people.by_kind["bank"]]
    add = {"seen_by": "named", "uploaded": paper("打合せ資料"), "readers": readers}
    do("document_add", people.staff, title="DX推進ローン 打合せ資料", **add)
