"""The charts as SVG that stands alone, for pictures and papers: colours and type are inside it."""

from html import escape

from portal.ui import charts
from portal.ui.charts.lines import Drawing, Line

KEY, INK, SUB, GRID, BAND = "#0017c1", "#1a1a1a", "#666666", "#e6e6e6", "#d9e6ff"
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
__all__ = ["line_svg", "tiles_svg"]


def line_svg(chart: charts.LineChart) -> str:
    """The wide drawing of a line chart."""
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


def tiles_svg(tile_map: charts.TileMap) -> str:
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
    step = width / max(1, len(tile_map.legend))
    for n, (level, text) in enumerate(tile_map.legend):
        parts.append(_box(n * step + 1, top, 16, 16, LEVELS[level][0]))
        parts.append(_text(n * step + 24, top + 13, text))
    return _svg(width + 2, top + 24, parts)


def _grid(drawing: Drawing, y: float, text: str) -> str:
    line = f'<path d="M{drawing.left} {y}H{drawing.right}" stroke="{GRID}" fill="none"/>'
    return line + _text(drawing.left - 8, y + 5, text, anchor="end")


def _line(line: Line) -> str:
    style = STROKES[line.style]
    drawn = f'<polyline points="{line.points}" fill="none" stroke-linejoin="round" {style}/>'
    return drawn + "".join(f'<circle cx="{x}" cy="{y}" r="4" fill="{KEY}"/>' for x, y in line.dots)


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


def _svg(width: float, height: float, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" font-family="{FONT}">{"".join(parts)}</svg>'
    )
