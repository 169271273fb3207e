"""Taking a deflator over: the series in force is replaced as a whole. Runs as the system."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpi.series.models import Deflator, DeflatorYear, Intake, IntakeRow
from kpi.series.reading.books import ReadRow
from kpi.series.reading.deflators import SCALE, KnownIndex, plan
from kpi.series.reading.planning import PlannedRow
from kpi.series.services.taking import Tick
from portal.kernel import clock
from portal.kernel.actor import Actor


def deflator_planned(about: Mapping[str, Any], rows: Sequence[ReadRow]) -> list[PlannedRow]:
    """The rows against the series in force. Raises UnreadableWorkbook."""
    return plan(about, rows, _known())


def _known() -> KnownIndex:
    rows = list(DeflatorYear.objects.filter(deflator__replaced_at=None).select_related("deflator"))
    if not rows:
        return KnownIndex()
    years = {row.year: int(row.index * SCALE) for row in rows}
    return KnownIndex(rows[0].deflator.base_year, years, rows[0].deflator.name)


def deflator_take(actor: Actor, intake: Intake, rows: Sequence[IntakeRow], *, tick: Tick) -> None:
    """The given years, and of the same series and base those that were there; the old rows stay to be read."""
    about, known, now = intake.about, _known(), clock.database_now()
    years = dict(known.years) if known.goes_on(about) else {}
    # A row that changes nothing is of the series as well.
    same = intake.lines.filter(outcome=IntakeRow.Outcome.SAME)
    years |= {row.values["year"]: row.values["index"] for row in (*same, *rows)}
    Deflator.objects.filter(replaced_at=None).update(replaced_at=now)
    series = Deflator.objects.create(
        name=about["name"],
        base_year=about["base_year"],
        source=about["source"],
        published_on=about.get("published_on"),
        retrieved_on=about.get("retrieved_on") or clock.to_date(now),
        intake=intake,
        taken_by_id=actor.user_id,
        taken_by_name=actor.name,
    )
    DeflatorYear.objects.bulk_create(
        DeflatorYear(deflator=series, year=year, index=Decimal(index) / SCALE)
        for year, index in sorted(years.items())
    )
    tick(len(rows))
