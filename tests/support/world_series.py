"""kpi/series in the small world: the firm's accounting year, a statistic, a file of the ward with a held row."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

SUMIDA = 13107


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from kpi.series.services import intakes, panel_refresh
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from tests.factories import series as make

    row = make.accounts(firm, dt.date(2026, 3, 31), recorded_by_id=people["owner"])
    make.statistic(2024)
    official = Actor(
        user_id=people["reviewer"],
        name="reviewer",
        hat=Hat.WARD,
        roles=frozenset({Role.REVIEWER}),
        ward_id=SUMIDA,
    )
    book = make.statistics_book([make.line(value_added="-5")], dataset="区の実態調査")
    with acting(official):
        intake = intakes.intake_upload(
            actor=official, uploaded=SimpleUploadedFile("survey.xlsx", book), kind="statistics"
        )
        intakes.intake_read(actor=official, intake_id=intake.pk)
    panel_refresh(as_of=dt.date(2026, 11, 30))
    return {"firm": firm.public_id, "intake": intake.public_id, "day": row.period_end.isoformat()}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    return {
        "firm": [built["firm"]],
        "intake_start": ["statistics"],
        "template": ["accounts"],
        "picture": ["years", "svg"],
        "correct": [built["day"]],
        **{
            name: [built["intake"]]
            for name in ("intake", "intake_csv", "hold", "confirm", "cancel")
        },
    }.get(short, [])
