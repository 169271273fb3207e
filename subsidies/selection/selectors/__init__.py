"""Reads of the selection."""

from subsidies.selection.selectors.ranking import Line, Ranking, WhatIf, ranking, result
from subsidies.selection.selectors.results import (
    available_yen,
    promised_yen,
    ready,
    selected,
)

__all__ = [
    "Line",
    "Ranking",
    "WhatIf",
    "available_yen",
    "promised_yen",
    "ranking",
    "ready",
    "result",
    "selected",
]
