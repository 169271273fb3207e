"""The demonstration's cases: one in every state, all through the services, of firms in 墨田区 and 大田区.

The firm of the demonstration's owner has a draft, a case with answers, a decision to take and a
request to answer; others are being made, delivered, withdrawn, stuck. Names are invented.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from lab.nakama.cases import services, states
from lab.nakama.cases.models import Case, Invitation, Wave
from lab.nakama.cases.nda import current
from lab.nakama.cases.services import Deal, Given, Marks, Seen, StepWanted, Wanted
from lab.nakama.models import Capability, CapabilityProfile, HourlyBand
from portal.accounts.demo import SUMIDA
from portal.accounts.roles import Role
from portal.kernel import clock, documents
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership

SHAFT = ("cut.lathe", "heat.quench", "grind.cylinder", "surf.chrome", "insp.cmm")
CASE = ("sheet.laser", "sheet.bend", "weld.tig", "paint.powder")
# So many firms for each process at least.
ENOUGH = 3
JOBS = (
    ("段付きシャフト", "両端を軸受に入れる軸です。段の直角が大事です。", 180, 20, SHAFT),
    ("搬送ローラーの軸", "長さのある軸です。振れを抑えてください。", 420, 12, SHAFT),
    ("制御盤の筐体", "屋内に置く箱です。角の溶接跡は見えなくします。", 600, 8, CASE),
    ("検査台のカバー", "薄い板の箱です。塗装の色は後でお知らせします。", 350, 30, CASE),
    ("ポンプの回転軸", "焼入れ後に研削します。", 260, 6, SHAFT),
)


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Every state of a case. Returns what was loaded, in words."""
    with override("ja"):
        people = _people(firms)
        # The firm of the demonstration's owner comes first.
        owner = next(actor for actor in people if actor.firm_id == firms[0].pk)
        others = [actor for actor in people if actor.firm_id != owner.firm_id]
        makers = _makers(others)
        _play(owner, others[-1], makers)
        for actor in others[-6:-1]:
            _finished(actor, makers)
    return f"仲間まわしの案件 {Case.objects.count():,}件"


def _people(firms: Sequence[Firm]) -> list[Actor]:
    """One person for each of the first firms that have somebody."""
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in firms[:60]], role=Role.FIRM_OWNER, valid_to=None
    )
    found: dict[int, Actor] = {}
    for row in rows.select_related("user").order_by("firm_id", "pk"):
        user, roles = row.user, frozenset({Role.FIRM_OWNER})
        found.setdefault(
            row.firm_id, Actor(user.pk, user.name, Hat.FIRM, roles, firm_id=row.firm_id)
        )
    return list(found.values())


def _makers(others: list[Actor]) -> dict[str, list[Actor]]:
    """By process, firms with a profile; those that are lacking get one."""
    found: dict[str, list[Actor]] = {}
    turn = 0
    for code in dict.fromkeys((*SHAFT, *CASE)):
        found[code] = []
        for _ in range(ENOUGH):
            actor = others[turn % max(1, len(others) - 8)]
            turn += 1
            _can(actor, code)
            found[code].append(actor)
    return found


def _can(actor: Actor, code: str) -> None:
    firm = Firm.objects.get(pk=actor.firm_id)
    profile, _new = CapabilityProfile.objects.get_or_create(
        firm=firm, defaults={"firm_name": firm.name, "ward_id": SUMIDA, "status": "prefilled"}
    )
    Capability.objects.get_or_create(profile=profile, process_id=code)
    HourlyBand.objects.get_or_create(
        firm=firm, defaults={"low_yen": 4500 + firm.pk % 7 * 300, "high_yen": 7000}
    )


def _wanted(number: int, **changes: Any) -> Wanted:
    title, summary, size, lot, _steps = JOBS[number]
    values: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "material": "ステンレス",
        "size_mm": size,
        "lot": lot,
        "due_on": clock.today() + dt.timedelta(days=70),
        "delivery_address": "東京都墨田区八広1-2-3",
        "customer": "隅田搬送機器株式会社",
        "contact": "購買課 三浦",
    }
    return Wanted(**{**values, **changes})


def _opened(owner: Actor, number: int, **changes: Any) -> Case:
    with acting(owner):
        case = services.draft_start(actor=owner, wanted=_wanted(number, **changes))
        services.case_publish(actor=owner, case_id=case.pk)
        services.steps_save(
            actor=owner,
            case_id=case.pk,
            wanted=[
                StepWanted(code, 240, [place] if place else [])
                for place, code in enumerate(JOBS[number][4])
            ],
        )
    return case


def _asked(owner: Actor, number: int, **changes: Any) -> Case:
    case = _opened(owner, number, **changes)
    with acting(owner):
        services.drawing_add(
            actor=owner,
            case_id=case.pk,
            name="部品図",
            uploaded=SimpleUploadedFile("buhin.pdf", _drawing(JOBS[number][0])),
        )
        row = services.team_propose(actor=owner, case_id=case.pk)
        if row.teams:
            services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
            services.waves_start(actor=owner, case_id=case.pk)
    return case


def _drawing(title: str) -> bytes:
    """A page that stands for a drawing."""
    data = {"title": title, "mark": title, "width": 842, "height": 595, "rows": 1}
    return documents.render_pdf("watermark", data, made_at=clock.now())


def _answers(case: Case, makers: dict[str, list[Actor]], kinds: Sequence[str]) -> None:
    """Of each step one firm after the other answers as listed."""
    by_firm = {actor.firm_id: actor for rows in makers.values() for actor in rows}
    rows = Invitation.objects.filter(case=case, status=states.WAITING).order_by("step_id", "pk")
    place: dict[int, int] = {}
    for row in rows:
        turn = place[row.step_id] = place.get(row.step_id, -1) + 1
        actor = by_firm.get(row.firm_id)
        if actor is None or turn >= len(kinds):
            continue
        with acting(actor):
            given = Given(
                kinds[turn], "材料を支給してください" if kinds[turn] == "conditional" else ""
            )
            services.answer_own(actor=actor, invitation_id=row.pk, given=given)
            if kinds[turn] in states.WILLING:
                yen = 60_000 + 7_000 * (row.pk % 9)
                services.quote_save(actor=actor, invitation_id=row.pk, price_yen=yen)


def _chosen(owner: Actor, case: Case) -> bool:
    """The first willing firm of each step; whether every step has one."""
    steps = case.steps.order_by("position")
    for step in steps:
        row = step.invitations.filter(status__in=(states.CAN, states.CONDITIONAL)).first()
        if row is None or not hasattr(row, "quote"):
            return False
        with acting(owner):
            services.firm_choose(actor=owner, invitation_id=row.pk)
    with acting(owner):
        services.case_offer(actor=owner, case_id=case.pk)
    return True


def _awarded(owner: Actor, makers: dict[str, list[Actor]], number: int, form: str) -> Case | None:
    case = _asked(owner, number)
    _answers(case, makers, (states.CAN,))
    if not _chosen(owner, case):
        return None
    with acting(owner):
        deal = Deal(form, lead_name="隅田川仲間まわし 受注統括" if form == "joint" else "")
        services.case_award(actor=owner, case_id=case.pk, deal=deal)
    return case


def _made(owner: Actor, case: Case, makers: dict[str, list[Actor]], upto: int) -> None:
    by_firm = {actor.firm_id: actor for rows in makers.values() for actor in rows}
    for step in list(case.steps.order_by("position"))[:upto]:
        actor = by_firm[step.firm_id]
        given = {"case_id": case.pk, "position": step.position}
        with acting(actor):
            services.step_record(actor=actor, kind="start", **given)
            seen = Seen(good=Case.objects.get(pk=case.pk).lot, bad=0, measured="図面の寸法を全数")
            services.step_record(actor=actor, kind="inspect", seen=seen, **given)
        with acting(owner):
            services.step_record(actor=owner, kind="accept", **given)


def _finished(owner: Actor, makers: dict[str, list[Actor]]) -> None:
    """Delivered and rated by both sides."""
    case = _awarded(owner, makers, owner.firm_id % len(JOBS) if owner.firm_id else 0, "joint")
    if case is None:
        return
    _made(owner, case, makers, 99)
    with acting(owner):
        services.case_deliver(actor=owner, case_id=case.pk)
        services.case_accept(actor=owner, case_id=case.pk)
    by_firm = {actor.firm_id: actor for rows in makers.values() for actor in rows}
    for firm_id in case.orders.values_list("contractor_id", flat=True).distinct():
        marks = Marks(5 - firm_id % 2, 4, 5, "丁寧な仕事でした")
        with acting(owner):
            services.rating_give(actor=owner, case_id=case.pk, to_firm=firm_id, marks=marks)
        if firm_id % 3:
            actor = by_firm[firm_id]
            with acting(actor):
                services.rating_give(
                    actor=actor, case_id=case.pk, to_firm=owner.firm_id, marks=Marks(4, 5, 4)
                )


def _play(owner: Actor, other: Actor, makers: dict[str, list[Actor]]) -> None:
    """The states that the owner's pages and the lab's show."""
    with acting(owner):
        services.draft_start(actor=owner, wanted=_wanted(3, lot=None, due_on=None))
    _opened(owner, 4)
    asked = _asked(owner, 0)
    _answers(asked, makers, (states.CAN, states.CANNOT))
    _looked(asked, makers)
    offered = _asked(owner, 1)
    _answers(offered, makers, (states.CAN, states.CONDITIONAL))
    _chosen(owner, offered)
    running = _awarded(owner, makers, 2, "brokered")
    if running is not None:
        _made(owner, running, makers, 2)
    delivered = _awarded(owner, makers, 4, "joint")
    if delivered is not None:
        _made(owner, delivered, makers, 99)
        with acting(owner):
            services.case_deliver(actor=owner, case_id=delivered.pk)
    # The owner's firm is itself asked by another, and one case goes nowhere.
    _can(owner, "cut.lathe")
    _asked(other, 0)
    stuck = _asked(other, 3, title="大きな検査台", size_mm=9000)
    if Wave.objects.filter(case=stuck).exists():
        with acting(other):
            services.ask_lab(actor=other, case_id=stuck.pk)
    gone = _asked(other, 4)
    with acting(other):
        services.case_withdraw(actor=other, case_id=gone.pk, reason="お客様の計画が延びたため")


def _looked(case: Case, makers: dict[str, list[Actor]]) -> None:
    """Some promise, and one looks."""
    by_firm = {actor.firm_id: actor for rows in makers.values() for actor in rows}
    drawing = case.drawings.first()
    for row in Invitation.objects.filter(case=case, status=states.CAN).order_by("pk")[:2]:
        actor = by_firm[row.firm_id]
        with acting(actor):
            services.nda_accept(actor=actor, case_id=case.pk, sha256=current().sha256)
            if drawing is not None:
                _row, reader = services.drawing_open(
                    actor=actor, case_id=case.pk, public_id=drawing.public_id
                )
                reader.close()
