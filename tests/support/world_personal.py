"""portal/personal in the small world: the canary's copy, ready to take, and request for deletion."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    import datetime as dt

    from portal.kernel import clock
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from portal.kernel.files.services import store_generated
    from portal.personal.models import DataCopy, DeletionRequest

    system, now = Actor.system("test"), clock.now()
    with acting(system):
        stored = store_generated(
            actor=system,
            content=b"PK",
            name="personal-data.zip",
            content_type="application/zip",
            purpose="personal_data",
            ward_id=None,
            firm_id=None,
        )
        copy = DataCopy.objects.create(
            person_id=people["owner"],
            made_at=now,
            expires_at=now + dt.timedelta(days=7),
            stored_file=stored,
        )
        asked = DeletionRequest.objects.create(
            person_id=people["owner"], ward_id=firm.wards.order_by("ward_id").first().ward_id
        )
    return {"copy": copy, "asked": asked}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    return {
        "copy_take": [built["copy"].public_id],
        "withdraw": [built["asked"].public_id],
        "request": [built["asked"].public_id],
        "decide": [built["asked"].public_id],
    }.get(short, [])
