"""What the pages of a 共同受注 show."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lab.nakama.cases.rules.terms import with_fee
from lab.nakama.exchange import policies, states, words
from lab.nakama.exchange.models import (
    JointCall,
    JointOffer,
    JointOrder,
    JointPrivate,
    JointShare,
    JointSplit,
    JointTerms,
)
from lab.nakama.exchange.rules.lots import Reason
from lab.nakama.models import Process
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 50
DONE = (states.COMPLETE, states.CALLED_OFF)


@dataclass(frozen=True, slots=True)
class Listed:
    """A joint order in the list, with the firm's part in it: lead, share, offer, call (it was told of it
    and may still offer) or nothing.
    """

    row: JointOrder
    part: str


def listed(actor: Actor) -> list[Listed]:
    """The latest, whatever there is: four queries for a firm, one for others."""
    rows = list(policies.visible_joints(actor)[:SHOWN])
    offered: set[int] = set()
    shared: set[int] = set()
    called: set[int] = set()
    if policies.is_firm(actor):
        keys = [row.pk for row in rows]
        firm_id = policies.firm_of(actor)
        own = JointOffer.objects.filter(joint__in=keys, firm_id=firm_id, withdrawn_at=None)
        offered = set(own.values_list("joint_id", flat=True))
        shares = JointShare.objects.filter(joint__in=keys, firm_id=firm_id)
        live = shares.exclude(status__in=[states.DECLINED, states.OFF])
        shared = set(live.values_list("joint_id", flat=True))
        calls = JointCall.objects.filter(joint__in=keys, firm_id=firm_id)
        called = set(calls.values_list("joint_id", flat=True))
    parts = (("share", shared), ("offer", offered), ("call", called))
    return [Listed(row, _part(actor, row, parts)) for row in rows]


def _part(actor: Actor, row: JointOrder, parts: Iterable[tuple[str, set[int]]]) -> str:
    if policies.leads(actor, row):
        return "lead"
    found = next((name for name, keys in parts if row.pk in keys), "")
    takes_offers = row.status == states.OFFERING and row.closes_on >= clock.today()
    return "" if found == "call" and not takes_offers else found


def process_name(row: JointOrder) -> str:
    """What is asked for, in the language of the page; "" where it is read from the words."""
    if not row.process_code:
        return ""
    process = Process.objects.filter(code=row.process_code).first()
    return process.display_name if process else row.process_code


def terms_of(row: JointOrder) -> JointTerms | None:
    """For firms; nobody else may read it."""
    return JointTerms.objects.filter(joint=row).first()


def private_of(row: JointOrder) -> JointPrivate | None:
    """For the lead; nobody else may read it."""
    return JointPrivate.objects.filter(joint=row).first()


def own_offer(actor: Actor, row: JointOrder) -> JointOffer | None:
    """What the firm has offered."""
    rows = JointOffer.objects.filter(joint=row, firm_id=policies.firm_of(actor))
    return rows.filter(withdrawn_at=None).first()


def own_share(actor: Actor, row: JointOrder) -> JointShare | None:
    """What the firm makes, or is asked to make."""
    rows = policies.visible_shares(actor).filter(joint=row, firm_id=policies.firm_of(actor))
    return rows.first()


def offers_of(row: JointOrder) -> list[JointOffer]:
    """All that count, for the lead."""
    return list(JointOffer.objects.filter(joint=row, withdrawn_at=None))


def shares_of(actor: Actor, row: JointOrder) -> list[JointShare]:
    """All parts, for the lead."""
    return list(policies.visible_shares(actor).filter(joint=row))


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A firm in the split: its lot, what that costs, and why."""

    offer: JointOffer
    lot: int
    price_yen: int
    why: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Split:
    """The split as the lead sees it. Amounts 税抜; `customer_yen` with the fee."""

    last: JointSplit
    lines: list[SplitLine]
    customer_yen: int
    paid_yen: int | None

    @property
    def lacks_yen(self) -> int:
        """How much the customer's price falls short."""
        return max(0, self.customer_yen - self.paid_yen) if self.paid_yen is not None else 0


def split_of(row: JointOrder) -> Split | None:
    """The newest split, as far as its firms still offer. For the lead."""
    last = JointSplit.objects.filter(joint=row).first()
    if last is None:
        return None
    offers, pay, private = offers_of(row), terms_of(row), private_of(row)
    lots = {int(firm): int(lot) for firm, lot in last.lots}
    reasons = {reason.firm: reason for reason in (Reason(*values) for values in last.reasons)}
    lines = [
        SplitLine(
            offer,
            lot := lots.get(offer.firm_id, 0),
            offer.setup_yen + offer.unit_yen * lot if lot else 0,
            words.why(reasons[offer.firm_id]) if offer.firm_id in reasons else "",
            offer.firm_id in reasons and reasons[offer.firm_id].quantity != lot,
        )
        for offer in offers
    ]
    unit = private.customer_unit_yen if private else None
    return Split(
        last,
        sorted(lines, key=lambda line: -line.lot),
        with_fee(last.cost_yen, pay.fee_permille if pay else 0),
        unit * row.quantity if unit else None,
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """What the firm has to do about a joint order: a code of `words.TURNS`, and until when."""

    row: JointOrder
    code: str
    until: dt.date | None


def _shares(actor: Actor) -> QuerySet[JointShare]:
    return policies.visible_shares(actor).exclude(joint__status__in=DONE)


def _led(actor: Actor) -> QuerySet[JointOrder]:
    rows = policies.visible_joints(actor).filter(firm_id=policies.firm_of(actor))
    return rows.filter(status__in=[states.OFFERING, states.SPLIT])


def running(actor: Actor) -> QuerySet[Any]:
    """What `turns` looks through."""
    return _shares(actor).values("pk").union(_led(actor).values("pk"), all=True)


def turns(actor: Actor, today: dt.date) -> list[Turn]:
    """The firm's next steps: two queries."""
    found = []
    for share in _shares(actor)[: 4 * SHOWN]:
        mine = share.firm_id == actor.firm_id
        if mine and share.status == states.ASKED and share.joint.status == states.ASKING:
            found.append(Turn(share.joint, "answer", share.joint.answer_by))
        elif mine and share.status == states.MAKING:
            found.append(Turn(share.joint, "make", share.ready_on))
        elif share.status == states.HANDED and share.lead_firm_id == actor.firm_id:
            found.append(Turn(share.joint, "receive", None))
    for row in _led(actor)[:SHOWN]:
        if row.status == states.SPLIT:
            found.append(Turn(row, "propose", None))
        elif row.closes_on < today:
            found.append(Turn(row, "split", None))
    return found
