"""A kept case of the canary firm, held by hand, in a proposed disposal; for the access tests."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """A withdrawn application whose years are over, in a disposal that waits for its decision."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from subsidies.retention.models import Disposal, Hold
    from tests.factories import retention as kept
    from tests.factories import subsidies as make

    row = kept.make_row(call=make.make_call(), firm=firm, creator_id=people["owner"])
    case = row.application
    office = Actor(
        people["reviewer"], "reviewer", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=case.ward_id
    )
    with acting(office):
        hold = Hold.objects.create(
            application=case,
            ward_id=case.ward_id,
            kind="audit",
            reason=firm.name,
            put_by_id=people["reviewer"],
        )
        disposal = Disposal.objects.create(
            ward_id=case.ward_id,
            ended_by=kept.last_march(),
            reason=firm.name,
            prepared_by_id=people["reviewer"],
        )
        disposal.items.create(kept=row, position=1, outcome="excluded", reason=firm.name)
    return {"case": case, "hold": hold, "disposal": disposal}


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the case, its hold and its disposal."""
    disposal = world["disposal"].pk
    table = {
        "list": [],
        "propose": [],
        "disposals": [],
        "case": [world["case"].receipt_no],
        "lift": [world["hold"].pk],
        "record": [disposal, "csv"],
    }
    return table.get(short, [disposal])
