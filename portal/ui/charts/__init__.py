"""Charts as plain geometry: numbers in, frozen records out, drawn as SVG or HTML by templates.

No chart depends on JavaScript, colour alone, or a fixed width: text is HTML where it can be, and
the line chart comes in a wide and a narrow drawing. Numbers are int, Fraction or Decimal for
counts and rates; float only appears as a coordinate in pixels.
"""

from portal.ui.charts.bars import Bar, Bars, Bullet, bars, bullet
from portal.ui.charts.base import Caption, Number, Unit, with_unit
from portal.ui.charts.intervals import Dot, Intervals, Span, intervals
from portal.ui.charts.lines import (
    LINE_LABEL_GAP,
    Band,
    Drawing,
    Line,
    LineChart,
    Series,
    line_chart,
    nice_top,
    spread,
)
from portal.ui.charts.plots import Plot, Point, plot
from portal.ui.charts.stages import StageBar, StagePart, stage_bar
from portal.ui.charts.tiles import Tile, TileMap, level_limits, tile_map

__all__ = [
    "LINE_LABEL_GAP",
    "Band",
    "Bar",
    "Bars",
    "Bullet",
    "Caption",
    "Dot",
    "Drawing",
    "Intervals",
    "Line",
    "LineChart",
    "Number",
    "Plot",
    "Point",
    "Series",
    "Span",
    "StageBar",
    "StagePart",
    "Tile",
    "TileMap",
    "Unit",
    "bars",
    "bullet",
    "intervals",
    "level_limits",
    "line_chart",
    "nice_top",
    "plot",
    "spread",
    "stage_bar",
    "tile_map",
    "with_unit",
]
