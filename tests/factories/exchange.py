"""Firms with material to give and to look for."""

import datetime as dt
from typing import Any

from lab.nakama.exchange import services
from lab.nakama.exchange.models import Listing
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat

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
