"""Pure rules of the indicators."""

from kpi.rules.matches import Match, new_matches
from kpi.rules.membership import Joined, changes
from kpi.rules.outcome import (
    REPORTED,
    STAGES,
    Completed,
    Followed,
    Invested,
    Share,
    anniversary,
    follow,
    percent_text,
    share,
)
from kpi.rules.targets import allocate

__all__ = [
    "REPORTED",
    "STAGES",
    "Completed",
    "Followed",
    "Invested",
    "Joined",
    "Match",
    "Share",
    "allocate",
    "anniversary",
    "changes",
    "follow",
    "new_matches",
    "percent_text",
    "share",
]
