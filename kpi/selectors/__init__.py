"""Reading indicators for the dashboard: a few queries, whatever the number of wards and facts."""

from kpi.selectors.cohorts import PARTS, Cohort, Part, cohorts, outcome_day, ward_cohorts
from kpi.selectors.progress import (
    MONTHS,
    Beside,
    Coverage,
    Progress,
    WardCount,
    coverage,
    grant_targets,
    progress,
    ward_counts,
)
from kpi.selectors.quotients import RatioValue, State, ratios, ward_ratios

__all__ = [
    "MONTHS",
    "PARTS",
    "Beside",
    "Cohort",
    "Coverage",
    "Part",
    "Progress",
    "RatioValue",
    "State",
    "WardCount",
    "cohorts",
    "coverage",
    "grant_targets",
    "outcome_day",
    "progress",
    "ratios",
    "ward_cohorts",
    "ward_counts",
    "ward_ratios",
]
