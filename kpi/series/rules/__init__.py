"""Pure rules of the room."""

from kpi.series.rules import datasets
from kpi.series.rules.accounts import (
    BY_CODE,
    COMPONENTS,
    LETTERS,
    MONEY,
    Component,
    FirmYear,
    doubts,
    merged,
    misfits,
    per_head,
    value_added,
)

__all__ = [
    "BY_CODE",
    "COMPONENTS",
    "LETTERS",
    "MONEY",
    "Component",
    "FirmYear",
    "datasets",
    "doubts",
    "merged",
    "misfits",
    "per_head",
    "value_added",
]
