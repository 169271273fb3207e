"""The charts as SVG that stands alone, for pictures and papers: colours and type are inside it."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from unicodedata import category, east_asian_width

from portal.ui.charts.bars import Bars
from portal.ui.charts.intervals import Dot, Intervals
from portal.ui.charts.lines import Drawing, Line, LineChart
from portal.ui.charts.plots import Plot, PlotDrawing
from portal.ui.charts.tiles import TileMap

Chart = Bars | Intervals | LineChart | Plot | TileMap

KEY, INK, SUB, GRID, BAND = "#0017c1", "#1a1a1a", "#666666", "#e6e6e6", "#d9e6ff"
WEAK = "#7096f8"
FONT = "IPAexGothic, Noto Sans JP, sans-serif"
STROKES = {
    "actual": f'stroke="{KEY}" stroke-width="3"',
    "target": f'stroke="{INK}" stroke-width="2" stroke-dasharray="8 5"',
    "previous": f'stroke="{SUB}" stroke-width="2" stroke-dasharray="2 4"',
}
INKS = {"actual": KEY, "target": INK, "previous": SUB}
# Levels of the tile map: ground and letters.
LEVELS = {
    0: ("#f2f2f2", INK),
    1: ("#ffffff", INK),
    2: ("#d9e6ff", INK),
    3: ("#9db7f9", INK),
    4: ("#264af4", "#ffffff"),
    5: ("#000071", "#ffffff"),
}
TILE, GAP, ROWS, COLUMNS = 76, 6, 6, 7
# Of bars and intervals: the room for the names, for the drawing and for the words behind it.
NAMES, DRAWN, WORDS, LINE = 210, 330, 200, 17
# No line begins with closing brackets, stops, and the mark of a long vowel.
NEVER_FIRST = {"Pe", "Pf", "Po", "Lm"}
__all__ = ["Chart", "svg"]


def svg(chart: Chart) -> str:
    """The drawing of a chart, in its wide form."""
    return _DRAWN[type(chart)](chart)


def _lines(chart: LineChart) -> str:
    drawing = chart.wide
    parts = [
        *(_grid(drawing, y, text) for y, text in drawing.grid),
        *(_text(x, drawing.height - 10, text, anchor="middle") for x, text in drawing.ticks),
    ]
    if drawing.band:
        parts.append(f'<polygon points="{drawing.band}" fill="{BAND}"/>')
    parts += [_line(line) for line in drawing.lines]
    parts += [
        _text(line.label_x, line.label_y, line.label, line.anchor, INKS[line.style], bold=True)
        for line in drawing.lines
    ]
    return _svg(drawing.width, drawing.height, parts)


def _tiles(tile_map: TileMap) -> str:
    """The 23 wards, with the legend below."""
    parts = []
    for tile in tile_map.tiles:
        x, y = (tile.ward.column - 1) * (TILE + GAP), (tile.ward.row - 1) * (TILE - 16 + GAP)
        ground, ink = LEVELS[tile.level]
        parts.append(_box(x + 1, y + 1, TILE, TILE - 16, ground))
        middle = x + 1 + TILE / 2
        parts.append(_text(middle, y + 25, str(tile.ward.name), "middle", ink))
        parts.append(_text(middle, y + 48, tile.text, "middle", ink, bold=True, size=17))
    width, top = COLUMNS * (TILE + GAP), ROWS * (TILE - 16 + GAP) + 8
    left = 1.0
    for level, text in tile_map.legend:
        wide = 24 + 13 * _wide(text) + 18
        if left > 1 and left + wide > width:
            left, top = 1.0, top + 24
        parts.append(_box(left, top, 16, 16, LEVELS[level][0]))
        parts.append(_text(left + 23, top + 13, text))
        left += wide
    return _svg(width + 2, top + 24, parts)


def _bars(chart: Bars) -> str:
    parts, top = [], 0.0
    for bar in chart.bars:
        names, high = _named(bar.label, top)
        middle = top + high / 2
        fill = KEY if bar.strong else WEAK
        width = round(bar.width * DRAWN / 1000, 1)
        parts += names
        parts.append(
            f'<rect x="{NAMES}" y="{middle - 8}" width="{width}" height="16" fill="{fill}"/>'
        )
        if chart.target is not None:
            parts.append(_upright(chart.target, top, high, "target"))
        parts.append(_text(NAMES + DRAWN + 10, middle + 5, bar.text, bold=True))
        top += high
    if chart.target_text:
        top += LINE + 6
        parts.append(_key("target", chart.target_text, top))
    return _svg(NAMES + DRAWN + WORDS, top + 8, parts)


def _intervals(chart: Intervals) -> str:
    parts, top = [], 0.0
    for dot in chart.dots:
        names, high = _named(dot.label, top)
        parts += names
        parts += [
            _upright(place, top, high, "previous" if n else "target")
            for n, (place, _words) in enumerate(chart.marks)
        ]
        parts += _spread(dot, top + high / 2)
        parts.append(_text(NAMES + DRAWN + 10, top + high / 2 + 5, dot.text, bold=True))
        top += high
    parts.append(f'<path d="M{NAMES} {top}H{NAMES + DRAWN}" stroke="{SUB}" fill="none"/>')
    for n, text in enumerate(chart.axis):
        x = NAMES + DRAWN * n / max(1, len(chart.axis) - 1)
        parts.append(_text(x, top + 15, text, "middle", SUB))
    top += 22
    for n, (_place, words) in enumerate(chart.marks):
        top += LINE + 6
        parts.append(_key("previous" if n else "target", words, top))
    return _svg(NAMES + DRAWN + WORDS, top + 8, parts)


def _spread(dot: Dot, middle: float) -> list[str]:
    """The interval and its dot; hollow where few answered."""
    if dot.at is None:
        return []
    low, at, high = (
        NAMES + round(place * DRAWN / 1000, 1) for place in (dot.low, dot.at, dot.high)
    )
    fill = "#ffffff" if dot.is_weak else KEY
    return [
        f'<path d="M{low} {middle}H{high}" stroke="{KEY}" stroke-width="3" fill="none"/>',
        f'<circle cx="{at}" cy="{middle}" r="5" fill="{fill}" stroke="{KEY}" stroke-width="2"/>',
    ]


def _plot(chart: Plot) -> str:
    drawing = chart.drawings[0]
    parts = [
        *(_grid(drawing, y, text) for y, text in drawing.grid),
        *(_text(x, y, text, anchor="middle") for x, y, text in drawing.ticks),
    ]
    if drawing.upright is not None:
        parts.append(
            f'<path d="M{drawing.upright} {drawing.top}V{drawing.bottom}" fill="none"'
            f" {STROKES['target']}/>"
        )
    for y, label_y, name, style in drawing.lines:
        parts.append(
            f'<path d="M{drawing.left} {y}H{drawing.right}" fill="none" {STROKES[style]}/>'
        )
        parts.append(_text(drawing.right + 6, label_y + 5, name, ink=INKS[style], bold=True))
    for mark in drawing.marks:
        ink, fill = (KEY, KEY) if mark.style == "actual" else (SUB, "#ffffff")
        if mark.high is not None:
            parts.append(
                f'<path d="M{mark.x} {mark.high}V{mark.low}" stroke="{ink}" stroke-width="3"/>'
            )
        parts.append(
            f'<circle cx="{mark.x}" cy="{mark.y}" r="6" fill="{fill}" stroke="{ink}"'
            ' stroke-width="3"/>'
        )
    return _svg(drawing.width, drawing.height, parts)


_DRAWN: dict[type, Callable[[Any], str]] = {
    Bars: _bars,
    Intervals: _intervals,
    LineChart: _lines,
    Plot: _plot,
    TileMap: _tiles,
}


def _grid(drawing: Drawing | PlotDrawing, y: float, text: str) -> str:
    line = f'<path d="M{drawing.left} {y}H{drawing.right}" stroke="{GRID}" fill="none"/>'
    return line + _text(drawing.left - 8, y + 5, text, anchor="end")


def _line(line: Line) -> str:
    style = STROKES[line.style]
    drawn = f'<polyline points="{line.points}" fill="none" stroke-linejoin="round" {style}/>'
    return drawn + "".join(f'<circle cx="{x}" cy="{y}" r="4" fill="{KEY}"/>' for x, y in line.dots)


def _named(label: str, top: float) -> tuple[list[str], float]:
    """The name before a bar, in as many lines as it needs, and how high all of it is."""
    lines = wrapped(label, (NAMES - 12) / 13)
    high = max(LINE * len(lines), LINE) + 9
    first = top + (high - LINE * len(lines)) / 2 + 13
    return [
        _text(NAMES - 10, first + n * LINE, text, anchor="end") for n, text in enumerate(lines)
    ], high


def wrapped(text: str, wide: float) -> list[str]:
    """Lines of at most so many full-width characters; words of other scripts stay whole where they can."""
    lines, line = [], ""
    for sign in text:
        if _wide(line + sign) > wide and category(sign) not in NEVER_FIRST:
            space = line.rfind(" ") + 1
            # A number before a long name stays with it.
            at = space if _wide(line[:space]) > wide / 2 else len(line)
            lines.append(line[:at].rstrip())
            line = line[at:]
        line += sign
    return [*lines, line]


def _wide(text: str) -> float:
    """How wide it is drawn, in full-width characters."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.56 for sign in text)


def _upright(place: int, top: float, high: float, style: str) -> str:
    """A line that stands at the same place of every bar."""
    x = NAMES + round(place * DRAWN / 1000, 1)
    return f'<path d="M{x} {top}V{top + high}" fill="none" {STROKES[style]}/>'


def _key(style: str, words: str, top: float) -> str:
    """What a line across the bars means."""
    line = f'<path d="M{NAMES} {top - 4}h28" fill="none" {STROKES[style]}/>'
    return line + _text(NAMES + 38, top, words, ink=INKS[style])


def _box(x: float, y: float, width: float, height: float, ground: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{ground}"'
        ' stroke="#767676"/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    ink: str = INK,
    *,
    bold: bool = False,
    size: int = 13,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{ink}" font-size="{size}"{weight}>'
        f"{escape(text)}</text>"
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" font-family="{FONT}">{"".join(parts)}</svg>'
    )
