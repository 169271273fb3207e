"""The facts behind a change: those that one release counts and an earlier one did not."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kpi.indicators import BY_CODE, INVESTED, Indicator
from kpi.indicators.ratios import FELT
from kpi.models import Fact
from kpi.releases.rules import Change
from kpi.rules import anniversary
from kpi.rules.compute import COMPLETED, EFFECT, GRADUATED, INVESTMENTS
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# What the two shares are counted from: 1-OC within a year of the completion, 2-OC within the year.
_INVESTED, _FELT = (GRADUATED, *INVESTMENTS), (COMPLETED, EFFECT)


@dataclass(frozen=True, slots=True)
class Span:
    """From a watermark and day (exclusive) to a later one (inclusive)."""

    watermark: dt.datetime
    as_of: dt.date
    next_watermark: dt.datetime
    next_as_of: dt.date

    @property
    def rows(self) -> Q:
        """Recorded, or come to pass, after the first and up to the second."""
        before = Q(recorded_at__lte=self.watermark, occurred_on__lte=self.as_of)
        after = Q(recorded_at__lte=self.next_watermark, occurred_on__lte=self.next_as_of)
        return after & ~before


@dataclass(frozen=True, slots=True)
class Moved:
    """How many facts lie behind a change: recorded, and taken back."""

    recorded: int = 0
    reversed: int = 0

    @property
    def all(self) -> int:
        return self.recorded + self.reversed


def facts_moved(span: Span, indicator: str, period: dt.date, ward_id: int) -> QuerySet[Fact]:
    """The rows behind a ward's change, reversals included; the row policies leave those one may see.

    None for what is not counted from facts (statistics, surveys).
    """
    wanted = _wanted(indicator, period)
    if wanted is None:
        return Fact.objects.none()
    rows = Fact.objects.filter(wanted, span.rows, ward_id=ward_id)
    return rows.select_related("firm").order_by("occurred_on", "pk")


def counts_moved(
    actor: Actor, span: Span, changes: Iterable[Change]
) -> dict[tuple[str, dt.date, int], Moved]:
    """(indicator, period, ward) → how many facts. Counted as the system: numbers, no names.

    One query for each indicator and period among the changes.
    """
    places = {(change.indicator, change.period) for change in changes}
    found: dict[tuple[str, dt.date, int], Moved] = {}
    with acting(actor.elevated()):
        for indicator, period in sorted(places):
            wanted = _wanted(indicator, period)
            if wanted is None:
                continue
            rows = Fact.objects.filter(wanted, span.rows)
            told = Counter(
                (ward, reverses is not None)
                for ward, reverses in rows.values_list("ward_id", "reverses_id")
            )
            for ward in {ward for ward, _taken in told}:
                found[indicator, period, ward] = Moved(told[ward, False], told[ward, True])
    return found


def _wanted(indicator: str, period: dt.date) -> Q | None:
    whole, _slash, part = indicator.partition("/")
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(period))
    if whole == INVESTED.code:
        return Q(event_type__in=_INVESTED, occurred_on__range=(first, anniversary(last)))
    if whole == FELT:
        return Q(event_type__in=_FELT, occurred_on__range=(first, last))
    definition = BY_CODE.get(whole)
    if definition is None:
        return None
    return _of(definition, part, first, last)


def _of(definition: Indicator, part: str, first: dt.date, last: dt.date) -> Q:
    rows = Q(event_type__in=definition.event_types)
    if definition.stage is not None:
        rows &= Q(stage=definition.stage)
    if part in {item.code for item in definition.parts}:
        rows &= Q(part=part)
    if definition.goes_on:
        return rows & Q(occurred_on__lte=last)
    return rows & Q(occurred_on__range=(first, last))
