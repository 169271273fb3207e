"""The rooms of the figures in the small world."""

import datetime as dt

from tests.support import world_effect, world_policy, world_releases, world_series, world_surveys

SUMIDA, OTA = 13107, 13111
ROOMS = {
    "series": world_series,
    "surveys": world_surveys,
    "releases": world_releases,
    "effect": world_effect,
    "policy": world_policy,
}


def build(firm, people):
    """By the room's name, what it built; a month of one process figure, and one application."""
    from kpi.models import ProcessCell
    from kpi.services import fact_record

    october = dt.date(2026, 10, 1)
    for ward in (SUMIDA, OTA):
        ProcessCell.objects.create(
            code="days", ward_id=ward, month=october, part="20", numerator=1, denominator=0
        )
    fact_record(
        event_type="grant.submitted",
        event_key="world",
        ward_id=SUMIDA,
        firm_id=firm.pk,
        stage=1,
        occurred_on=october,
        source=("world", "1", "said"),
    )
    return {name: room.build(firm, people) for name, room in ROOMS.items()}


def arguments(name, world):
    """Arguments of a route of one of the rooms."""
    room, _, short = name.partition(":")
    return ROOMS[room].arguments(short, world[room])
