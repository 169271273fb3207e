"""Pure rules of releases."""

from kpi.releases.rules.canonical import Column, Head, columns, digest, lines
from kpi.releases.rules.comparing import Change, changes
from kpi.releases.rules.dates import (
    final_due,
    preliminary_due,
    working_days_after,
)
from kpi.releases.rules.disclosure import FEWEST_OF_RATIO, Told, row_of, told
from kpi.releases.rules.over_time import Row
from kpi.releases.rules.reading import Kind, Reading, read
from kpi.rules.figure import WARDS

__all__ = [
    "FEWEST_OF_RATIO",
    "WARDS",
    "Change",
    "Column",
    "Head",
    "Kind",
    "Reading",
    "Row",
    "Told",
    "changes",
    "columns",
    "digest",
    "final_due",
    "lines",
    "preliminary_due",
    "read",
    "row_of",
    "told",
    "working_days_after",
]
