"""1-OC: the firms that completed the Dojo, by the fiscal year of their completion."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi.models import OutcomeCell
from kpi.rules import Share, outcome, percent_text
from portal.kernel import clock

# By what a firm did first within the year: the order of `Cohort.parts`.
PARTS = (
    _("ステージ1の申請"),
    _("ステージ2の申請"),
    _("ステージ3の申請"),
    _("申請によらない投資の報告"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the firms that invested: how many, and what % of the matured firms they are."""

    name: str | Promise
    count: int
    rate: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """1-OC of the firms that first completed the Dojo in a fiscal year."""

    fiscal_year: int
    share: Share

    @property
    def rate(self) -> str:
        return percent_text(self.share.rate)

    @property
    def maturity(self) -> str:
        return percent_text(self.share.maturity)

    @property
    def rate_of_replied(self) -> str:
        return percent_text(self.share.rate_of_replied)

    @property
    def estimate(self) -> str:
        return percent_text(self.share.estimate)

    @property
    def parts(self) -> list[Part]:
        """The firms that invested by what they did first: stages 1 to 3, then reports; they add up."""
        share = self.share
        return [
            Part(
                name, count, percent_text(Fraction(count, share.matured) if share.matured else None)
            )
            for name, count in zip(PARTS, (*share.by_stage, share.reported), strict=True)
        ]


def cohorts(*, last_year: int, years: int, ward_id: int | None) -> list[Cohort]:
    """1-OC of the cohorts up to `last_year`, the newest first; one query."""
    first, end = (
        clock.fiscal_year_bounds(last_year - years + 1)[0],
        clock.fiscal_year_bounds(last_year)[1],
    )
    cells = OutcomeCell.objects.filter(month__range=(first, end))
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    found: dict[int, list[Share]] = {last_year - back: [] for back in range(years)}
    for cell in cells:
        found[clock.fiscal_year(cell.month)].append(_share(cell))
    return [Cohort(year, outcome.together(shares)) for year, shares in found.items()]


def ward_cohorts(*, last_year: int, years: int) -> dict[tuple[int, int], Cohort]:
    """(ward, fiscal year) → 1-OC, for the file; wards without a cell have none. One query."""
    first, end = (
        clock.fiscal_year_bounds(last_year - years + 1)[0],
        clock.fiscal_year_bounds(last_year)[1],
    )
    found: dict[tuple[int, int], list[Share]] = defaultdict(list)
    for cell in OutcomeCell.objects.filter(month__range=(first, end)):
        found[cell.ward_id, clock.fiscal_year(cell.month)].append(_share(cell))
    return {key: Cohort(key[1], outcome.together(shares)) for key, shares in found.items()}


def outcome_day() -> dt.date | None:
    """The day as of which 1-OC was counted, the oldest where they differ; None without any."""
    return OutcomeCell.objects.aggregate(day=Min("as_of"))["day"]


def _share(cell: OutcomeCell) -> Share:
    return Share(
        cell.completed,
        cell.matured,
        cell.invested,
        cell.replied,
        cell.invested_replied,
        {day: (invested, unseen) for day, invested, unseen in cell.lives},
        (cell.invested_stage1, cell.invested_stage2, cell.invested_stage3),
    )
