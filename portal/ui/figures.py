"""Plotly figures for the charts, laid over the server-drawn ones where JavaScript runs.

Only `scatter` and `bar`, which need neither eval nor WebGL under the strict CSP.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.ui.charts import Band, Series, Unit, nice_top, spread, with_unit

_STYLES: dict[str, dict[str, Any]] = {
    "actual": {"color": "#0017c1", "width": 3},
    "target": {"color": "#1a1a1a", "width": 2, "dash": "dash"},
    "previous": {"color": "#666666", "width": 2, "dash": "dot"},
}
_FONT = "Noto Sans JP, Noto Sans CJK JP, BIZ UDPGothic, Hiragino Sans, Meiryo, sans-serif"


def line_figure(
    labels: Sequence[str], series: Sequence[Series], *, unit: Unit, band: Band | None = None
) -> dict[str, Any]:
    """The lines of `charts.line_chart` as a Plotly figure (for `json_script`)."""
    known = [value for one in series for value in one.values if value is not None]
    known += [pair[1] for pair in (band.values if band else ()) if pair is not None]
    top = nice_top(max(known, default=0))
    return {
        "data": [
            *(_range(labels, band, unit) if band else []),
            *(_trace(labels, one, unit) for one in series),
        ],
        "layout": {
            "font": {"family": _FONT, "size": 14, "color": "#1a1a1a"},
            "margin": {"l": 48, "r": 96, "t": 12, "b": 36},
            "height": 320,
            "showlegend": False,
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": "#767676"},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": {
                "type": "category",
                "fixedrange": True,
                "showgrid": False,
                "range": [-0.3, len(labels) - 0.9],
            },
            "yaxis": {
                "range": [0, top * 1.04],
                "fixedrange": True,
                "gridcolor": "#e6e6e6",
                "zeroline": False,
                "separatethousands": True,
            },
            "annotations": _end_labels(labels, series, top),
        },
    }


def _trace(labels: Sequence[str], one: Series, unit: Unit) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if one.style == "actual" else "lines",
        "name": one.name,
        "x": list(labels),
        "y": [None if value is None else float(value) for value in one.values],
        "line": _STYLES[one.style],
        "marker": {"size": 8},
        "text": ["" if value is None else with_unit(value, unit) for value in one.values],
        "hovertemplate": "%{text}",
    }


def _range(labels: Sequence[str], band: Band, unit: Unit) -> list[dict[str, Any]]:
    """Two lines without a stroke, the room between them filled."""
    pairs = [pair or (None, None) for pair in band.values]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": band.name,
            "x": list(labels),
            "y": [None if pair[side] is None else float(pair[side]) for pair in pairs],
            "line": {"width": 0},
            "fill": "tonexty" if side else "none",
            "fillcolor": "#d9e6ff",
            "text": [
                ""
                if low is None or high is None
                else _("%(low)s〜%(high)s") % {"low": f"{low:,}", "high": with_unit(high, unit)}
                for low, high in pairs
            ],
            **({"hovertemplate": "%{text}"} if side else {"hoverinfo": "skip"}),
        }
        for side in (0, 1)
    ]


def _end_labels(labels: Sequence[str], series: Sequence[Series], top: int) -> list[dict[str, Any]]:
    """A name and a last value at the end of each line, moved apart where lines end together."""
    ends = []
    for one in series:
        known = [i for i, value in enumerate(one.values) if value is not None]
        if known:
            ends.append((one, known[-1], float(one.values[known[-1]])))
    edge = [end for end in ends if end[1] == len(labels) - 1]
    moved = spread([top - value for _, _, value in edge], top / 14, top)
    heights = {one.name: top - y for (one, _, _), y in zip(edge, moved, strict=True)}
    return [
        {
            "x": labels[index],
            "y": heights.get(one.name, value),
            "text": f"{one.name} {value:,.0f}",
            "showarrow": False,
            "xanchor": "left" if one.name in heights else "center",
            "xshift": 8 if one.name in heights else 0,
            "yshift": 0 if one.name in heights else 20,
            "font": {"color": _STYLES[one.style]["color"], "size": 13, "weight": 700},
        }
        for one, index, value in ends
    ]
