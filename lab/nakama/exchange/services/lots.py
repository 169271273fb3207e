"""A joint order split: counted by a worker, mended by the lead with a reason, put to the firms."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import states
from lab.nakama.exchange.models import (
    JointOffer,
    JointOrder,
    JointPrivate,
    JointShare,
    JointSplit,
)
from lab.nakama.exchange.rules import lots as rule
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.jobs import Job, now
from lab.nakama.exchange.services.joint import led, move_share, payload_of
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState

DAYS_TO_ANSWER = 7
FIT = frozenset({states.OFFERING, states.SPLIT, states.ASKING})


@dataclass(frozen=True, slots=True)
class Given:
    """What a split rests on."""

    quantity: int
    takers: tuple[rule.Taker, ...]
    most_firms: int


def joint_split(*, actor: Actor, joint_id: int) -> JointOrder:
    """分担を計算する, at once. Raises Refused (nothing fits), StaleState, RoleMissing."""
    row: JointOrder = now(SPLIT, actor, joint_id)
    return row


def joint_adjust(
    *, actor: Actor, joint_id: int, lots: Mapping[int, int], reason: str
) -> JointSplit:
    """分担を手直しする, within what firms offered. Raises Refused, ReasonMissing, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = led(actor, joint_id)
        last = JointSplit.objects.filter(joint=row).first()
        if last is None or row.status != states.SPLIT:
            raise StaleState
        given = _read(row)
        chosen = {firm: lot for firm, lot in lots.items() if lot}
        if text := _fault(row, given, chosen):
            raise Refused(text)
        told = plain(reason, 500)
        transitions.apply(
            table=states.JOINT,
            instance=row,
            action="adjust",
            actor=actor,
            reason=told,
            detail={"lots": {str(firm): lot for firm, lot in sorted(chosen.items())}},
            fields={"firms": len(chosen)},
        )
        return JointSplit.objects.create(
            joint=row,
            lead_firm_id=row.firm_id,
            lots=sorted(chosen.items()),
            cost_yen=rule.cost_of(given.takers, chosen),
            best_yen=last.best_yen,
            reasons=last.reasons,
            adjusted=told,
        )


def _fault(row: JointOrder, given: Given, chosen: Mapping[int, int]) -> str:
    code, firms = rule.faults(given.quantity, given.takers, chosen, given.most_firms)
    if code == "sum":
        return _("数量の合計を%(n)d個にしてください（いまは%(sum)d個です）。") % {
            "n": given.quantity,
            "sum": sum(chosen.values()),
        }
    if code == "many":
        return _("分担する企業は%(n)d社までにしてください。") % {"n": given.most_firms}
    if code:
        names = JointOffer.objects.filter(joint=row, firm_id__in=firms)
        return _("申出の最小から最大までの数量にしてください：%(names)s") % {
            "names": _("、").join(names.values_list("firm_name", flat=True))
        }
    return ""


def joint_propose(*, actor: Actor, joint_id: int, is_independent: bool) -> JointOrder:
    """この分担で参加をたずねる: who said yes to the same part before is not asked again.

    Raises Refused (one firm alone, somebody has left), StaleState, RoleMissing.
    """
    with transaction.atomic(), acting(actor.elevated()):
        row = led(actor, joint_id)
        last = JointSplit.objects.filter(joint=row).first()
        if last is None or row.status != states.SPLIT:
            raise StaleState
        lots = {int(firm): int(lot) for firm, lot in last.lots}
        rows = JointOffer.objects.filter(joint=row, withdrawn_at=None, firm_id__in=lots)
        offers = {offer.firm_id: offer for offer in rows}
        if len(offers) < len(lots):
            raise Refused(
                _("申出を取り下げた企業が分担に入っています。分担を計算し直してください。")
            )
        if len(lots) < 2:
            raise Refused(_("1社だけでは共同受注になりません。手直しして2社以上に分けてください。"))
        first = min(offer.ready_on for offer in offers.values())
        if first < clock.today():
            raise Refused(
                _(
                    "納められる日を過ぎた申出が分担に入っています。手直しして外すか、取りやめて新しく募集してください。"
                )
            )
        _ask(actor, row, lots, offers)
        transitions.apply(
            table=states.JOINT,
            instance=row,
            action="propose",
            actor=actor,
            payload=payload_of(row),
            fields={
                "is_independent": is_independent,
                "firms": len(lots),
                "answer_by": min(clock.today() + dt.timedelta(DAYS_TO_ANSWER), first),
            },
        )
        return row


def _ask(
    actor: Actor, row: JointOrder, lots: Mapping[int, int], offers: Mapping[int, JointOffer]
) -> None:
    private = JointPrivate.objects.get(joint=row)
    before = {
        share.firm_id: (share.quantity, share.unit_yen, share.setup_yen)
        for share in JointShare.objects.filter(joint=row, status=states.ACCEPTED)
    }
    JointShare.objects.filter(joint=row).delete()
    shares = JointShare.objects.bulk_create(
        JointShare(
            joint=row,
            lead_firm_id=row.firm_id,
            ward_id=offers[firm].ward_id,
            firm_id=firm,
            firm_name=offers[firm].firm_name,
            lead_name=private.lead_name,
            contact=private.contact,
            deliver_to=private.deliver_to,
            quantity=lot,
            unit_yen=offers[firm].unit_yen,
            setup_yen=offers[firm].setup_yen,
            ready_on=offers[firm].ready_on,
        )
        for firm, lot in sorted(lots.items())
    )
    for share in shares:
        same = before.get(share.firm_id) == (share.quantity, share.unit_yen, share.setup_yen)
        # The lead has chosen its own part.
        if same or share.firm_id == row.firm_id:
            move_share(actor, share, "accept")


def _splittable(actor: Actor, joint_id: int) -> JointOrder:
    row = led(actor, joint_id)
    if row.status not in FIT:
        raise StaleState
    if row.closes_on >= clock.today():
        raise Refused(_("分担は、申出の締切のあとに計算できます。"))
    if JointOffer.objects.filter(joint=row, withdrawn_at=None).count() < 2:
        raise Refused(
            _("申出が2社以上ないと、分担できません。取りやめるか、新しく募集してください。")
        )
    return row


def _read(row: JointOrder) -> Given:
    rows = JointOffer.objects.filter(joint=row, withdrawn_at=None).order_by("pk")
    takers = tuple(
        rule.Taker(one.firm_id, one.least, one.most, one.setup_yen, one.unit_yen) for one in rows
    )
    return Given(row.quantity, takers, row.most_firms)


def _solve(given: Given) -> rule.Decision:
    return rule.decide(given.quantity, given.takers, given.most_firms)


def _write(actor: Actor, row: JointOrder, found: rule.Decision) -> int:
    if not found.lots:
        raise Refused(_unsplit(found))
    JointSplit.objects.create(
        joint=row,
        lead_firm_id=row.firm_id,
        lots=sorted(found.lots.items()),
        cost_yen=found.cost_yen,
        best_yen=found.cost_yen,
        reasons=[[r.firm, r.quantity, r.without_yen, r.with_yen] for r in found.reasons],
    )
    transitions.apply(
        table=states.JOINT,
        instance=row,
        action="split",
        actor=actor,
        fields={"firms": len(found.lots)},
    )
    return len(found.lots)


def _unsplit(found: rule.Decision) -> str:
    """Why there is no split, and what would do."""
    if found.short:
        return _(
            "申出を足しても%(n)d個足りません。数量を減らすか、最大の社数を増やして、"
            "募集し直してください。"
        ) % {"n": found.short}
    near = [str(number) for number in (found.below, found.above) if number]
    if near:
        return _(
            "各社の最小の数量があるため、ちょうどに分けられません。%(near)s個なら分けられます。"
        ) % {"near": _("個か").join(near)}
    return _("各社の最小の数量があるため、分けられません。")


SPLIT = Job("joint", _splittable, _read, _solve, _write, rule.MOST_SECONDS)
