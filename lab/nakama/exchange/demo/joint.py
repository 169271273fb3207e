"""Joint orders in each state: offers come in, a part waits for the first firm's yes, being made, done."""

import datetime as dt
from collections.abc import Sequence

from lab.nakama.cases.models import Order
from lab.nakama.cases.services import Marks, Payment, order_rate
from lab.nakama.exchange import services
from lab.nakama.exchange.models import JointOrder, JointShare
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# item, specification, process, pieces, 円 a piece of the customer
ITEMS = (
    ("位置決めピン φ12", "SUS304、φ12h7×60、バリなきこと", "cut.lathe", 6_000, 480),
    ("搬送ローラの軸", "S45C、φ30×420、両端M12", "cut.lathe", 900, 3_600),
    ("センサ取付金具", "SPCC t2.3、曲げ4か所、三価クロメート", "sheet", 4_000, 620),
    ("検査治具の脚", "A5052、φ40×150", "cut.lathe", 1_200, 1_900),
    ("コンベヤのスペーサ", "SS400、φ25×12", "cut.lathe", 2_400, 260),
)


def play(actors: Sequence[Actor], today: dt.date) -> int:
    """Returns how many there are. Needs at least six firms."""
    if len(actors) < 6:
        return 0
    first, lead, *others = actors[:6]
    _offers(_open(lead, ITEMS[0], today), others[:2], today)
    own = _open(first, ITEMS[1], today)
    _offers(own, others[:3], today)
    _split(first, own, today)
    asking = _open(lead, ITEMS[2], today)
    _offers(asking, [first, *others[:2]], today)
    _split(lead, asking, today)
    _propose(lead, asking)
    making = _open(lead, ITEMS[3], today)
    _offers(making, [lead, *others[1:3]], today)
    _split(lead, making, today)
    _propose(lead, making)
    _make(making, {actor.firm_id: actor for actor in actors})
    made = _open(first, ITEMS[4], today)
    _offers(made, [first, *others[:2]], today)
    _split(first, made, today)
    _propose(first, made)
    _finish(first, made, {actor.firm_id: actor for actor in actors})
    return JointOrder.objects.count()


def _open(lead: Actor, item: tuple[str, str, str, int, int], today: dt.date) -> JointOrder:
    name, detail, process, quantity, customer = item
    call = services.Call(
        item=name,
        detail=detail,
        process=process,
        quantity=quantity,
        due_on=today + dt.timedelta(75),
        closes_on=today + dt.timedelta(12),
        form="joint",
        pricing="offered",
        unit_yen=None,
        most_firms=4,
        fee_permille=50,
        payment=Payment(terms="材料は各社で手配する。"),
        lead_name="城東ものづくり受注統括",
        customer="",
        customer_unit_yen=customer,
        deliver_to="東京都墨田区（受注統括の検査場）",
        contact=f"{lead.name}　03-0000-0000",
    )
    with acting(lead):
        return services.joint_open(actor=lead, call=call)


def _offers(row: JointOrder, actors: Sequence[Actor], today: dt.date) -> None:
    customer = next(one[4] for one in ITEMS if one[0] == row.item)
    for number, actor in enumerate(actors):
        able = services.Able(
            least=row.quantity // 10,
            most=row.quantity * (6 - number) // 10,
            unit_yen=customer * (80 + 6 * number) // 100,
            setup_yen=8_000 + 4_000 * number,
            ready_on=today + dt.timedelta(60 + 5 * number),
        )
        with acting(actor):
            services.offer_save(actor=actor, joint_id=row.pk, able=able)


def _split(lead: Actor, row: JointOrder, today: dt.date) -> None:
    JointOrder.objects.filter(pk=row.pk).update(closes_on=today - dt.timedelta(1))
    with acting(lead):
        services.joint_split(actor=lead, joint_id=row.pk)


def _propose(lead: Actor, row: JointOrder) -> None:
    with acting(lead):
        services.joint_propose(actor=lead, joint_id=row.pk, is_independent=True)


def _agree(row: JointOrder, by_firm: dict[int | None, Actor]) -> None:
    for share in JointShare.objects.filter(joint=row, status="asked"):
        actor = by_firm[share.firm_id]
        with acting(actor):
            services.joint_answer(actor=actor, joint_id=row.pk, accepted=True)


def _finish(lead: Actor, row: JointOrder, by_firm: dict[int | None, Actor]) -> None:
    """Delivered; one member has rated the lead, the others have time until then."""
    _agree(row, by_firm)
    shares = list(JointShare.objects.filter(joint=row))
    for share in shares:
        actor = by_firm[share.firm_id]
        with acting(actor):
            services.joint_hand(actor=actor, joint_id=row.pk)
    members = [share for share in shares if share.firm_id != lead.firm_id]
    for share in members:
        with acting(lead):
            services.joint_receive(actor=lead, joint_id=row.pk, share_id=share.public_id)
    member = by_firm[members[0].firm_id]
    with acting(member):
        order = Order.objects.get(number__startswith=row.number, contractor_id=member.firm_id)
        marks = Marks(4, 5, 5, "図面と数量の連絡が早く、助かりました")
        order_rate(actor=member, order_id=order.pk, marks=marks)


def _make(row: JointOrder, by_firm: dict[int | None, Actor]) -> None:
    """All say yes; the first has delivered, the others are at it."""
    _agree(row, by_firm)
    for number, share in enumerate(JointShare.objects.filter(joint=row)):
        actor = by_firm[share.firm_id]
        with acting(actor):
            if number == 0:
                services.joint_hand(actor=actor, joint_id=row.pk)
            else:
                services.joint_progress(actor=actor, joint_id=row.pk, made=share.quantity // 3)
