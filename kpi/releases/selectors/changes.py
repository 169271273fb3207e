"""What changed: between two releases, and since a release that is public."""

import datetime as dt
from dataclasses import dataclass

from kpi.indicators.ratios import GROWTH, OTHERS, SURVEY, USERS
from kpi.releases import policies
from kpi.releases.models import Release
from kpi.releases.rules import Change, Column, changes, columns
from kpi.releases.selectors.facts import Moved, Span, counts_moved
from kpi.releases.selectors.figures import columns_of
from kpi.releases.subjects import definitions
from kpi.services import figures_at
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# What rooms write from statistics, surveys and accounts; the rest is counted from facts.
WRITTEN = {GROWTH, SURVEY, USERS, OTHERS}


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs; `breaks` are the indicators whose definition is another one (code, was, is)."""

    changes: list[Change]
    moved: dict[tuple[str, dt.date, int], Moved]
    breaks: list[tuple[str, int, int]]

    def facts(self, change: Change) -> Moved:
        """How many facts lie behind a change."""
        return self.moved.get((change.indicator, change.period, change.ward_id), Moved())


def span_of(before: Release, after: Release) -> Span:
    """What was recorded or came to pass between both."""
    return Span(before.watermark, before.as_of, after.watermark, after.as_of)


def predecessor(row: Release, *, public: bool = False) -> Release | None:
    """What a release is compared with: what it revises, else the one before it in time.

    A 確報 is compared with the last 速報 of its year. `public`: among those that everybody reads.
    """
    if row.revises is not None:
        return row.revises
    rows = policies.published() if public else Release.objects.exclude(status="dropped")
    rows = rows.filter(as_of__lte=row.as_of, watermark__lt=row.watermark).exclude(pk=row.pk)
    return rows.select_related("revises").order_by("as_of", "watermark", "pk").last()


def difference(
    actor: Actor, before: Release, after: Release, *, restated_only: bool = False
) -> Difference:
    """Every figure that differs, with how many facts lie behind it.

    `restated_only`: only of years that were over at the earlier release.
    """
    found = list(changes(columns_of(before), columns_of(after)))
    if restated_only:
        found = [change for change in found if _was_over(change.period, before.as_of)]
    moved = counts_moved(actor, span_of(before, after), found)
    return Difference(found, moved, breaks(before.definitions, after.definitions))


def since(actor: Actor, row: Release) -> tuple[Difference, Span]:
    """確報のあとに変わった値: what the same day's figures come to as known now."""
    with acting(actor.elevated()):
        now = clock.database_now()
        current = columns(figures_at(watermark=now, as_of=row.as_of))
    stored = columns_of(row)
    found = list(changes(stored, _comparable(stored, current)))
    span = Span(row.watermark, row.as_of, now, row.as_of)
    moved = counts_moved(actor, span, found)
    return Difference(found, moved, breaks(row.definitions, definitions())), span


def suggested_reason(found: Difference) -> str:
    """What the facts say of why: taken back, recorded late, defined otherwise; "" where they say nothing."""
    if found.breaks:
        return Release.Reason.DEFINITION
    moved = list(found.moved.values())
    if any(each.reversed for each in moved):
        return Release.Reason.CANCELLED
    if any(each.recorded for each in moved):
        return Release.Reason.LATE
    return ""


def breaks(before: dict[str, int], after: dict[str, int]) -> list[tuple[str, int, int]]:
    """(indicator, version, version) of those whose definition changed: a break in the series."""
    return [
        (code, before[code], after[code])
        for code in sorted(before.keys() & after.keys())
        if before[code] != after[code]
    ]


def _comparable(stored: list[Column], current: list[Column]) -> list[Column]:
    """A statistic that came in since is no change of what was said."""
    known = {(column.indicator, column.period) for column in stored}
    counted = {column.indicator for column in stored} - WRITTEN
    return [
        column
        for column in current
        if column.indicator in counted or (column.indicator, column.period) in known
    ]


def _was_over(period: dt.date, as_of: dt.date) -> bool:
    return clock.fiscal_year(period) < clock.fiscal_year(as_of)
