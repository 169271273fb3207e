"""Surpluses and needs of every kind, some of them paired in each state."""

import datetime as dt
import random
from collections.abc import Sequence

from lab.nakama.exchange import services
from lab.nakama.exchange.models import Listing, Pairing
from lab.nakama.exchange.services import Material
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# material, shape, a, b, length, unit
KINDS = (
    ("SUS304", "round", 20, 0, 1000, "piece"),
    ("SUS304", "plate", 3, 914, 1829, "sheet"),
    ("S45C", "round", 50, 0, 500, "piece"),
    ("SS400", "plate", 9, 600, 1200, "sheet"),
    ("A5052", "plate", 10, 400, 1000, "sheet"),
    ("A2017", "round", 30, 0, 1000, "piece"),
    ("C3604", "hex", 14, 0, 2500, "piece"),
    ("POM", "round", 60, 0, 300, "piece"),
)
SYSTEM = Actor.system("exchange.demo")


def play(rng: random.Random, actors: Sequence[Actor], today: dt.date) -> int:
    """Listings of each firm; the first firm has one that fits nobody, and one waiting for it."""
    for number, actor in enumerate(actors):
        kind = KINDS[(number // 2) % len(KINDS)]
        is_surplus = number % 2 == 0
        _add(rng, actor, "surplus" if is_surplus else "need", kind, today)
    if actors:
        _add(rng, actors[0], "need", ("SKD11", "square", 40, 0, 200, "piece"), today)
    services.pair_up(actor=SYSTEM)
    first = actors[0].firm_id if actors else None
    by_firm = {actor.firm_id: actor for actor in actors}
    pairings = Pairing.objects.exclude(surplus_firm_id=first).select_related("surplus", "need")
    for number, row in enumerate(pairings.order_by("pk")):
        _answer(number, row, by_firm[row.surplus_firm_id], by_firm[row.need_firm_id])
    return Listing.objects.count()


def _add(
    rng: random.Random,
    actor: Actor,
    side: str,
    kind: tuple[str, str, int, int, int, str],
    today: dt.date,
) -> None:
    material, shape, a_mm, b_mm, length_mm, unit = kind
    firm = actor.firm_id or 0
    quantity = rng.randint(6, 20) if side == "surplus" else rng.randint(2, 8)
    given = Material(
        kind=side,
        material=material,
        shape=shape,
        a_mm=a_mm,
        b_mm=b_mm,
        length_mm=length_mm,
        unit=unit,
        quantity=quantity,
        price_yen=rng.choice((0, 300, 500, 800)) if side == "surplus" else None,
        ward_id=rng.choice(services.wards_of(firm)),
        until=today + dt.timedelta(rng.randint(20, 90)),
        contact_name=actor.name,
        contact_phone="03-0000-0000",
    )
    with acting(actor):
        services.listing_add(actor=actor, given=given)


def _answer(number: int, row: Pairing, giver: Actor, taker: Actor) -> None:
    """In turn: done, handed over and not confirmed, agreed, one yes, declined."""
    steps = (
        ("accept", giver), ("accept", taker), ("report", giver), ("confirm", taker),
    )  # fmt: skip
    if number % 5 == 4:
        steps = (("decline", taker),)
    for name, actor in steps[: 4 - number % 5 if number % 5 < 4 else 1]:
        with acting(actor):
            getattr(services, f"pairing_{name}")(actor=actor, pairing_id=row.pk)
