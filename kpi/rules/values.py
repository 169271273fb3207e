"""What figures say: a count, a share, a growth, a gap; of a ward and of all wards together (R7)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpi.indicators.ratios import GAP, GROWTH, OTHERS, USERS
from kpi.rules.figure import Figure
from kpi.rules.ratios import Sum, productivity_growth

ALL = 0


@dataclass(frozen=True, slots=True)
class Value:
    """`value` is a count, or % or points; None is —. The ward is ALL for the 23 together."""

    indicator: str
    ward_id: int
    period: dt.date
    value: Fraction | None
    numerator: Decimal
    denominator: Decimal | None
    n: int


def values(figures: Iterable[Figure], *, base_year: int) -> list[Value]:
    """Of every figure and of their sums. `base_year` is the year that 1-KGI is compared with.

    2-KGI stands on two figures: its numerator and denominator are those of the users.
    """
    known = _summed(figures)
    found = []
    for (code, ward, period), figure in sorted(known.items()):
        if code == OTHERS:
            continue
        found.append(
            Value(
                indicator=GAP if code == USERS else code,
                ward_id=ward,
                period=period,
                value=_value(figure, known, base_year),
                numerator=figure.numerator,
                denominator=figure.denominator,
                n=figure.n,
            )
        )
    return found


_Known = Mapping[tuple[str, int, dt.date], Figure]


def _summed(figures: Iterable[Figure]) -> _Known:
    """The figures, and their sums over the wards."""
    known: dict[tuple[str, int, dt.date], Figure] = {}
    parts: dict[tuple[str, dt.date], list[Figure]] = defaultdict(list)
    for figure in figures:
        known[figure.indicator, figure.ward_id, figure.period] = figure
        parts[figure.indicator, figure.period].append(figure)
    for (code, period), own in parts.items():
        known[code, ALL, period] = Figure(
            code,
            ALL,
            period,
            sum((one.numerator for one in own), Decimal(0)),
            None
            if own[0].denominator is None
            else sum((one.denominator or Decimal(0) for one in own), Decimal(0)),
            sum(one.n for one in own),
        )
    return known


def _value(figure: Figure, known: _Known, base_year: int) -> Fraction | None:
    if figure.denominator is None:
        return Fraction(figure.numerator)
    if figure.indicator == GROWTH:
        base = known.get((GROWTH, figure.ward_id, dt.date(base_year, 1, 1)))
        return productivity_growth(_sum(base), _sum(figure)) if base else None
    if figure.indicator == USERS:
        ours = _mean(figure)
        theirs = _mean(known.get((OTHERS, figure.ward_id, figure.period)))
        return None if ours is None or theirs is None else ours - theirs
    mean = _mean(figure)
    return None if mean is None else 100 * mean


def _mean(figure: Figure | None) -> Fraction | None:
    if figure is None or not figure.denominator:
        return None
    return Fraction(figure.numerator) / Fraction(figure.denominator)


def _sum(figure: Figure) -> Sum:
    return Sum(figure.numerator, figure.denominator or 0)
