"""Indicator definitions in one readable place, versioned.

Source of names and targets: 支援策① to ③ of the founding document 001; of formulas and edge rules:
the indicator specification (kpi_matching.md 1b). Five data-quality fields are mandatory for each
(verification, source, accuracy needed, limits, compensation), after GAO-15-788.
"""

from kpi.indicators.grants import GRANTS
from kpi.indicators.lab import LAB
from kpi.indicators.model import (
    Indicator,
    Kind,
    Level,
    Once,
    Outcome,
    Part,
    Quality,
    Ratio,
    cases,
)
from kpi.indicators.people import INVESTED, PEOPLE
from kpi.indicators.ratios import RATIOS

INDICATORS: tuple[Indicator, ...] = (*GRANTS, *PEOPLE, *LAB)
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def counted_by(event_type: str, stage: int) -> list[Indicator]:
    """The indicators that a fact of this type and stage counts for."""
    return [
        indicator
        for indicator in INDICATORS
        if event_type in indicator.event_types and indicator.stage in (None, stage)
    ]


__all__ = [
    "BY_CODE",
    "INDICATORS",
    "INVESTED",
    "RATIOS",
    "Indicator",
    "Kind",
    "Level",
    "Once",
    "Outcome",
    "Part",
    "Quality",
    "Ratio",
    "cases",
    "counted_by",
]
