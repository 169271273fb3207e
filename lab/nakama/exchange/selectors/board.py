"""The board as a firm sees it, as the coordinator sees it, and as counts by ward."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import ExchangeFact, JointOrder, Listing, ListingOwner, Pairing
from lab.nakama.exchange.rules.pairing import MOST_EACH, Miss, nearly
from lab.nakama.exchange.services.pairing import lot_of
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SHOWN = 100
JOINT_RUNNING = (states.OFFERING, states.SPLIT, states.ASKING, states.CONTRACTED)
RUNNING = (states.PROPOSED, states.AGREED, states.REPORTED)


@dataclass(frozen=True, slots=True)
class OwnBoard:
    """What a firm has to answer, its pairings, its listings, and what others have."""

    to_answer: Pairing | None
    pairings: list[Pairing]
    listings: list[Listing]
    others: list[Listing]


def own_board(actor: Actor, today: dt.date) -> OwnBoard:
    """Four queries, whatever there is."""
    pairings = list(policies.visible_pairings(actor)[:SHOWN])
    mine = list(policies.own_listings(actor).order_by("-listed_at")[:SHOWN])
    others = Listing.objects.filter(status=states.OPEN, until__gte=today).exclude(
        pk__in=policies.own_listings(actor).values("pk")
    )
    waiting = (row for row in reversed(pairings) if is_turn(row, actor.firm_id))
    return OwnBoard(next(waiting, None), pairings, mine, list(others[:SHOWN]))


def is_turn(row: Pairing, firm_id: int | None) -> bool:
    """Whether the firm has to answer or to confirm."""
    if row.status == states.PROPOSED:
        return not row.accepted(row.side_of(firm_id))
    return row.status == states.AGREED or (
        row.status == states.REPORTED and row.reported_firm_id != firm_id
    )


def waiting(actor: Actor) -> QuerySet[Pairing]:
    """For the menu: the pairings whose turn it is (`is_turn` as a condition)."""
    firm = policies.firm_of(actor)
    proposed = Q(status=states.PROPOSED) & (
        Q(surplus_firm_id=firm, surplus_accepted_at=None)
        | Q(need_firm_id=firm, need_accepted_at=None)
    )
    reported = Q(status=states.REPORTED) & ~Q(reported_firm_id=firm)
    return policies.visible_pairings(actor).filter(proposed | Q(status=states.AGREED) | reported)


def to_answer(actor: Actor) -> list[Pairing]:
    """The firm's open turns, for its first page."""
    return list(waiting(actor)[:SHOWN])


def listed(actor: Actor) -> int:
    """How many listings of the firm are open."""
    return policies.own_listings(actor).filter(status=states.OPEN).count()


def partner_of(row: Pairing, firm_id: int | None) -> ListingOwner | None:
    """The other side's firm and contact; nobody before both have accepted."""
    if row.status not in states.KNOWN:
        return None
    other = row.need_id if row.side_of(firm_id) == "surplus" else row.surplus_id
    return ListingOwner.objects.filter(listing_id=other).first()


def near_misses(actor: Actor, row: Listing, today: dt.date) -> dict[Miss, int]:
    """For a listing without a partner: how many would do but for one condition. Counts only."""
    if row.status != states.OPEN:
        return {}
    kind = Listing.Kind.NEED if row.is_surplus else Listing.Kind.SURPLUS
    with acting(actor.elevated()):
        owned = Listing.objects.select_related("owner").get(pk=row.pk)
        rows = Listing.objects.filter(kind=kind, status=states.OPEN, until__gte=today)
        others = [lot_of(one) for one in rows.select_related("owner")[:MOST_EACH]]
        return nearly(lot_of(owned), others, is_need=not row.is_surplus)


def desk_pairings(actor: Actor, view: str) -> QuerySet[Pairing]:
    """All pairings for the coordinator: running ones, or all."""
    rows = policies.visible_pairings(actor)
    return rows.filter(status__in=RUNNING) if view != "all" else rows


@dataclass(frozen=True, slots=True)
class WardLine:
    """Counts of one ward."""

    ward_id: int
    surpluses: int
    needs: int
    running: int
    agreed: int
    done: int
    joint_running: int
    joint_ordered: int


def by_ward(actor: Actor, since: dt.date) -> list[WardLine]:
    """Counts of all wards, no price, no name: for officials, who read no row of the board."""
    with acting(actor.elevated()):
        open_ = Count("pk", filter=Q(status=states.OPEN))
        kinds = Listing.objects.values_list("ward_id", "kind").annotate(n=open_).order_by()
        listed = {(ward, kind): n for ward, kind, n in kinds}
        pairings = Pairing.objects.filter(status__in=RUNNING).values_list("ward_id", flat=True)
        running = Counter(pairings)
        undone = ExchangeFact.objects.filter(kind=ExchangeFact.Kind.JOINT_BACK)
        # A joint order that was taken back does not count, whenever that was.
        rows = ExchangeFact.objects.filter(occurred_on__gte=since).exclude(
            kind=ExchangeFact.Kind.JOINT, joint__in=undone.values("joint_id")
        )
        facts = Counter(rows.values_list("ward_id", "kind"))
        joints = JointOrder.objects.filter(status__in=JOINT_RUNNING)
        joint = Counter(joints.values_list("ward_id", flat=True))
    wards = {ward for ward, _ in listed} | set(running) | {ward for ward, _ in facts} | set(joint)
    return [
        WardLine(
            ward,
            listed.get((ward, Listing.Kind.SURPLUS.value), 0),
            listed.get((ward, Listing.Kind.NEED.value), 0),
            running[ward],
            facts[ward, ExchangeFact.Kind.AGREED.value],
            facts[ward, ExchangeFact.Kind.DONE.value],
            joint[ward],
            facts[ward, ExchangeFact.Kind.JOINT.value],
        )
        for ward in sorted(wards)
    ]
