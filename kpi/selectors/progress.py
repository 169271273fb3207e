"""The indicators of a year to date, by month and by ward: a few queries, whatever the number of wards."""

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.db.models import Max, Min, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext

from kpi.indicators import INDICATORS, Indicator, Kind, Level, Part
from kpi.models import Cell, Target
from kpi.rules import TargetPath, together
from kpi.rules.figure import WARDS
from kpi.rules.forecasts import Forecast, forecast, month_shares
from portal.kernel import clock

MONTHS = 12
# So many years back say how a year is spread over its months.
PAST_YEARS = 3
# The cells, parts included, of what goes on over the years.
_GOING_ON = [
    code
    for indicator in INDICATORS
    if indicator.goes_on
    for code in (indicator.code, *map(indicator.cell, indicator.parts))
]


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure beside an indicator: one of its parts, or a level (実働, 仮)."""

    code: str
    name: str | Promise
    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class Progress:
    """An indicator in one fiscal year, to date, for a ward or for all wards.

    `pace` is the part of the target due by now (`rules.TargetPath`, of every ward together; for what goes
    on over the years from the target of the year before). The paths are cumulative by month from April;
    this year's stops at the current month.
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
    forecast: Forecast | None = None

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
        found = self.difference_to_last_year
        return f"{found:+d}".replace("-", "−") if found else "±0"


@dataclass(frozen=True, slots=True)
class WardCount:
    """One indicator's value of one ward in the year to date, with its parts and its level."""

    ward_id: int
    value: int
    target: int
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The first fiscal year with figures and the last computation (更新日時); None without any."""

    first_year: int | None
    computed_at: dt.datetime | None


def progress(
    *, fiscal_year: int, as_of: dt.date, ward_id: int | None, shown: Collection[str] = ()
) -> list[Progress]:
    """All indicators of a year to date, for one ward or for the 23 together; three queries.

    The range of the indicators `shown` is given by month as well.
    """
    years = _years(fiscal_year - PAST_YEARS, fiscal_year, ward_id)
    earlier = _before(fiscal_year - 1, ward_id)
    targets = _targets(fiscal_year, ward_id)
    days, months = _elapsed(fiscal_year, as_of)
    ends = _month_ends(fiscal_year)
    result = []
    for indicator in INDICATORS:
        code = indicator.code
        base = earlier[code] if indicator.goes_on else 0
        before = [base + value for value in accumulate(years[code, fiscal_year - 1])]
        start = before[-1] if indicator.goes_on else 0
        actual = [start + value for value in accumulate(years[code, fiscal_year])][:months]
        value = actual[-1] if actual else start
        paths = targets.get(code, [])
        target = sum(path.value for path in paths)
        past = [years[code, fiscal_year - back] for back in range(1, PAST_YEARS + 1)]
        result.append(
            Progress(
                indicator=indicator,
                value=value,
                target=target,
                has_target=code in targets,
                pace=_due(paths, days, ends[-1]),
                last_year_same_time=before[months - 1] if months else base,
                actual_path=tuple(actual),
                target_path=tuple(_due(paths, end, ends[-1]) for end in ends),
                last_year_path=tuple(before),
                beside=_beside(indicator, years, earlier, fiscal_year, months),
                forecast=forecast(
                    before=start,
                    counted=value - start,
                    target=target,
                    shares=month_shares(past),
                    as_of=as_of,
                    fiscal_year=fiscal_year,
                    with_path=code in shown,
                ),
            )
        )
    return result


def ward_counts(
    *,
    fiscal_year: int,
    as_of: dt.date | None = None,
    of: Collection[Indicator] = INDICATORS,
) -> dict[str, list[WardCount]]:
    """Each of the indicators by ward, in four queries; wards without a cell count 0.

    Levels are those of the month of `as_of`, of the year's last month without it.
    """
    first, last = clock.fiscal_year_bounds(fiscal_year)
    asked = {code for one in of for code in (one.code, *map(one.cell, one.parts))}
    levels = [one.cell(one.level) for one in of if one.level]
    values = dict(_sums(Cell.objects.filter(month__range=(first, last), indicator__in=asked)))
    going_on = asked.intersection(_GOING_ON)
    earlier = dict(_sums(Cell.objects.filter(month__lt=first, indicator__in=going_on)))
    month = (as_of or last).replace(day=1)
    # How something stands at a month's end: months do not add up.
    values |= dict(_sums(Cell.objects.filter(month=month, indicator__in=levels)))
    targets = dict(_sums(Target.objects.filter(fiscal_year=fiscal_year, indicator__in=asked)))

    def sum_of(code: str, ward: int) -> int:
        return values.get((code, ward), 0) + earlier.get((code, ward), 0)

    def beside(indicator: Indicator, ward: int) -> Iterator[Beside]:
        shown: list[Part | Level] = [*indicator.parts]
        if indicator.level:
            shown.append(indicator.level)
        for part in shown:
            value = sum_of(indicator.cell(part), ward)
            yield Beside(part.code, part.name, value, indicator.unit(value))

    return {
        indicator.code: [
            WardCount(
                ward_id=ward,
                value=sum_of(indicator.code, ward),
                target=targets.get((indicator.code, ward), 0),
                beside=tuple(beside(indicator, ward)),
            )
            for ward in WARDS
        ]
        for indicator in of
    }


def _beside(
    indicator: Indicator,
    years: Mapping[tuple[str, int], list[int]],
    earlier: Mapping[str, int],
    fiscal_year: int,
    months: int,
) -> tuple[Beside, ...]:
    """The indicator's parts to date, and how its level stands."""
    found = []
    for part in indicator.parts:
        code = indicator.cell(part)
        value = sum(years[code, fiscal_year][:months])
        if indicator.goes_on:
            value += earlier[code] + sum(years[code, fiscal_year - 1])
        found.append(Beside(part.code, part.name, value, indicator.unit(value)))
    if indicator.level is not None:
        level = years[indicator.cell(indicator.level), fiscal_year]
        value = level[months - 1] if months else 0
        found.append(
            Beside(indicator.level.code, indicator.level.name, value, indicator.unit(value))
        )
    return tuple(found)


def grant_targets(fiscal_year: int) -> dict[int, int]:
    """Stage → grants that all wards together aim at: the year's targets, else the policy's own."""
    rows = Target.objects.filter(fiscal_year=fiscal_year).values_list("indicator")
    own = dict(rows.annotate(Sum("value")))
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


def _years(first: int, last: int, ward_id: int | None) -> Mapping[tuple[str, int], list[int]]:
    """(indicator, fiscal year) → twelve monthly values from April."""
    begin, end = clock.fiscal_year_bounds(first)[0], clock.fiscal_year_bounds(last)[1]
    cells = Cell.objects.filter(month__range=(begin, end))
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    years: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * MONTHS)
    for code, month, value in cells.values_list("indicator", "month").annotate(Sum("value")):
        years[code, clock.fiscal_year(month)][(month.month - 4) % MONTHS] = value
    return years


def _before(fiscal_year: int, ward_id: int | None) -> dict[str, int]:
    """indicator (or part) that goes on over the years → what it had come to before that year."""
    first, _last = clock.fiscal_year_bounds(fiscal_year)
    cells = Cell.objects.filter(month__lt=first, indicator__in=_GOING_ON)
    if ward_id is not None:
        cells = cells.filter(ward_id=ward_id)
    rows = cells.values_list("indicator").annotate(Sum("value"))
    return defaultdict(int, rows)


def _targets(fiscal_year: int, ward_id: int | None) -> dict[str, list[TargetPath]]:
    """indicator → what is aimed at in the year, by the wards together; those without a target have none.

    What goes on over the years begins at the ward's target of the year before.
    """
    rows = Target.objects.filter(fiscal_year__in=(fiscal_year - 1, fiscal_year))
    if ward_id is not None:
        rows = rows.filter(ward_id=ward_id)
    begun: dict[tuple[str, int], int] = {}
    found: dict[str, list[TargetPath]] = defaultdict(list)
    told = rows.order_by("fiscal_year")
    for code, ward, year, value, steps in told.values_list(
        "indicator", "ward_id", "fiscal_year", "value", "path"
    ):
        if year == fiscal_year:
            found[code].append(TargetPath(begun.get((code, ward), 0), value, tuple(steps)))
        elif code in _GOING_ON:
            begun[code, ward] = value
    return {code: together(paths) for code, paths in found.items()}


def _due(paths: Collection[TargetPath], days: int, whole: int) -> Fraction:
    return sum((path.due(days, whole) for path in paths), Fraction(0))


def _elapsed(fiscal_year: int, as_of: dt.date) -> tuple[int, int]:
    """(days of the year that are over, months begun): none before it and all after."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    if as_of < first:
        return 0, 0
    day = min(as_of, last)
    return (day - first).days + 1, (day.month - 4) % MONTHS + 1


def _month_ends(fiscal_year: int) -> list[int]:
    """Days of the year that are over at the end of each month from April; the last are all."""
    numbers = (n + 3 for n in range(MONTHS))
    return list(accumulate(monthrange(fiscal_year + n // 12, n % 12 + 1)[1] for n in numbers))
