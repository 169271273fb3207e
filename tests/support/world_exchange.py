"""資材融通と共同購買 in the small world: the canary firm's surplus, proposed to another firm's need."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from lab.nakama.exchange.models import Pairing
    from tests.factories import exchange as factory
    from tests.factories import subsidies as make

    owner = make.firm_actor(firm)
    other = make.firm_actor(make.make_firm(name="よその製作所"))
    listing = factory.add(owner, contact_name="かなりあ 太郎")
    factory.add(other, "need", quantity=4)
    factory.pair_up()
    return {"listing": listing, "pairing": Pairing.objects.get(surplus=listing)}


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary firm's rows."""
    if short == "listing_new":
        return ["surplus"]
    return [world[short].public_id] if short in world else []
