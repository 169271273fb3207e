"""Firms with material to give and to look for."""

import datetime as dt
from typing import Any

from lab.nakama.exchange import services
from lab.nakama.exchange.models import (
    Fair,
    FairEntry,
    JointOrder,
    Listing,
    OutsideMatch,
    Purchase,
    Run,
)
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.models import Firm

SUMIDA, OTA = 13107, 13111


def material(kind: str = "surplus", **changed: Any) -> services.Material:
    """Ten bars of SUS304, φ20 × 1000."""
    given: dict[str, Any] = {
        "kind": kind,
        "material": "SUS304",
        "shape": "round",
        "a_mm": 20,
        "length_mm": 1000,
        "unit": "piece",
        "quantity": 10,
        "price_yen": 500,
        "ward_id": SUMIDA,
        "until": clock.today() + dt.timedelta(30),
        "contact_name": "受渡 花子",
        "contact_phone": "03-0000-0000",
    }
    return services.Material(**{**given, **changed})


def add(actor: Actor, kind: str = "surplus", **changed: Any) -> Listing:
    """On the board through the service."""
    from portal.kernel.database import acting

    with acting(actor):
        return services.listing_add(actor=actor, given=material(kind, **changed))


def pair_up() -> int:
    """As after an event or in the morning."""
    return services.pair_up(actor=Actor.system("test"))


def staff_actor(ward: int = SUMIDA) -> Actor:
    """A ラボ職員."""
    from tests.support.people import assign, make_person

    user = assign(make_person("lab@example.jp", name="ラボ 職員"), Role.LAB_STAFF, ward_id=ward)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=ward)


def add_fair(staff: Actor, *, closes_in: int = 10, **changed: Any) -> Fair:
    """A 商談会 in three weeks that takes entries."""
    from portal.kernel.database import acting

    today = clock.today()
    given: dict[str, Any] = {
        "name": "ものづくり商談会",
        "place": "DXラボ 2階",
        "day": today + dt.timedelta(21),
        "starts": dt.time(13, 0),
        "slots": 6,
        "tables": 10,
        "closes_on": today + dt.timedelta(closes_in),
    }
    with acting(staff):
        return services.fair_add(actor=staff, plan=services.Plan(**{**given, **changed}))


def join(actor: Actor, fair: Fair, side: str, seeks: str = "精密旋盤") -> FairEntry:
    """The firm takes part."""
    from portal.kernel.database import acting

    with acting(actor):
        return services.entry_add(actor=actor, fair_id=fair.pk, side=side, seeks=seeks)


def work() -> list[Run]:
    """What a worker does with all that waits; the runs as they ended."""
    rows = list(Run.objects.filter(finished_at=None, cancelled_at=None, problem=""))
    for row in rows:
        services.run_work(run_id=row.pk, today=clock.today())
        row.refresh_from_db()
    return rows


def add_purchase(staff: Actor, **changed: Any) -> Purchase:
    """A 共同購買 of end mills, checked by a lawyer yesterday."""
    from portal.kernel.database import acting

    today = clock.today()
    given: dict[str, Any] = {
        "name": "超硬エンドミル",
        "items": [("エンドミル φ6", "本")],
        "closes_on": today + dt.timedelta(10),
        "checked_by": "弁護士 法田",
        "checked_on": today - dt.timedelta(1),
    }
    with acting(staff):
        return services.purchase_add(actor=staff, given=services.Round(**{**given, **changed}))


def need(actor: Actor, row: Purchase, quantity: int, alone_yen: int) -> None:
    """The firm needs so much of the first item."""
    from portal.kernel.database import acting

    item = row.items.first()
    with acting(actor):
        services.demand_save(
            actor=actor, purchase_id=row.pk, needs={item.pk: services.Need(quantity, alone_yen)}
        )


def call(**changed: Any) -> services.Call:
    """600 pins in two months, prices offered by each firm."""
    from lab.nakama.cases.services import Payment

    today = clock.today()
    given: dict[str, Any] = {
        "item": "位置決めピン",
        "detail": "SUS304、φ20×60",
        "quantity": 600,
        "due_on": today + dt.timedelta(60),
        "closes_on": today + dt.timedelta(10),
        "form": "joint",
        "pricing": "offered",
        "unit_yen": None,
        "most_firms": 6,
        "fee_permille": 50,
        "payment": Payment(),
        "lead_name": "城東切削受注統括",
        "customer": "大田重機",
        "customer_unit_yen": 600,
        "deliver_to": "東京都墨田区1-1",
        "contact": "山田　03-0000-0000",
    }
    return services.Call(**{**given, **changed})


def open_joint(lead: Actor, **changed: Any) -> JointOrder:
    """A 共同受注 that takes offers."""
    from portal.kernel.database import acting

    with acting(lead):
        return services.joint_open(actor=lead, call=call(**changed))


def offer(
    actor: Actor, row: JointOrder, least: int, most: int, unit_yen: int, setup_yen: int = 0
) -> None:
    """The firm can make between least and most, three days before they are due."""
    from portal.kernel.database import acting

    able = services.Able(least, most, unit_yen, setup_yen, row.due_on - dt.timedelta(3))
    with acting(actor):
        services.offer_save(actor=actor, joint_id=row.pk, able=able)


def close(row: JointOrder) -> JointOrder:
    """The deadline was yesterday."""
    row.closes_on = clock.today() - dt.timedelta(1)
    row.save(update_fields=["closes_on"])
    return row


def claim(actor: Actor, partner: Actor, **changed: Any) -> OutsideMatch:
    """The actor's firm says that it has ordered turned parts from the partner's."""
    from portal.kernel.database import acting

    given: dict[str, Any] = {
        "bought": True,
        "family": "cut",
        "matched_on": clock.today() - dt.timedelta(20),
        "band": "to_500k",
        "trigger": "platform",
    }
    keys = dict(Firm.objects.values_list("pk", "public_id"))
    with acting(actor):
        return services.match_declare(
            actor=actor,
            firm_id=keys[actor.firm_id],
            partner_id=keys[partner.firm_id],
            claim=services.Claim(**{**given, **changed}),
        )
