"""The 18 indicators as JSON: exact sums as text, values rounded half up to one decimal (R7)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kpi.indicators.ratios import GROWTH
from kpi.rules.figure import plain
from kpi.rules.ratios import tenths
from kpi.rules.values import ALL, Value
from portal.kernel.clock import fiscal_year, fiscal_year_bounds

CODES = (
    *("1-KGI", "1-KSI", "1-OC", "1-OP1", "1-OP2", "1-OP3"),
    *("2-KGI", "2-KSI", "2-OC", "2-OP1", "2-OP2", "2-OP3"),
    *("3-KGI", "3-KSI", "3-OC", "3-OP1", "3-OP2", "3-OP3"),
)


def printed(
    found: Iterable[Value], *, as_of: dt.date, watermark: dt.datetime | None
) -> dict[str, Any]:
    """indicator → period → total and wards. An indicator without any row is there, and empty."""
    periods: dict[str, dict[dt.date, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for value in found:
        periods[value.indicator][value.period].append(value)
    return {
        "as_of": as_of.isoformat(),
        "watermark": watermark.isoformat() if watermark else None,
        "indicators": {
            code: [_period(code, day, own, as_of) for day, own in sorted(periods[code].items())]
            for code in CODES
        },
    }


def _period(code: str, day: dt.date, own: Iterable[Value], as_of: dt.date) -> dict[str, Any]:
    """A statistic's is a year of the calendar, all others' a fiscal year."""
    year, last = fiscal_year(day), fiscal_year_bounds(fiscal_year(day))[1]
    named = {"fiscal_year": year}
    if code == GROWTH:
        named, last = {"year": day.year}, day.replace(month=12, day=31)
    rows = {value.ward_id: _row(value) for value in own}
    return {
        "period": day.isoformat(),
        **named,
        "open": as_of < last,
        "total": rows.pop(ALL),
        "wards": {str(ward): row for ward, row in rows.items()},
    }


def _row(value: Value) -> dict[str, Any]:
    if value.denominator is None:
        return {"value": int(value.numerator)}
    return {
        "value": None if value.value is None else float(tenths(value.value)),
        "numerator": plain(value.numerator),
        "denominator": plain(value.denominator),
        "n": value.n,
    }
