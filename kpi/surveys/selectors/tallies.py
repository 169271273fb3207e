"""The counts and answers of a wave, for the rules. As the system: what leaves here are sums. Three queries."""

from collections import defaultdict

from django.db.models import Count as CountOf

from kpi.surveys import states
from kpi.surveys.models import Asked, Response
from kpi.surveys.models import Stratum as StratumRow
from kpi.surveys.rules.results import Said, Tally
from kpi.surveys.rules.sampling import Stratum
from kpi.surveys.rules.weights import Count

_PLACE = ("ward_id", "size", "jsic")


def tally_of(wave_id: int) -> Tally:
    """What is known of the wave now."""
    counts: dict[Stratum, Count] = defaultdict(Count)
    for ward, size, jsic, population in StratumRow.objects.filter(wave_id=wave_id).values_list(
        *_PLACE, "population"
    ):
        counts[Stratum(ward, size, jsic)] += Count(population=population)
    asked = Asked.objects.filter(wave_id=wave_id).order_by()
    for row in asked.values(*_PLACE, "status").annotate(n=CountOf("pk")):
        counts[Stratum(row["ward_id"], row["size"], row["jsic"])] += Count(
            asked=row["n"],
            outside=row["n"] if row["status"] == states.OUTSIDE else 0,
            answers=row["n"] if row["status"] == states.ANSWERED else 0,
        )
    last = Response.objects.filter(asked__wave_id=wave_id, asked__status=states.ANSWERED)
    rows = last.order_by("asked_id", "-pk").distinct("asked_id")
    said = [
        Said(firm, Stratum(ward, size, jsic), state, at, tuple(barriers))
        for firm, ward, size, jsic, state, at, barriers in rows.values_list(
            "firm_id",
            "asked__ward_id",
            "asked__size",
            "asked__jsic",
            "state",
            "written_at",
            "barriers",
        )
    ]
    return Tally(dict(counts), said)
