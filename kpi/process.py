"""Process figures by ward and month, for officials: one query, whatever is asked (`kpi.indicators.process`)."""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kpi.indicators.process import PROCESSES, How, Process
from kpi.models import ProcessCell
from kpi.rules import tenths, tenths_text
from portal.kernel import clock

MONTHS = 12


@dataclass(frozen=True, slots=True)
class ProcessFigure:
    """`series` is (first day of the month, value or None) of 12 months, the running one last; `parts` the same
    value by part, where there are any (hour of the day)."""

    code: str
    name: str
    value_text: str
    unit: str
    note: str
    series: Sequence[tuple[dt.date, Decimal | None]]
    parts: Sequence[tuple[str, Decimal | None]] = ()


# Part, numerator and denominator.
_Row = tuple[str, int, int]


def figures(*, ward_id: int | None, as_of: dt.date) -> list[ProcessFigure]:
    """All of them for one ward or for the 23 together, in the order of their definitions."""
    months = _months(as_of)
    found = ProcessCell.objects.filter(month__range=(min(months[0], _april(as_of)), as_of))
    if ward_id is not None:
        found = found.filter(ward_id=ward_id)
    rows: dict[str, dict[dt.date, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    for code, month, part, numerator, denominator in found.values_list(
        "code", "month", "part", "numerator", "denominator"
    ):
        rows[code][month].append((part, numerator, denominator))
    return [_figure(process, rows[process.rows], months, as_of) for process in PROCESSES]


def _figure(
    process: Process, rows: Mapping[dt.date, list[_Row]], months: list[dt.date], as_of: dt.date
) -> ProcessFigure:
    if process.how == How.OF_BUDGET:
        series = _of_budget(rows, as_of)
        value = series[-1][1]
    else:
        of = _OF[process.how]
        series = [(month, _rounded(of(rows.get(month, ())))) for month in months]
        value = _rounded(of(_together(rows, months)))
    return ProcessFigure(
        code=process.code,
        name=str(process.name),
        value_text=tenths_text(value),
        unit=str(process.unit) if value is not None else "",
        note=str(process.definition),
        series=series,
        parts=_parts(process, _together(rows, months)) if process.by_part else (),
    )


def _together(rows: Mapping[dt.date, list[_Row]], months: Iterable[dt.date]) -> list[_Row]:
    return [row for month in months for row in rows.get(month, ())]


def _parts(process: Process, rows: Iterable[_Row]) -> list[tuple[str, Decimal | None]]:
    """By hour of the day: 9時."""
    by_part: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_part[row[0]].append(row)
    of = _OF[process.how]
    return [
        (_("%(hour)d時") % {"hour": int(part)}, _rounded(of(by_part[part])))
        for part in sorted(by_part)
    ]


def _of_budget(
    rows: Mapping[dt.date, list[_Row]], as_of: dt.date
) -> list[tuple[dt.date, Decimal | None]]:
    """Month by month from April: what was decided so far of the year's budget."""
    told = [(month, row) for month, own in rows.items() for row in own]
    budget = sum(row[1] for _month, row in told if row[0])
    series = []
    month = _april(as_of)
    while month <= as_of:
        decided = sum(row[1] for at, row in told if not row[0] and at <= month)
        series.append((month, _rounded(Fraction(100 * decided, budget) if budget else None)))
        month = (month + dt.timedelta(days=31)).replace(day=1)
    return series


def _share(rows: Iterable[_Row]) -> Fraction | None:
    mean = _mean(rows)
    return None if mean is None else 100 * mean


def _mean(rows: Iterable[_Row]) -> Fraction | None:
    kept = list(rows)
    whole = sum(row[2] for row in kept)
    return Fraction(sum(row[1] for row in kept), whole) if whole else None


def _days(rows: Iterable[_Row]) -> list[int]:
    return sorted(int(part) for part, count, _whole in rows for _one in range(count))


def _median(rows: Iterable[_Row]) -> Fraction | None:
    days = _days(rows)
    return Fraction(statistics.median(days)) if days else None


def _nine_tenths(rows: Iterable[_Row]) -> Fraction | None:
    days = _days(rows)
    return Fraction(days[-(-9 * len(days) // 10) - 1]) if days else None


_OF: Mapping[How, Callable[[Iterable[_Row]], Fraction | None]] = {
    How.SHARE: _share,
    How.MEAN: _mean,
    How.MEDIAN: _median,
    How.NINE_TENTHS: _nine_tenths,
}


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else tenths(value)


def _months(as_of: dt.date) -> list[dt.date]:
    """The first days of the last twelve months, the running one last."""
    last = as_of.year * 12 + as_of.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]


def _april(as_of: dt.date) -> dt.date:
    return clock.fiscal_year_bounds(clock.fiscal_year(as_of))[0]
