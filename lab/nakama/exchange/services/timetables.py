"""The timetable of a 商談会: made, and filled anew where slots have become free."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import Fair, FairEntry, FairMeeting, FairWish
from lab.nakama.exchange.rules import timetable as rule
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.jobs import Job, now
from portal.kernel import audit, outbox, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing


@dataclass(frozen=True, slots=True)
class Given:
    """What a timetable rests on; appointments and wishes are (buyer, seller)."""

    wishes: list[rule.Wish]
    slots: int
    kept: dict[rule.Wish, int]


def fair_plan(*, actor: Actor, fair_id: int) -> Fair:
    """時間割を作る, at once. Raises Refused, StaleState, RoleMissing."""
    row: Fair = now(PLAN, actor, fair_id)
    return row


def fair_replan(*, actor: Actor, fair_id: int) -> Fair:
    """Fill what has become free, at once. Raises StaleState, RoleMissing."""
    row: Fair = now(REPLAN, actor, fair_id)
    return row


def _plannable(actor: Actor, fair_id: int) -> Fair:
    fair = _of_staff(actor, fair_id, states.COLLECTING)
    if not _read(fair).wishes:
        raise Refused(
            _("双方が希望した組がまだありません。希望の入力を参加企業に呼びかけてください。")
        )
    return fair


def _fillable(actor: Actor, fair_id: int) -> Fair:
    return _of_staff(actor, fair_id, states.PLANNED)


def _of_staff(actor: Actor, fair_id: int, status: str) -> Fair:
    """The fair, locked, for staff of its lab, or for the system. Raises RoleMissing, StaleState."""
    if not policies.is_staff(actor) and not (actor.user_id is None and actor.hat == Hat.SYSTEM):
        raise RoleMissing
    fair = Fair.objects.select_for_update().get(pk=fair_id)
    policies.require(actor.ward_id in {None, fair.ward_id})
    if fair.status != status:
        raise transitions.StaleState
    return fair


def _read(fair: Fair) -> Given:
    buyers, sellers = _live(fair, FairEntry.Side.BUYER), _live(fair, FairEntry.Side.SELLER)
    live = [one.pk for one in (*buyers, *sellers)]
    asked = FairWish.objects.filter(entry__in=live, other__in=live)
    wishes = list(asked.values_list("entry_id", "other_id"))
    standing = FairMeeting.objects.filter(fair=fair, cancelled_at=None)
    rows = standing.values_list("buyer_id", "seller_id", "slot")
    kept = {(buyer, seller): slot for buyer, seller, slot in rows}
    return Given(rule.mutual(wishes, {one.pk for one in buyers}), fair.slots, kept)


def _solve(given: Given) -> dict[rule.Wish, int]:
    return rule.timetable(given.wishes, given.slots, given.kept)


def _plan(actor: Actor, fair: Fair, found: dict[rule.Wish, int]) -> int:
    for number, buyer in enumerate(_live(fair, FairEntry.Side.BUYER), start=1):
        buyer.table = number
        buyer.save(update_fields=["table"])
    _meet(fair, found)
    transitions.apply(
        table=states.FAIR,
        instance=fair,
        action="plan",
        actor=actor,
        payload={"fair_id": fair.pk, "ward_id": fair.ward_id},
    )
    return len(found)


def _replan(actor: Actor, fair: Fair, found: dict[rule.Wish, int]) -> int:
    fresh = _meet(fair, found)
    tell_changed(fair, {firm for one in fresh for firm in (one.buyer_firm_id, one.seller_firm_id)})
    audit.record(
        actor=actor, action="exchange.fair_replanned", obj=fair, detail={"new": len(fresh)}
    )
    return len(fresh)


def _meet(fair: Fair, found: dict[rule.Wish, int]) -> list[FairMeeting]:
    """Appointments for those found who have none yet."""
    standing = FairMeeting.objects.filter(fair=fair, cancelled_at=None)
    kept = set(standing.values_list("buyer_id", "seller_id"))
    firms = dict(FairEntry.objects.filter(fair=fair).values_list("pk", "firm_id"))
    fresh = [
        FairMeeting(
            fair=fair,
            buyer_id=buyer,
            seller_id=seller,
            buyer_firm_id=firms[buyer],
            seller_firm_id=firms[seller],
            slot=slot,
        )
        for (buyer, seller), slot in sorted(found.items())
        if (buyer, seller) not in kept
    ]
    FairMeeting.objects.bulk_create(fresh)
    return fresh


def tell_changed(fair: Fair, firms: Collection[int]) -> None:
    """Firms whose timetable is another now."""
    if firms:
        outbox.publish(
            name="exchange.fair_changed",
            subject=fair.pk,
            ward_id=fair.ward_id,
            payload={"fair_id": fair.pk, "ward_id": fair.ward_id, "firms": sorted(firms)},
        )


def _live(fair: Fair, side: str) -> list[FairEntry]:
    rows = FairEntry.objects.filter(fair=fair, side=side, withdrawn_at=None)
    return list(rows.order_by("entered_at", "pk"))


PLAN = Job("fair", _plannable, _read, _solve, _plan, rule.MOST_SECONDS)
REPLAN = Job("fair", _fillable, _read, _solve, _replan, rule.MOST_SECONDS)
