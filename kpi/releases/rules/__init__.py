"""Pure rules of releases."""

from kpi.releases.rules.canonical import Column, Head, columns, digest, lines
from kpi.releases.rules.comparing import Change, changes
from kpi.releases.rules.dates import (
    final_due,
    month_end,
    preliminary_due,
    working_days_after,
)
from kpi.releases.rules.disclosure import FEWEST_OF_RATIO, Told, told
from kpi.releases.rules.reading import Kind, Reading, read

# JIS codes of the 23 wards, in the order of every array.
WARDS = tuple(range(13101, 13124))

__all__ = [
    "FEWEST_OF_RATIO",
    "WARDS",
    "Change",
    "Column",
    "Head",
    "Kind",
    "Reading",
    "Told",
    "changes",
    "columns",
    "digest",
    "final_due",
    "lines",
    "month_end",
    "preliminary_due",
    "read",
    "told",
    "working_days_after",
]
