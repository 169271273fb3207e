"""Problems in every state; the one-click owner's wait for a choice, and for a report."""

import datetime as dt
from itertools import cycle
from typing import Any

from lab.consortium import services
from lab.consortium.demo.cast import Cast, Paper, do
from lab.consortium.models import Project
from portal.kernel import clock
from portal.kernel.actor import Actor

# kind, title, problem
PROBLEMS: tuple[tuple[str, str, str], ...] = (
    ("pbl", "検査の記録を紙から写真に変えたい", "検査の数値を紙に書き、夕方に打ち直しています。毎日1時間かかります。"),
    ("pbl", "段取りの時間を見える化したい", "機械が止まる理由が分かりません。古い機械にも付けたいです。"),
    ("research", "薄板の反りを減らしたい", "レーザーのあと反りが出ます。条件の出し方を一緒に調べてください。"),
    ("pbl", "図面を探す時間を減らしたい", "20年分の図面が棚にあり、似た部品を探すのに半日かかります。"),
    ("pbl", "見積りの早見表を作りたい", "見積りは社長しかできません。過去の見積りから目安を出したいです。"),
    ("internship", "学生に現場を見てほしい", "夏休みに2週間、測定と簡単な加工を体験できます。"),
    ("pbl", "作業の手順を動画で残したい", "ベテランの手の動きを、若手が見返せるようにしたいです。"),
    ("research", "めっきの膜厚を早く測りたい", "抜取りで半日待っています。もっと早い測り方を探しています。"),
    ("pbl", "在庫の数を毎日合わせたい", "棚の数と帳面がいつも違います。数え方から見直したいです。"),
    ("pbl", "ホームページで得意な加工を伝えたい", "何ができる会社か伝わりません。写真と言葉を一緒に考えてください。"),
)  # fmt: skip
# How far each goes, and how many days ago it was agreed.
STORIES: tuple[tuple[int, str, int], ...] = (
    (0, "answered", 0),
    (1, "running", 60),
    (2, "talking", 0),
    (3, "done", 220),
    (4, "reported", 150),
    (5, "agreed", 20),
    (6, "ended", 90),
    (7, "offered", 0),
    (8, "expired", 0),
    (9, "withdrawn", 0),
)


def play(people: Cast, today: dt.date, paper: Paper) -> None:
    """One problem for each story; the first two are the one-click owner's."""
    others = cycle(people.owners[1:] or people.owners)
    for number, story, ago in STORIES:
        firm = people.owners[0] if number < 2 else next(others)
        row = _offer(firm, number, today)
        _go_on(people, firm, row, story, today - dt.timedelta(ago), paper)
        if ago:
            begun = clock.midnight(today - dt.timedelta(ago + 30))
            Project.objects.filter(pk=row.pk).update(offered_at=begun)


def _offer(firm: Actor, number: int, today: dt.date) -> Project:
    kind, title, problem = PROBLEMS[number]
    given = services.Problem(
        kind=kind,
        title=title,
        problem=problem,
        season="any" if kind == "research" else "first",
        students=0 if kind == "research" else 4,
        open_until=today + dt.timedelta(14 + 3 * number),
        ward_id=services.wards_of(firm.firm_id or 0)[0],
        is_named=number % 3 == 1,
        needs_nda=number == 2,
        contact_name=firm.name,
        contact_phone="03-0000-0000",
        detail="くわしい機械の名前と、これまで試したことをお話しします。",
    )
    return do("project_offer", firm, given=given)


def _go_on(
    people: Cast, firm: Actor, row: Project, story: str, agreed: dt.date, paper: Paper
) -> None:
    given: dict[str, Any] = {"project_id": row.pk}
    if story in ("offered", "expired"):
        if story == "expired":
            Project.objects.filter(pk=row.pk).update(open_until=agreed - dt.timedelta(1))
        return
    if story == "withdrawn":
        do("project_withdraw", firm, **given)
        return
    answer = _answer(people.school, row, "画像処理の授業（3年生）で取り組みます。")
    if story == "answered":
        member = people.members["東都高専"].pk
        _answer(people.staff, row, "卒業研究のテーマにできます。", member_id=member)
        return
    do("project_pick", firm, answer_id=answer.pk, **given)
    if story == "talking":
        return
    signed = services.Signed(agreed, agreed + dt.timedelta(180), paper("合意書"))
    do("project_agree", people.school, given=signed, **given)
    if story != "agreed":
        do("project_start", people.school, **given)
    if story == "ended":
        reason = "担当の先生の異動。引き継ぐ研究室を探しています。"
        do("project_end_early", people.school, reason=reason, **given)
    if story in ("reported", "done"):
        report = "撮影台と名前の付け方を決め、探す時間が半日から10分になりました。"
        do("project_report", people.school, report=report, took_part=5, **given)
    if story == "done":
        note = "毎日使っています。次は似た部品を自動で探したいです。"
        do("project_finish", firm, outcome="adopted", note=note, **given)


def _answer(actor: Actor, row: Project, message: str, **more: Any) -> Any:
    name = "東都高専" if "member_id" in more else "城東工科大学"
    given = services.Reply(message, 5, "first", f"{name} 産学連携担当", "03-0000-1111")
    return do("answer_add", actor, project_id=row.pk, given=given, **more)
