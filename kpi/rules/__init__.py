"""Pure rules of the indicators."""

from kpi.rules.figure import Figure
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
from kpi.rules.ratios import (
    Answer,
    FeltShare,
    Gap,
    Growth,
    Side,
    Sum,
    Weighted,
    felt_share,
    growth_gap,
    productivity_growth,
    survey_share,
    tenths,
    tenths_text,
)
from kpi.rules.targets import TargetPath, allocate, together

__all__ = [
    "REPORTED",
    "STAGES",
    "Answer",
    "Completed",
    "FeltShare",
    "Figure",
    "Followed",
    "Gap",
    "Growth",
    "Invested",
    "Joined",
    "Match",
    "Share",
    "Side",
    "Sum",
    "TargetPath",
    "Weighted",
    "allocate",
    "anniversary",
    "changes",
    "felt_share",
    "follow",
    "growth_gap",
    "new_matches",
    "percent_text",
    "productivity_growth",
    "share",
    "survey_share",
    "tenths",
    "tenths_text",
    "together",
]
