"""Reading indicators for the dashboard: a few queries, whatever the number of wards."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.db.models import Max, Min, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi.indicators import INDICATORS, Indicator, Kind
from kpi.models import Cell, OutcomeCell, Target
from kpi.rules import Share, percent_text
from portal.kernel import clock

MONTHS = 12
WARDS = range(13101, 13124)
# The cells, parts included, of what goes on over the years.
_GOING_ON = [
    code
    for indicator in INDICATORS
    if indicator.goes_on
    for code in (indicator.code, *map(indicator.cell, indicator.parts))
]
# By what a firm did first within the year: the order of `Cohort.parts`.
PARTS = (
    _("ステージ1の申請"),
    _("ステージ2の申請"),
    _("ステージ3の申請"),
    _("申請によらない投資の報告"),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure beside an indicator: one of its parts, or a level (実働, 仮)."""

    name: str | Promise
    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class Progress:
    """An indicator in one fiscal year, to date, for a ward or for all wards.

    `pace` is the part of the target due by now (linear over the days of the year, for what goes on over
    the years from the target of the year before). The paths are cumulative by month from April; this
    year's stops at the current month.
    """

    indicator: Indicator
    value: int
    target: int
    pace: Fraction
    last_year_same_time: int
    actual_path: tuple[int, ...]
    target_path: tuple[Fraction, ...]
    last_year_path: tuple[int, ...]
    has_target: bool = True
    beside: tuple[Beside, ...] = ()

    @property
    def percent_of_pace(self) -> int | None:
        """Value against pace in %, rounded half up; None without a target."""
        return int(100 * self.value / self.pace + Fraction(1, 2)) if self.pace else None

    @property
    def unit(self) -> str:
        """The word behind the value."""
        return self.indicator.unit(self.value)

    @property
    def value_text(self) -> str:
        return f"{self.value:,}"

    @property
    def target_text(self) -> str:
        return f"{self.target:,}"

    @property
    def target_unit(self) -> str:
        """The word behind the target."""
        return self.indicator.unit(self.target)

    @property
    def several_unit(self) -> str:
        """The word behind a figure with decimals or a sign."""
        return self.indicator.unit(2)

    @property
    def on_pace(self) -> bool:
        return self.value >= self.pace

    @property
    def target_name(self) -> str:
        """What the target is called: of the year, or at its end."""
        if self.indicator.kind == Kind.CUMULATIVE:
            return gettext("年度末までの累計の目標")
        return gettext("年度末の目標") if self.indicator.goes_on else gettext("年間目標")

    @property
    def pace_text(self) -> str:
        """The pace with one decimal."""
        return f"{float(self.pace):.1f}"

    @property
    def difference_to_last_year(self) -> int:
        return self.value - self.last_year_same_time

    @property
    def difference_text(self) -> str:
        return f"{self.difference_to_last_year:+d}" if self.difference_to_last_year else "±0"


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


@dataclass(frozen=True, slots=True)
class WardCount:
    """One indicator's value of one ward in the year to date."""

    ward_id: int
    value: int
    target: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The first fiscal year with figures and the last computation (更新日時); None without any."""

    first_year: int | None
    computed_at: dt.datetime | None


def progress(*, fiscal_year: int, as_of: dt.date, ward_id: int | None) -> list[Progress]:
    """All indicators of a year to date, for one ward or for the 23 together."""
    this_year = _by_month(fiscal_year, ward_id)
    last_year = _by_month(fiscal_year - 1, ward_id)
    earlier = _before(fiscal_year - 1, ward_id)
    targets, begun = _targets(fiscal_year, ward_id), _targets(fiscal_year - 1, ward_id)
    elapsed, months = _elapsed(fiscal_year, as_of)
    result = []
    for indicator in INDICATORS:
        code = indicator.code
        base = earlier[code] if indicator.goes_on else 0
        before = [base + value for value in accumulate(last_year[code])]
        start = before[-1] if indicator.goes_on else 0
        actual = [start + value for value in accumulate(this_year[code])][:months]
        target = targets.get(code, 0)
        # What goes on over the years comes from the target of the year before.
        due = begun.get(code, 0) if indicator.goes_on else 0
        result.append(
            Progress(
                indicator=indicator,
                value=actual[-1] if actual else start,
                target=target,
                has_target=code in targets,
                pace=due + (target - due) * elapsed,
                last_year_same_time=before[months - 1] if months else base,
                actual_path=tuple(actual),
                target_path=tuple(
                    due + Fraction((target - due) * (n + 1), MONTHS) for n in range(MONTHS)
                ),
                last_year_path=tuple(before),
                beside=_beside(indicator, this_year, last_year, earlier, months),
            )
        )
    return result


def ward_counts(*, fiscal_year: int) -> dict[str, list[WardCount]]:
    """Every indicator by ward, in three queries; wards without a cell count 0."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    values = dict(_sums(Cell.objects.filter(month__range=(first, last))))
    earlier = dict(_sums(Cell.objects.filter(month__lt=first, indicator__in=_GOING_ON)))
    targets = dict(_sums(Target.objects.filter(fiscal_year=fiscal_year)))
    return {
        indicator.code: [
            WardCount(
                ward_id=ward,
                value=values.get((indicator.code, ward), 0)
                + earlier.get((indicator.code, ward), 0),
                target=targets.get((indicator.code, ward), 0),
            )
            for ward in WARDS
        ]
        for indicator in INDICATORS
    }


def _beside(
    indicator: Indicator,
    this_year: dict[str, list[int]],
    last_year: dict[str, list[int]],
    earlier: dict[str, int],
    months: int,
) -> tuple[Beside, ...]:
    """The indicator's parts to date, and how its level stands."""
    found = []
    for part in indicator.parts:
        code = indicator.cell(part)
        value = sum(this_year[code][:months])
        if indicator.goes_on:
            value += earlier[code] + sum(last_year[code])
        found.append(Beside(part.name, value, indicator.unit(value)))
    if indicator.level is not None:
        value = this_year[indicator.cell(indicator.level)][months - 1] if months else 0
        found.append(Beside(indicator.level.name, value, indicator.unit(value)))
    return tuple(found)


def cohorts(*, last_year: int, years: int, ward_id: int | None) -> list[Cohort]:
    """1-OC of the cohorts up to `last_year`, the newest first; one query."""
    first, end = (
        clock.fiscal_year_bounds(last_year - years + 1)[0],
        clock.fiscal_year_bounds(last_year)[1],
    )
    cells = OutcomeCell.objects.filter(month__range=(first, end))
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    found = {last_year - back: Share() for back in range(years)}
    for cell in cells:
        year = clock.fiscal_year(cell.month)
        found[year] = found[year] + _share(cell)
    return [Cohort(year, share) for year, share in found.items()]


def ward_cohorts(*, last_year: int, years: int) -> dict[tuple[int, int], Cohort]:
    """(ward, fiscal year) → 1-OC, for the file; wards without a cell have none. One query."""
    first, end = (
        clock.fiscal_year_bounds(last_year - years + 1)[0],
        clock.fiscal_year_bounds(last_year)[1],
    )
    found: dict[tuple[int, int], Share] = {}
    for cell in OutcomeCell.objects.filter(month__range=(first, end)):
        key = (cell.ward_id, clock.fiscal_year(cell.month))
        found[key] = found.get(key, Share()) + _share(cell)
    return {key: Cohort(key[1], share) for key, share in found.items()}


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


def grant_targets(fiscal_year: int) -> dict[int, int]:
    """Stage → grants that all wards together aim at: the year's targets, else the policy's own."""
    own = _targets(fiscal_year, None)
    return {
        indicator.stage: own.get(indicator.code, indicator.target)
        for indicator in INDICATORS
        if indicator.event_type == "grant.decided" and indicator.stage is not None
    }


def coverage() -> Coverage:
    """From when on there are figures, and how fresh they are."""
    found = Cell.objects.aggregate(first=Min("month"), computed_at=Max("computed_at"))
    first = clock.fiscal_year(found["first"]) if found["first"] else None
    return Coverage(first_year=first, computed_at=found["computed_at"])


def _sums(rows: QuerySet[Cell] | QuerySet[Target]) -> Iterator[tuple[tuple[str, int], int]]:
    """((indicator, ward), sum) of the rows."""
    for code, ward, value in rows.values_list("indicator", "ward_id").annotate(Sum("value")):
        yield (code, ward), value


def _by_month(fiscal_year: int, ward_id: int | None) -> dict[str, list[int]]:
    """indicator → twelve monthly values from April."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    cells = Cell.objects.filter(month__range=(first, last))
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    months: dict[str, list[int]] = defaultdict(lambda: [0] * MONTHS)
    for code, month, value in cells.values_list("indicator", "month").annotate(Sum("value")):
        months[code][(month.month - 4) % MONTHS] = value
    return months


def _before(fiscal_year: int, ward_id: int | None) -> dict[str, int]:
    """indicator (or part) that goes on over the years → what it had come to before that year."""
    first, _last = clock.fiscal_year_bounds(fiscal_year)
    cells = Cell.objects.filter(month__lt=first, indicator__in=_GOING_ON)
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    rows = cells.values_list("indicator").annotate(Sum("value"))
    return defaultdict(int, rows)


def _targets(fiscal_year: int, ward_id: int | None) -> dict[str, int]:
    targets = Target.objects.filter(fiscal_year=fiscal_year)
    if ward_id is not None:
        targets = targets.filter(ward_id=ward_id)
    return dict(targets.values_list("indicator").annotate(Sum("value")))


def _elapsed(fiscal_year: int, as_of: dt.date) -> tuple[Fraction, int]:
    """(share of the year elapsed by days, number of months begun), 0 before and full after."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    if as_of < first:
        return Fraction(0), 0
    if as_of > last:
        return Fraction(1), MONTHS
    share = Fraction((as_of - first).days + 1, (last - first).days + 1)
    return share, (as_of.month - 4) % MONTHS + 1
