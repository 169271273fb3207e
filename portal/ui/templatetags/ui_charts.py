"""Charts on a page (`{% load ui_charts %}`); the geometry is made by portal.ui.charts."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.ui import charts

register = template.Library()

_TEMPLATES = {
    charts.Bars: "components/chart_bars.html",
    charts.Intervals: "components/chart_intervals.html",
    charts.LineChart: "components/chart_line.html",
    charts.TileMap: "components/chart_tiles.html",
    charts.Plot: "components/chart_plot.html",
    charts.StageBar: "components/chart_stages.html",
}


@register.simple_tag
def ui_chart(chart: Any, span: int = 6, figure: dict[str, Any] | None = None) -> SafeString:
    """A chart as a card with heading, table and source.

    `figure` (portal.ui.figures) is drawn over a line chart by Plotly; the page then puts
    `{% ui_chart_scripts %}` into its `scripts` block.
    """
    context = {
        "chart": chart,
        "span": span,
        "figure": figure,
        "figure_id": f"{chart.caption.key}-figure",
    }
    return render_to_string(_TEMPLATES[type(chart)], context)


@register.inclusion_tag("components/chart_scripts.html")
def ui_chart_scripts() -> dict[str, Any]:
    """Plotly and what mounts it (4.8 MB: only on pages that give `ui_chart` a figure)."""
    return {}


@register.inclusion_tag("components/chart_bullet.html")
def ui_bullet(bullet: charts.Bullet) -> dict[str, Any]:
    """A value against its target; the words belong beside it."""
    return {"bullet": bullet}
