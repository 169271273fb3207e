"""Charts as plain geometry: numbers in, frozen records out, drawn as SVG or HTML by templates.

No chart depends on JavaScript, colour alone, or a fixed width: text is HTML where it can be, and
the line chart comes in a wide and a narrow drawing. Numbers are int, Fraction or Decimal for
counts and rates; float only appears as a coordinate in pixels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10

from django.utils.translation import gettext as _

from portal.ui.parts import Crumb
from portal.ui.wards import WARD_TILES, WardTile

Number = int | Decimal | Fraction

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart says. `title` is the finding as a sentence, `note` how to read the drawing."""

    key: str
    title: str
    note: str = ""
    source: str = ""
    links: tuple[Crumb, ...] = ()


# Bullet bar: one value against its target ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bullet:
    """Value and target of one indicator, both in per mille of the bar's width."""

    bar: int
    target: int
    percent: int | None
    reached: bool


def bullet(value: Number, target: Number) -> Bullet:
    """The bar ends at 125 % of the target, or at the value where that is more."""
    full = max(Fraction(target) * Fraction(5, 4), Fraction(value))
    return Bullet(
        bar=_per_mille(value, full),
        target=_per_mille(target, full),
        percent=floor(Fraction(value) / Fraction(target) * 100) if target else None,
        reached=value >= target,
    )


# Horizontal bars -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `width` in per mille, `strong` for those the finding is about."""

    label: str
    text: str
    width: int
    strong: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars with a common scale; `target` in per mille or None."""

    caption: Caption
    head: str
    unit_head: str
    bars: tuple[Bar, ...]
    target: int | None = None
    target_text: str = ""


def bars(
    caption: Caption,
    items: Sequence[tuple[str, Number]],
    *,
    head: str,
    unit: str,
    target: Number | None = None,
    target_text: str = "",
    strong: int = 0,
    urls: Mapping[str, str] | None = None,
) -> Bars:
    """`items` in the order to show. With a target, bars that reach it are strong; else the first
    `strong` ones.
    """
    full = max([value for _, value in items] + [target or 0], default=0)
    return Bars(
        caption=caption,
        head=head,
        unit_head=unit,
        bars=tuple(
            Bar(
                label=label,
                text=f"{_plain(value)}{unit}",
                width=_per_mille(value, full),
                strong=value >= target if target is not None else index < strong,
                url=(urls or {}).get(label, ""),
            )
            for index, (label, value) in enumerate(items)
        ),
        target=None if target is None else _per_mille(target, full),
        target_text=target_text,
    )


# Cumulative lines ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """A line. `style` is actual, target or previous; None is «not yet known»."""

    name: str
    style: str
    values: tuple[Number | None, ...]


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


def line_chart(
    caption: Caption, labels: Sequence[str], series: Sequence[Series], *, head: str
) -> LineChart:
    """Raises ValueError when a series has another length than `labels`."""
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("every series needs one value per label")
    return LineChart(
        caption=caption,
        head=head,
        wide=_drawing("wide", labels, series, width=640, height=310, every=1),
        narrow=_drawing("narrow", labels, series, width=330, height=280, every=3),
        names=tuple(one.name for one in series),
        rows=tuple(
            (label, tuple("—" if (v := one.values[i]) is None else _plain(v) for one in series))
            for i, label in enumerate(labels)
        ),
    )


def _drawing(
    kind: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    width: int,
    height: int,
    every: int,
) -> Drawing:
    known = [value for one in series for value in one.values if value is not None]
    top = nice_top(max(known, default=0))
    left, right = 46, width - 92
    low, high = height - 36, 20

    def x(index: int) -> float:
        return round(left + 10 + (right - left - 10) * index / max(1, len(labels) - 1), 1)

    def y(value: Number) -> float:
        return round(low - (low - high) * float(Fraction(value) / top), 1)

    steps = 5
    return Drawing(
        kind=kind,
        width=width,
        height=height,
        left=left,
        right=right,
        grid=tuple(
            (y(Fraction(top * n, steps)), f"{top * n // steps:,}") for n in range(steps + 1)
        ),
        ticks=tuple((x(i), label) for i, label in enumerate(labels) if i % every == 0),
        lines=_lines(series, x, y, right=right, low=low),
    )


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
        last = next(value for value in reversed(one.values) if value is not None)
        lines.append(
            Line(
                style=one.style,
                points=" ".join(f"{px},{py}" for px, py in known),
                dots=tuple(known) if one.style == "actual" else (),
                label=f"{one.name} {_plain(last)}",
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


# Tile map of the 23 wards --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    """A ward's tile; `level` 1–5, 0 where nothing may be shown."""

    ward: WardTile
    text: str
    level: int
    url: str


@dataclass(frozen=True, slots=True)
class TileMap:
    caption: Caption
    unit: str
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, str], ...]


def tile_map(
    caption: Caption,
    values: Mapping[int, int | None],
    *,
    unit: str,
    url: Callable[[int], str] | None = None,
    limits: Sequence[int] | None = None,
) -> TileMap:
    """`values` by JIS code; a missing ward counts 0, None is withheld (few firms, 秘匿).

    `limits` are the first values of levels 2–5; without them they follow the values. A limit
    that equals an earlier one drops out of the legend.
    """
    numbers = [value for value in values.values() if value is not None]
    starts = list(limits) if limits is not None else level_limits(numbers)
    tiles = []
    for ward in WARD_TILES:
        value = values.get(ward.code, 0)
        level = 0 if value is None else 1 + sum(value >= start for start in starts)
        text = "－" if value is None else f"{value:,}"
        tiles.append(Tile(ward, text, level, url(ward.code) if url else ""))
    return TileMap(caption, unit, tuple(tiles), _legend(starts, unit))


def level_limits(values: Sequence[int]) -> list[int]:
    """First values of levels 2–5 such that levels hold about equally many of the values above 0."""
    ordered = sorted({value for value in values if value > 0})
    if not ordered:
        return [1]
    picked = {ordered[len(ordered) * n // LEVELS] for n in range(1, LEVELS)}
    return sorted(picked | {ordered[0]} if len(picked) < LEVELS - 1 else picked)[: LEVELS - 1]


def _legend(starts: Sequence[int], unit: str) -> tuple[tuple[int, str], ...]:
    lows = [0, *starts]
    texts = []
    for index, low in enumerate(lows):
        if index == len(lows) - 1:
            texts.append((index + 1, _("%(low)s%(unit)s〜") % {"low": f"{low:,}", "unit": unit}))
        elif lows[index + 1] - 1 == low:
            texts.append((index + 1, f"{low:,}{unit}"))
        else:
            values = {"low": f"{low:,}", "high": f"{lows[index + 1] - 1:,}", "unit": unit}
            texts.append((index + 1, _("%(low)s〜%(high)s%(unit)s") % values))
    return tuple(texts)


# Stages: how many are where ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StagePart:
    """A part of the whole; `start` and `width` in per mille."""

    label: str
    text: str
    start: int
    width: int
    level: int


@dataclass(frozen=True, slots=True)
class StageBar:
    caption: Caption
    total: int
    unit: str
    parts: tuple[StagePart, ...]


def stage_bar(caption: Caption, items: Sequence[tuple[str, int]], *, unit: str) -> StageBar:
    """Up to five parts of a whole, in the order of the procedure. Raises ValueError for more."""
    if len(items) > LEVELS:
        raise ValueError(f"at most {LEVELS} parts")
    total = sum(count for _, count in items)
    parts, before = [], 0
    for level, (label, count) in enumerate(items, start=1):
        start, before = before, before + count
        end = _per_mille(before, total)
        parts.append(
            StagePart(
                label=label,
                text=f"{count:,}{unit}",
                start=_per_mille(start, total),
                width=end - _per_mille(start, total),
                level=level,
            )
        )
    return StageBar(caption, total, unit, tuple(parts))


def _per_mille(part: Number, whole: Number) -> int:
    """0–1000; 0 when there is no whole."""
    if not whole or part <= 0:
        return 0
    return min(1000, round(Fraction(part) / Fraction(whole) * 1000))


def _plain(value: Number) -> str:
    """1234 → 1,234; 57.7 stays; a fraction is shown with one decimal."""
    if isinstance(value, Fraction):
        return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.1f}"
    return f"{value:,}"
