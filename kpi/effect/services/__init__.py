"""Writes of the room: evaluations and bundles."""

from kpi.effect.services.bundles import bundle_make
from kpi.effect.services.runs import (
    STEPS,
    Refused,
    evaluation_cancel,
    evaluation_now,
    evaluation_start,
    evaluation_work,
    lost,
    step_of,
)

__all__ = [
    "STEPS",
    "Refused",
    "bundle_make",
    "evaluation_cancel",
    "evaluation_now",
    "evaluation_start",
    "evaluation_work",
    "lost",
    "step_of",
]
