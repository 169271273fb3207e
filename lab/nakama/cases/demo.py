"""The demonstration's cases: one in every state, all through the services, of firms in 墨田区 and 大田区.

The firm of the demonstration's owner has a draft, a case with answers, a decision to take and a
request to answer; others are being made, delivered, withdrawn, stuck. Names are invented.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils.translation import override

from lab.nakama.cases import demo_drawings, probation, services, states
from lab.nakama.cases.models import Case, Invitation, Rating, Wave
from lab.nakama.cases.nda import current
from lab.nakama.cases.services import Deal, Given, Marks, Seen, StepWanted, Supply, Wanted
from lab.nakama.models import Capability, CapabilityProfile, HourlyBand, WeekCapacity
from lab.nakama.rules.materials import marks
from lab.nakama.selectors.lexicon import lexicon
from portal.accounts.demo import SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership

SHAFT = ("cut.lathe", "heat.quench", "grind.cylinder", "surf.chrome", "insp.cmm")
CASE = ("sheet.laser", "sheet.bend", "weld.tig", "paint.powder")
# Trades (中分類 of the JSIC) that work metal: these pass work on before others do.
MAKERS = {"24", "25", "26", "27", "29", "31"}
STEEL = "ステンレス"
# So many firms for each process at least, within the limits of all the jobs.
ENOUGH = 3
JOBS = (
    ("段付きシャフト", "両端を軸受に入れる軸です。段の直角が大事です。", 180, 20, SHAFT),
    ("搬送ローラーの軸", "長さのある軸です。振れを抑えてください。", 420, 12, SHAFT),
    ("制御盤の筐体", "屋内に置く箱です。角の溶接跡は見えなくします。", 600, 8, CASE),
    ("検査台のカバー", "薄い板の箱です。塗装の色は後でお知らせします。", 350, 30, CASE),
    ("ポンプの回転軸", "焼入れ後に研削します。", 260, 6, SHAFT),
    ("操作つまみ", "ローレットのある丸いつまみです。", 40, 200, ("cut.lathe",)),
)


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Every state of a case. Returns what was loaded, in words."""
    with override("ja"):
        people = _people(firms)
        # The firm of the demonstration's owner comes first.
        owner = people[firms[0].pk]
        makers = {firm.pk for firm in firms if firm.jsic in MAKERS}
        others = [actor for firm, actor in people.items() if firm != owner.firm_id]
        others = sorted(others, key=lambda actor: actor.firm_id not in makers)[:40]
        for turn, code in enumerate(dict.fromkeys((*SHAFT, *CASE))):
            for actor in others[3 * turn : 3 * turn + ENOUGH]:
                _can(actor, code)
        _play(owner, others[-1], people)
        for number, actor in enumerate(others[-4:-1]):
            _finished(actor, people, number)
        _appeals(people)
    return f"仲間まわしの案件 {Case.objects.count():,}件"


def _people(firms: Sequence[Firm]) -> dict[int, Actor]:
    """An owner for each firm that has one, in the order of the firms."""
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in firms], role=Role.FIRM_OWNER, valid_to=None
    )
    found: dict[int, Actor] = {}
    for row in rows.select_related("user").order_by("firm_id", "pk"):
        user, roles = row.user, frozenset({Role.FIRM_OWNER})
        found.setdefault(
            row.firm_id, Actor(user.pk, user.name, Hat.FIRM, roles, firm_id=row.firm_id)
        )
    return found


def _can(actor: Actor, code: str) -> None:
    firm = Firm.objects.get(pk=actor.firm_id)
    profile, _new = CapabilityProfile.objects.get_or_create(
        firm=firm, defaults={"firm_name": firm.name, "ward_id": SUMIDA, "status": "prefilled"}
    )
    limits = {"max_size_mm": 1200, "reach_mm": 1200, "lot_min": 1, "lot_max": 1000}
    Capability.objects.update_or_create(profile=profile, process_id=code, defaults=limits)
    if STEEL not in profile.material_names:
        profile.material_names = [*profile.material_names, STEEL]
        profile.materials = marks(profile.material_names, lexicon())
        profile.save(update_fields=["material_names", "materials"])
    WeekCapacity.objects.filter(profile=profile, mark=WeekCapacity.Mark.FULL).delete()
    HourlyBand.objects.get_or_create(
        firm=firm, defaults={"low_yen": 4500 + firm.pk % 7 * 300, "high_yen": 7000}
    )


def _wanted(number: int, **changes: Any) -> Wanted:
    title, summary, size, lot, _steps = JOBS[number]
    values: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "material": STEEL,
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
            uploaded=SimpleUploadedFile("buhin.pdf", demo_drawings.page(JOBS[number][0])),
        )
        row = services.team_propose(actor=owner, case_id=case.pk)
        if row.teams:
            services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
            services.waves_start(actor=owner, case_id=case.pk)
    return case


def _answers(case: Case, people: dict[int, Actor], kinds: Sequence[str]) -> None:
    """Of each step one firm after the other answers as listed."""
    rows = (
        Invitation.objects.filter(case=case, status=states.WAITING)
        .select_related("case")
        .order_by("step_id", "pk")
    )
    place: dict[int, int] = {}
    for row in rows:
        actor = people.get(row.firm_id)
        if actor is None or actor.firm_id == row.case.firm_id:
            continue
        turn = place[row.step_id] = place.get(row.step_id, -1) + 1
        if turn >= len(kinds):
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


def _awarded(owner: Actor, people: dict[int, Actor], number: int, form: str) -> Case | None:
    case = _asked(owner, number)
    _answers(case, people, (states.CAN,))
    if not _chosen(owner, case):
        return None
    with acting(owner):
        deal = Deal(
            form,
            lead_name="隅田川仲間まわし 受注統括" if form == "joint" else "",
            supplies={1: _sold()} if form == "brokered" else {},
        )
        services.case_award(actor=owner, case_id=case.pk, deal=deal)
    return case


def _sold() -> Supply:
    """The plates for the first step, sold by who orders and taken off its bill."""
    today = clock.today()
    return Supply(
        goods="SUS304 板 t1.5（1×2）",
        quantity="4枚",
        price_yen=52_000,
        hand_on=today + dt.timedelta(days=7),
        settle_on=today + dt.timedelta(days=140),
    )


def _made(owner: Actor, case: Case, people: dict[int, Actor], upto: int) -> None:
    for step in list(case.steps.order_by("position"))[:upto]:
        actor = people[step.firm_id]
        given = {"case_id": case.pk, "position": step.position}
        with acting(actor):
            services.step_record(actor=actor, kind="start", **given)
            seen = Seen(good=Case.objects.get(pk=case.pk).lot, bad=0, measured="図面の寸法を全数")
            services.step_record(actor=actor, kind="inspect", seen=seen, **given)
        with acting(owner):
            services.step_record(actor=owner, kind="accept", **given)


def _half_made(owner: Actor, case: Case, people: dict[int, Actor]) -> None:
    """The second step came back; another case's first waits to be accepted."""
    step = case.steps.get(position=2)
    actor, given = people[step.firm_id], {"case_id": case.pk, "position": 2}
    with acting(actor):
        services.step_record(actor=actor, kind="start", **given)
        seen = Seen(good=7, bad=1, measured="曲げ角度を全数")
        services.step_record(actor=actor, kind="inspect", seen=seen, **given)
    with acting(owner):
        back = Seen(note="1個の角度が図面と2度違います。", responsible=2)
        services.step_record(actor=owner, kind="reject", seen=back, **given)
    other = _awarded(owner, people, 3, "brokered")
    if other is None:
        return
    first = other.steps.get(position=1)
    actor, given = people[first.firm_id], {"case_id": other.pk, "position": 1}
    with acting(actor):
        services.step_record(actor=actor, kind="start", **given)
        seen = Seen(good=30, bad=0, measured="外形を全数")
        services.step_record(actor=actor, kind="inspect", seen=seen, **given)
    third = _awarded(owner, people, 4, "joint") or _awarded(owner, people, 3, "joint")
    if third is not None:
        first = third.steps.get(position=1)
        with acting(people[first.firm_id]):
            services.step_record(
                actor=people[first.firm_id], kind="start", case_id=third.pk, position=1
            )


def _finished(owner: Actor, people: dict[int, Actor], number: int) -> None:
    """Delivered and rated by both sides."""
    case = _awarded(owner, people, number % len(JOBS), "joint")
    if case is None:
        return
    _made(owner, case, people, 99)
    with acting(owner):
        services.case_deliver(actor=owner, case_id=case.pk)
        services.case_accept(actor=owner, case_id=case.pk)
    for firm_id in sorted(set(case.orders.values_list("contractor_id", flat=True))):
        marks = Marks(5 - firm_id % 2, 4, 5, "丁寧な仕事でした")
        with acting(owner):
            services.rating_give(actor=owner, case_id=case.pk, to_firm=firm_id, marks=marks)
        if firm_id % 5:
            actor = people[firm_id]
            with acting(actor):
                services.rating_give(
                    actor=actor, case_id=case.pk, to_firm=owner.firm_id, marks=Marks(4, 5, 4)
                )


def _appeals(people: dict[int, Actor]) -> None:
    """Of what was said of those who gave out work one appeal waits, one was upheld, one struck."""
    lab = _coordinator()
    got = Rating.objects.filter(to_firm=F("case__firm"), revealed_at__isnull=False)
    for row, action in zip(got.order_by("pk"), ("", "uphold", "strike"), strict=False):
        owner = people[row.to_firm_id]
        with acting(owner):
            services.rating_appeal(
                actor=owner,
                rating_id=row.pk,
                reason="連絡は当日に返しています。記録を見てください。",
            )
        if action and lab is not None:
            with acting(lab):
                services.appeal_rule(
                    actor=lab,
                    rating_id=row.pk,
                    action=action,
                    reason="やりとりの記録を双方に確かめました。",
                )


def _coordinator() -> Actor | None:
    """ラボ職員 of the demonstration."""
    row = Assignment.objects.filter(role=Role.LAB_STAFF).select_related("user").first()
    if row is None:
        return None
    roles = frozenset({Role.LAB_STAFF})
    return Actor(row.user_id, row.user.name, Hat.SUPPORT, roles, ward_id=row.ward_id)


def _play(owner: Actor, other: Actor, people: dict[int, Actor]) -> None:
    """The states that the owner's pages and the lab's show."""
    with acting(owner):
        services.draft_start(actor=owner, wanted=_wanted(3, lot=None, due_on=None))
    _large(owner)
    single = _opened(owner, 5)
    with acting(owner):  # one step: a ranked list
        services.team_propose(actor=owner, case_id=single.pk)
    asked = _asked(owner, 0)
    _answers(asked, people, (states.CAN, states.NOT_NOW, states.CANNOT))
    _looked(asked, people)
    with acting(owner):
        services.drawing_add(
            actor=owner,
            case_id=asked.pk,
            name="手書きの略図（写真）",
            uploaded=SimpleUploadedFile("ryakuzu.jpg", demo_drawings.sketch()),
            position=1,
        )
    offered = _asked(owner, 1)
    _answers(offered, people, (states.CAN, states.CONDITIONAL))
    _chosen(owner, offered)
    running = _awarded(owner, people, 2, "brokered")
    if running is not None:
        _made(owner, running, people, 1)
        _half_made(owner, running, people)
    # Where the firms of the shaft are asked out for the week, those of the box do it.
    delivered = _awarded(owner, people, 4, "joint") or _awarded(owner, people, 2, "joint")
    if delivered is not None:
        _made(owner, delivered, people, 99)
        with acting(owner):
            services.case_deliver(actor=owner, case_id=delivered.pk)
            services.template_keep(
                actor=owner, case_id=delivered.pk, name="焼入れする軸・いつもの仲間"
            )
    # The owner's firm is itself asked by another, and one case goes nowhere.
    _can(owner, "cut.lathe")
    _asked(other, 0)
    stuck = _asked(other, 3, title="大きな検査台", size_mm=9000)
    if Wave.objects.filter(case=stuck).exists():
        with acting(other):
            services.ask_lab(actor=other, case_id=stuck.pk)
    ended = _asked(other, 2)
    _answers(ended, people, (states.NOT_NOW, states.CAN))
    with acting(other):
        services.case_give_up(actor=other, case_id=ended.pk, reason="納期に間に合わないため")
    quiet = _asked(other, 0)
    late = clock.database_now() - dt.timedelta(hours=1)
    Wave.objects.filter(case=quiet).update(closes_at=late)
    services.waves_close(actor=Actor.system("load_demo"), now=clock.database_now())
    gone = _asked(other, 4)
    with acting(other):
        services.case_withdraw(actor=other, case_id=gone.pk, reason="お客様の計画が延びたため")


def _large(owner: Actor) -> None:
    """Too many pieces for firms that are new here; the coordinator lifts the limit for one."""
    case = _opened(owner, 4, lot=800)
    with acting(owner):
        services.team_propose(actor=owner, case_id=case.pk)
    lab, names = _coordinator(), probation.held_back(case)
    if lab is not None and names:
        with acting(lab):
            services.first_job_lift(
                actor=lab,
                case_id=case.pk,
                firm_id=min(names),
                reason="地域の共同受注会で10年の実績があり、同じ軸を月に千本作っています。",
            )


def _looked(case: Case, people: dict[int, Actor]) -> None:
    """Some promise, and one looks."""
    drawing = case.drawings.first()
    for row in Invitation.objects.filter(case=case, status=states.CAN).order_by("pk")[:2]:
        actor = people[row.firm_id]
        with acting(actor):
            services.nda_accept(actor=actor, case_id=case.pk, sha256=current().sha256)
            if drawing is not None:
                _row, reader = services.drawing_open(
                    actor=actor, case_id=case.pk, public_id=drawing.public_id
                )
                reader.close()
