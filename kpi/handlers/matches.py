"""Work that found its firms: 3-OC, 3-KGI, and who is at work (実働) beside 3-OP2."""

from collections.abc import Iterable

from kpi.handlers.common import say, take_back, ward_of
from kpi.rules.compute import PROCESS
from kpi.services.levels import ACTED, CLAIMED
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

CASE, PAIRING = "cases_case", "exchange_pairing"
OUTSIDE = "exchange_outsidematch"
JOINT_ORDER, DEVELOPMENT = "exchange_jointorder", "consortium_development"
CONCLUDED, CONTRACTED = "match.concluded", "collab.contracted"
# Parts of 3-KGI.
ORDER, JOINT = "order", "joint"


@handles("cases.match.concluded", name="kpi.case_matched")
def case_matched(event: OutboxEvent) -> None:
    """The buyer of a 仲間まわし case gave the orders: with each firm, for each kind of work."""
    data = event.payload
    for supplier, family in data["pairs"]:
        pair = (data["buyer_id"], supplier, family)
        _match(event, CONCLUDED, (CASE, data["case_id"]), pair, ward_of(event), "case")
    _acted(event, "ordered", CASE, data["case_id"], {firm for firm, _family in data["pairs"]})


@handles("cases.collab.contracted", name="kpi.case_contracted")
def case_contracted(event: OutboxEvent) -> None:
    """It is a 共同受注 of two or more firms as well."""
    data = event.payload
    _collaboration(event, (CASE, data["case_id"]), ORDER, data["firm_ids"], [ward_of(event)])


@handles("cases.collab.delivered", name="kpi.case_delivered")
def case_delivered(event: OutboxEvent) -> None:
    """Those who made it have delivered."""
    data = event.payload
    _acted(event, "delivered", CASE, data["case_id"], data["firm_ids"])


@handles("cases.answered", name="kpi.case_answered")
def case_answered(event: OutboxEvent) -> None:
    """A firm that was asked has answered, whatever it said."""
    data = event.payload
    _acted(event, "answered", "cases_invitation", data["invitation_id"], [data["firm_id"]])


@handles("exchange.reported", name="kpi.material_claimed")
def material_claimed(event: OutboxEvent) -> None:
    """One side says that the material changed hands: 仮 until the other confirms."""
    _material(event, CLAIMED)


@handles("exchange.handed_over", name="kpi.material_concluded")
def material_concluded(event: OutboxEvent) -> None:
    """Both sides have said so."""
    _material(event, CONCLUDED)
    data = event.payload
    firms = [data["supplier_id"], data["buyer_id"]]
    _acted(event, "delivered", PAIRING, data["pairing_id"], firms)


@handles("exchange.failed", name="kpi.material_failed")
def material_failed(event: OutboxEvent) -> None:
    """It came to nothing; a claim, if there was one, is taken back."""
    if event.payload["reported"] and event.payload.get("independent", True):
        take_back(PAIRING, event.payload["pairing_id"], event_type=CLAIMED)


@handles("exchange.match_declared", name="kpi.match_declared")
def match_declared(event: OutboxEvent) -> None:
    """One side tells of a match that was made outside the portal: 仮 until the other confirms."""
    _outside(event, CLAIMED)


@handles("exchange.match_confirmed", name="kpi.match_confirmed")
def match_confirmed(event: OutboxEvent) -> None:
    """The other side, or somebody who has seen the paper, has confirmed it."""
    _outside(event, CONCLUDED)


@handles("exchange.match_taken_back", name="kpi.match_taken_back")
def match_taken_back(event: OutboxEvent) -> None:
    """Denied, taken back, or not confirmed within 90 days."""
    take_back(OUTSIDE, event.payload["match_id"])


@handles("exchange.joint_order_contracted", name="kpi.joint_order_contracted")
def joint_order_contracted(event: OutboxEvent) -> None:
    """An order shared out among firms by lots."""
    data = event.payload
    source = (JOINT_ORDER, data["joint_order_id"])
    _collaboration(event, source, ORDER, data["firm_ids"], data["ward_ids"])
    _acted(event, "ordered", *source, data["firm_ids"], data["ward_ids"])


@handles("exchange.joint_order_taken_back", name="kpi.joint_order_taken_back")
def joint_order_taken_back(event: OutboxEvent) -> None:
    """Cancelled before the first delivery: as if it had never been."""
    take_back(JOINT_ORDER, event.payload["joint_order_id"])


@handles("consortium.joint_development_contracted", name="kpi.development_contracted")
def development_contracted(event: OutboxEvent) -> None:
    """Firms develop something together."""
    data = event.payload
    _collaboration(
        event, (DEVELOPMENT, data["collab_id"]), JOINT, data["firm_ids"], data["ward_ids"]
    )


@handles("consortium.joint_development_taken_back", name="kpi.development_taken_back")
def development_taken_back(event: OutboxEvent) -> None:
    """Cancelled before anything came of it."""
    take_back(DEVELOPMENT, event.payload["collab_id"])


def pair_key(buyer: int, supplier: int, family: str) -> str:
    """What 3-OC counts once in 12 months: who buys from whom, and which kind of part."""
    return f"{buyer}:{supplier}:{family}"[:64]


def _match(
    event: OutboxEvent,
    kind: str,
    source: tuple[str, object],
    pair: tuple[int, int, str],
    ward_id: int,
    part: str,
) -> None:
    buyer, supplier, family = pair
    say(
        event_type=kind,
        event_key=pair_key(*pair),
        ward_id=ward_id,
        firm_id=buyer,
        on=event.payload["on"],
        source=source,
        part=part,
        aspect=f"{supplier}:{family}"[:40],
    )


def _material(event: OutboxEvent, kind: str) -> None:
    data = event.payload
    if not data.get("independent", True):
        return  # firms that belong together are not matched
    pair = (data["buyer_id"], data["supplier_id"], data["family"])
    _match(event, kind, (PAIRING, data["pairing_id"]), pair, data["buyer_ward_id"], "material")


def _outside(event: OutboxEvent, kind: str) -> None:
    data = event.payload
    pair = (data["buyer_id"], data["supplier_id"], data["family"])
    source = (OUTSIDE, data["match_id"])
    _match(event, kind, source, pair, data["buyer_ward_id"], "outside")


def _collaboration(
    event: OutboxEvent,
    source: tuple[str, object],
    part: str,
    firm_ids: list[int],
    ward_ids: list[int],
) -> None:
    """Of two or more firms, one of the 23 wards, it counts; else it is told and does not.

    `independent`, where a room tells it, also counts firms that are not in the register. Each group of
    processes that is needed is a fact beside it, and taken back with it.
    """
    if event.ward_id is None and not ward_ids:
        return  # of nobody in the 23 wards
    wards = ward_ids or [ward_of(event)]
    firms = event.payload.get("independent", len(set(firm_ids)))
    counts = firms > 1 and bool(ward_ids)
    key, firm = f"{source[0]}:{source[1]}", firm_ids[0] if firm_ids else None
    ward = event.ward_id if event.ward_id in wards else wards[0]
    say(
        event_type=CONTRACTED if counts else "collab.other",
        event_key=key,
        ward_id=ward,
        firm_id=firm,
        on=event.payload["on"],
        source=source,
        part=part,
    )
    for group in sorted({code.partition(".")[0] for code in event.payload.get("processes", ())}):
        say(
            event_type=PROCESS,
            event_key=key,
            ward_id=ward,
            firm_id=firm,
            on=event.payload["on"],
            source=source,
            part=group,
            aspect=f"process:{group}",
        )


def _acted(
    event: OutboxEvent,
    part: str,
    table: str,
    pk: object,
    firm_ids: Iterable[int],
    ward_ids: list[int] | None = None,
) -> None:
    """Each of these firms has answered, was given an order, or delivered."""
    if event.ward_id is None and not ward_ids:
        return
    for firm in sorted(set(firm_ids)):
        say(
            event_type=ACTED,
            event_key=str(firm),
            ward_id=ward_of(event, ward_ids),
            firm_id=firm,
            on=event.payload["on"],
            source=(table, pk),
            part=part,
            aspect=f"{part}:{firm}",
        )
