"""portal/duty in the small world."""

import datetime as dt
from typing import Any

SUMIDA = 13107


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show: an absence that is to come."""
    from portal.duty.models import Absence, Announcement, HandOver
    from portal.kernel import clock
    from portal.kernel.actor import Actor
    from portal.kernel.files.services import store_generated

    soon = clock.today() + dt.timedelta(days=3)
    absence = Absence.objects.create(
        ward_id=SUMIDA,
        user_id=people["reviewer"],
        deputy_id=people["ward_admin"],
        from_on=soon,
        to_on=soon,
        recorded_by_id=people["reviewer"],
    )
    handed = HandOver.objects.create(
        ward_id=SUMIDA,
        giver_id=people["reviewer"],
        taker_id=people["approver"],
        reason="人事異動",
        lines=[{"what": "申請", "about": "工場", "number": "R8-1", "state": "審査中", "due": ""}],
        done_by_id=people["reviewer"],
    )
    paper = store_generated(
        actor=Actor.system("test"),
        content=b"%PDF-1.7\n%%EOF\n",
        name="案内.pdf",
        content_type="application/pdf",
        purpose="announcement",
        ward_id=SUMIDA,
        firm_id=None,
    )
    told = Announcement.objects.create(
        stored_file=paper,
        file_name=paper.original_name,
        ward_id=SUMIDA,
        author_id=people["approver"],
        author_name="決裁",
        title="合同の説明会",
        text="4月に開きます。",
        from_on=clock.today(),
        until_on=soon,
    )
    return {"absence": absence.pk, "handed": handed.pk, "told": told.pk}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    return {
        "absence_stop": [built["absence"]],
        "handover_sheet": [built["handed"]],
        "announcement_file": [built["told"]],
        "announcement_mark": [built["told"]],
        "announcement_take_down": [built["told"]],
    }.get(short, [])
