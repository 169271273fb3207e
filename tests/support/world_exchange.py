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
    fair = _fair(owner, other, people)
    joint = _joint(owner, other)
    return {
        "listing": listing,
        "pairing": Pairing.objects.get(surplus=listing),
        "purchase": _purchase(owner, people),
        "match": factory.claim(owner, other),
        "run": _run(fair, people),
        **dict.fromkeys(("joint", "joint_split"), joint),
        **dict.fromkeys(("fair", "wishes", "sheets"), fair),
    }


def _staff(people: dict[str, int]) -> Any:
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat

    role = frozenset({Role.LAB_STAFF})
    return Actor(people["lab_staff"], "lab_staff", Hat.SUPPORT, role, ward_id=13107)


def _joint(owner: Any, other: Any) -> Any:
    """A joint order of the canary firm that has been split."""
    from lab.nakama.exchange import services
    from portal.kernel.database import acting
    from tests.factories import exchange as factory

    row = factory.open_joint(owner, contact="かなりあ 太郎")
    factory.offer(owner, row, 100, 400, 500)
    factory.offer(other, row, 100, 400, 450)
    factory.close(row)
    with acting(owner):
        services.joint_split(actor=owner, joint_id=row.pk)
    return row


def _run(fair: Any, people: dict[str, int]) -> Any:
    """The timetable is being filled anew."""
    from lab.nakama.exchange import services
    from portal.kernel.database import acting

    staff = _staff(people)
    with acting(staff):
        return services.run_start(actor=staff, kind="fair_replan", subject_id=fair.pk)


def _purchase(owner: Any, people: dict[str, int]) -> Any:
    """A 共同購買 in which the canary firm needs something."""
    from tests.factories import exchange as factory

    row = factory.add_purchase(_staff(people))
    factory.need(owner, row, 40, 44_000)
    return row


def _fair(owner: Any, other: Any, people: dict[str, int]) -> Any:
    """A 商談会 with a timetable, in which the canary firm buys."""
    from lab.nakama.exchange import services
    from portal.kernel.database import acting
    from tests.factories import exchange as factory

    staff = _staff(people)
    fair = factory.add_fair(staff)
    entries = {actor: factory.join(actor, fair, side) for actor, side in
               ((owner, "buyer"), (other, "seller"))}  # fmt: skip
    for actor, entry in ((owner, entries[other]), (other, entries[owner])):
        with acting(actor):
            services.wishes_save(actor=actor, fair_id=fair.pk, others=[entry.pk])
    with acting(staff):
        services.fair_plan(actor=staff, fair_id=fair.pk)
    return fair


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary firm's rows."""
    if short == "listing_new":
        return ["surplus"]
    return [world[short].public_id] if short in world else []
