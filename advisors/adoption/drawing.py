"""Geometry of the curve: rates by week of use, the line of the target, and where three months are over.

Coordinates are pixels of the view box; all that they say stands in words and in a table beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from advisors.adoption.rules.weeks import TARGET, TARGET_WEEK, target_of
from portal.ui.charts import LINE_LABEL_GAP, spread

# Fewer weeks than this would make three weeks look like a whole life.
FEWEST_WEEKS = 16
MOST_DOTS = 30

Values = Sequence[Fraction | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line in unbroken runs: weeks that nobody recorded leave a gap."""

    style: str
    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    label: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The curve at one size."""

    kind: str
    width: int
    height: int
    left: int
    right: int
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    target: str
    target_label: tuple[float, float]
    mark: float
    low: int
    high: int
    lines: tuple[Line, ...]


def curve(series: Sequence[tuple[str, str, Values]]) -> tuple[Drawing, Drawing]:
    """(name, style, values from week 1) of each line, wide and narrow."""
    weeks = max(FEWEST_WEEKS, *(len(values) for _name, _style, values in series))
    return (
        _drawing("wide", series, weeks, width=640, height=300, every=_every(weeks, 14)),
        _drawing("narrow", series, weeks, width=340, height=270, every=_every(weeks, 6)),
    )


def _every(weeks: int, most: int) -> int:
    return next(step for step in (1, 2, 4, 8, 13, 26, 52, 104) if weeks / step <= most)


def _drawing(
    kind: str,
    series: Sequence[tuple[str, str, Values]],
    weeks: int,
    *,
    width: int,
    height: int,
    every: int,
) -> Drawing:
    left, right, high, low = 46, width - 92, 26, height - 40

    def x(number: int) -> float:
        return round(left + 8 + (right - left - 8) * (number - 1) / (weeks - 1), 1)

    def y(rate: Fraction) -> float:
        return round(low - (low - high) * float(rate), 1)

    lines = [_line(name, style, values, x, y) for name, style, values in series]
    lines = [line for line in lines if line.runs or line.dots]
    target_y = y(TARGET) if weeks > TARGET_WEEK else y(target_of(weeks))
    spots = spread([target_y, *(line.label_y for line in lines)], LINE_LABEL_GAP, low)
    return Drawing(
        kind=kind,
        width=width,
        height=height,
        left=left,
        right=right,
        grid=tuple((y(Fraction(n, 5)), f"{20 * n}%") for n in range(6)),
        ticks=tuple(
            (x(number), str(number)) for number in range(1, weeks + 1) if (number - 1) % every == 0
        ),
        target=" ".join(
            f"{x(number)},{y(target_of(number))}" for number in (1, TARGET_WEEK, weeks)
        ),
        target_label=(right + 6, round(spots[0] + 5, 1)),
        mark=x(TARGET_WEEK),
        low=low,
        high=high,
        lines=tuple(
            Line(line.style, line.runs, line.dots, line.label, right + 6, round(spot + 5, 1))
            for line, spot in zip(lines, spots[1:], strict=True)
        ),
    )


def _line(
    name: str,
    style: str,
    values: Values,
    x: Callable[[int], float],
    y: Callable[[Fraction], float],
) -> Line:
    """Without its place for the label: that is found for all lines together."""
    runs: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values, start=1):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x(number), y(value)))
    points = [point for run in runs for point in run]
    known = [value for value in values if value is not None]
    if not known:
        return Line(style, (), (), "", 0, 0)
    # A week between two gaps would be no line: it is always a dot.
    lonely = tuple(run[0] for run in runs if len(run) == 1)
    return Line(
        style=style,
        runs=tuple(" ".join(f"{px},{py}" for px, py in run) for run in runs if len(run) > 1),
        dots=tuple(points) if style == "actual" and len(points) <= MOST_DOTS else lonely,
        label=_("%(name)s %(value)s") % {"name": name, "value": f"{int(known[-1] * 100)}%"},
        label_x=0,
        label_y=points[-1][1],
    )
