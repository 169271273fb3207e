"""Estimates: intervals beside each other, and points along a line, drawn wide and narrow, with a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from portal.ui.charts.base import Caption
from portal.ui.charts.lines import LINE_LABEL_GAP, spread

WIDTHS = (("wide", 640, 310), ("narrow", 330, 280))
LEFT, TOP, BOTTOM = 46, 24, 40
STEPS = 6
# Names beneath: from the lower edge, one row above another, width of a full-width character with its air.
TICK_UP, TICK_ROW, FULL, LAST_NARROW = 12, 14, 13.0, 0x2E7F


@dataclass(frozen=True, slots=True)
class Point:
    """A mark: `low` and `high` None where it has no interval; `style` actual or previous."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    style: str = "actual"
    at: float | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in pixels."""

    x: float
    y: float
    high: float | None
    low: float | None
    style: str


@dataclass(frozen=True, slots=True)
class PlotDrawing:
    """One size. `lines` are y, the label's y, name and style of the references (0, the target); `ticks`
    x, y and text: where names would touch, every second one stands a row higher.
    """

    kind: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, int, str], ...]
    lines: tuple[tuple[float, float, str, str], ...]
    upright: float | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """The picture with its words and its table."""

    caption: Caption
    drawings: tuple[PlotDrawing, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def plot(
    caption: Caption,
    points: Sequence[Point],
    *,
    head: Sequence[str],
    references: Sequence[tuple[float, str, str]] = (),
    upright: float | None = None,
) -> Plot:
    """`references`: value, name, style. `upright`: a vertical line at that place of the points' `at`."""
    return Plot(
        caption=caption,
        drawings=tuple(
            _drawing(kind, width, height, points, references, upright)
            for kind, width, height in WIDTHS
        ),
        head=tuple(head),
        rows=tuple((point.label, point.cells) for point in points),
    )


def _drawing(
    kind: str,
    width: int,
    height: int,
    points: Sequence[Point],
    references: Sequence[tuple[float, str, str]],
    upright: float | None,
) -> PlotDrawing:
    known = [
        value
        for point in points
        for value in (point.value, point.low, point.high)
        if value is not None
    ] + [value for value, _name, _style in references]
    steps = _steps(min(known, default=0), max(known, default=1))
    left, right, high, low = LEFT, width - (84 if references else 16), TOP, height - BOTTOM
    is_line = any(point.at is not None for point in points)
    places = [point.at or 0 for point in points] if is_line else list(range(len(points)))
    first, last = min(places, default=0), max(places, default=1)
    pad = 18 if is_line else (right - left) / (2 * max(len(points), 1))

    def x(place: float) -> float:
        share = (place - first) / (last - first) if last > first else 0.5
        return round(left + pad + (right - left - 2 * pad) * share, 1)

    def y(value: float) -> float:
        share = (value - steps[0]) / (steps[-1] - steps[0])
        return round(low - (low - high) * share, 1)

    labels = spread([y(value) for value, _name, _style in references], LINE_LABEL_GAP, low)
    every = 1 if kind == "wide" or len(points) < 6 else 2
    return PlotDrawing(
        kind=kind,
        width=width,
        height=height,
        left=left,
        right=right,
        top=high,
        bottom=low,
        grid=tuple((y(step), _plain(step, steps)) for step in steps),
        ticks=_ticks(
            [
                (x(place), point.label)
                for at, (place, point) in enumerate(zip(places, points, strict=True))
                if at % every == 0
            ],
            height - TICK_UP,
        ),
        lines=tuple(
            (y(value), at, name, style)
            for (value, name, style), at in zip(references, labels, strict=True)
        ),
        upright=None if upright is None else x(upright),
        marks=tuple(
            Mark(
                x(place),
                y(point.value),
                None if point.high is None else y(point.high),
                None if point.low is None else y(point.low),
                point.style,
            )
            for place, point in zip(places, points, strict=True)
        ),
    )


def _ticks(found: Sequence[tuple[float, str]], y: int) -> tuple[tuple[float, int, str], ...]:
    touch = any(
        x + _wide(text) / 2 > after - _wide(following) / 2
        for (x, text), (after, following) in pairwise(found)
    )
    return tuple(
        (x, y - TICK_ROW if touch and at % 2 else y, text) for at, (x, text) in enumerate(found)
    )


def _wide(text: str) -> float:
    """About how many pixels it takes: a full-width character twice a narrow one."""
    return sum(FULL if ord(character) > LAST_NARROW else FULL / 2 for character in text)


def _steps(low: float, high: float) -> list[float]:
    """Round steps that hold everything."""
    wide = max(high - low, 0.1)
    unit = 10 ** floor(log10(wide / STEPS))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n * STEPS >= wide)
    first = floor(low / step)
    count = 1
    while (first + count) * step < high:
        count += 1
    return [(first + n) * step for n in range(count + 1)]


def _plain(value: float, steps: Sequence[float]) -> str:
    text = f"{value:,.0f}" if steps[1] - steps[0] >= 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")
