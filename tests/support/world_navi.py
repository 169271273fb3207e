"""portal/navi in the small world: a result that the canary kept."""

from typing import Any

from portal.kernel.actor import Actor, Hat


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from portal.accounts.roles import Role
    from tests.factories import navi as make

    owner = Actor(people["owner"], "社員", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)
    return {"kept": make.kept(owner)}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    return {
        "question": ["size"],
        # No such call: nothing is begun by being looked at.
        "begin": [999_999],
        "go": ["advice"],
        "kept_one": [built["kept"].public_id],
    }.get(short, [])
