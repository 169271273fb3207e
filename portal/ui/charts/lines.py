"""Cumulative lines, drawn wide and narrow, and as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, log10
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from portal.ui.charts.base import Caption, Number, plain


@dataclass(frozen=True, slots=True)
class Series:
    """A line. `style` is actual, target or previous; None is «not yet known»."""

    name: str
    style: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A range behind the lines: (low, high) for each label, None where nothing is foretold."""

    name: str
    values: tuple[tuple[Number, Number] | None, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line with its label at the end."""

    style: str
    points: str
    dots: tuple[tuple[float, float], ...]
    label: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The line chart at one size, in pixels."""

    kind: str
    width: int
    height: int
    left: int
    right: int
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]
    band: str = ""  # the corners of the range


@dataclass(frozen=True, slots=True)
class LineChart:
    """The same lines wide and narrow, and as a table."""

    caption: Caption
    head: str
    wide: Drawing
    narrow: Drawing
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


LINE_LABEL_GAP = 20
STEPS = 5
# So many labels stand beside each other on a narrow screen.
FEW_LABELS = 4
# The least that is left free beside the lines for their labels, in pixels.
LABEL_ROOM = 92


def line_chart(
    caption: Caption,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    head: str,
    band: Band | None = None,
    from_zero: bool = True,
) -> LineChart:
    """Raises ValueError when a series or the band has another length than `labels`.

    `from_zero` False is for levels, whose moves would not show otherwise; the caption says where the
    axis begins.
    """
    if any(len(one.values) != len(labels) for one in (*series, *([band] if band else []))):
        raise ValueError("every series needs one value per label")
    ends = _ends(series, band, from_zero=from_zero)
    if ends[0]:
        begins = _("縦軸は0ではなく%(start)sから始まります。") % {"start": f"{ends[0]:,}"}
        caption = replace(caption, note=caption.note + begins)
    every = 1 if len(labels) <= FEW_LABELS else 3
    columns = [
        ["—" if value is None else plain(value) for value in one.values] for one in series
    ] + ([[_range(pair) for pair in band.values]] if band else [])
    return LineChart(
        caption=caption,
        head=head,
        wide=_drawing("wide", labels, series, band, ends, width=640, height=310, every=1),
        narrow=_drawing("narrow", labels, series, band, ends, width=330, height=280, every=every),
        names=(*(one.name for one in series), *([band.name] if band else [])),
        rows=tuple(
            (label, tuple(column[i] for column in columns)) for i, label in enumerate(labels)
        ),
    )


def _ends(series: Sequence[Series], band: Band | None, *, from_zero: bool) -> tuple[int, int]:
    """Of the axis: 0 and a round top, or round numbers around the lines."""
    known = [value for one in series for value in one.values if value is not None]
    known += [value for pair in (band.values if band else ()) if pair for value in pair]
    top = nice_top(max(known, default=0))
    return (0, top) if from_zero or not known else _near(min(known), max(known), top)


def _near(low: Number, high: Number, top: int) -> tuple[int, int]:
    """Five round steps that hold both; from 0 where that is as near."""
    for step in (n * 10**power for power in range(len(str(top))) for n in (1, 2, 5)):
        bottom = floor(low / step) * step
        if bottom <= 0:
            break
        if bottom + STEPS * step >= high:
            return bottom, bottom + STEPS * step
    return 0, top


def _range(pair: tuple[Number, Number] | None) -> str:
    if pair is None:
        return "—"
    return _("%(low)s〜%(high)s") % {"low": plain(pair[0]), "high": plain(pair[1])}


def _drawing(
    kind: str,
    labels: Sequence[str],
    series: Sequence[Series],
    band: Band | None,
    ends: tuple[int, int],
    *,
    width: int,
    height: int,
    every: int,
) -> Drawing:
    pairs = [(i, pair) for i, pair in enumerate(band.values if band else ()) if pair is not None]
    bottom, top = ends
    left, right = 46, width - max(LABEL_ROOM, max(map(_label_width, series), default=0) + 8)
    low, high = height - 36, 20

    def x(index: int) -> float:
        return round(left + 10 + (right - left - 10) * index / max(1, len(labels) - 1), 1)

    def y(value: Number) -> float:
        return round(low - (low - high) * float(Fraction(value - bottom) / (top - bottom)), 1)

    step = Fraction(top - bottom, STEPS)
    return Drawing(
        kind=kind,
        width=width,
        height=height,
        left=left,
        right=right,
        grid=tuple((y(bottom + step * n), f"{int(bottom + step * n):,}") for n in range(STEPS + 1)),
        ticks=tuple((x(i), label) for i, label in enumerate(labels) if i % every == 0),
        lines=_lines(series, x, y, right=right, low=low),
        band=" ".join(
            [f"{x(i)},{y(pair[1])}" for i, pair in pairs]
            + [f"{x(i)},{y(pair[0])}" for i, pair in reversed(pairs)]
        ),
    )


def _label(one: Series) -> str:
    """「実績 268」 at the end of a line."""
    last = next((value for value in reversed(one.values) if value is not None), None)
    return one.name if last is None else f"{one.name} {plain(last)}"


def _label_width(one: Series) -> int:
    """About as wide as the label is drawn: full-width characters 15, others 9."""
    return sum(15 if east_asian_width(sign) in "WF" else 9 for sign in _label(one))


def _lines(
    series: Sequence[Series],
    x: Callable[[int], float],
    y: Callable[[Number], float],
    *,
    right: int,
    low: int,
) -> tuple[Line, ...]:
    """Lines with labels at their ends, pushed apart so that none covers another."""
    ends = []
    for one in series:
        known = [(x(i), y(value)) for i, value in enumerate(one.values) if value is not None]
        if known:
            ends.append((one, known))
    at_edge = [index for index, (_, known) in enumerate(ends) if known[-1][0] >= right]
    heights = spread([ends[index][1][-1][1] for index in at_edge], LINE_LABEL_GAP, low)
    height_of = dict(zip(at_edge, heights, strict=True))
    lines = []
    for index, (one, known) in enumerate(ends):
        end_x, end_y = known[-1]
        edge = index in height_of
        lines.append(
            Line(
                style=one.style,
                points=" ".join(f"{px},{py}" for px, py in known),
                dots=tuple(known) if one.style == "actual" else (),
                label=_label(one),
                label_x=end_x + 8 if edge else end_x,
                label_y=height_of[index] + 5 if edge else end_y - 14,
                anchor="start" if edge else "middle",
            )
        )
    return tuple(lines)


def spread(positions: Sequence[float], gap: float, low: float) -> list[float]:
    """The positions (downwards) moved as little as needed to lie `gap` apart, none below `low`."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed: dict[int, float] = {}
    previous = float("-inf")
    for index in order:
        placed[index] = previous = max(positions[index], previous + gap)
    ceiling = low
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return [placed[index] for index in range(len(positions))]


def nice_top(value: Number) -> int:
    """The axis' end: a round number that five steps divide, at least `value` and at least 5."""
    if value <= 5:
        return 5
    unit = 10 ** floor(log10(float(value)))
    for factor in (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(5, 2), 3, 4, 5, 6, 8, 10):
        top = unit * factor
        if top >= value and top % 5 == 0:
            return int(top)
    return ceil(value / (unit * 10)) * unit * 10
