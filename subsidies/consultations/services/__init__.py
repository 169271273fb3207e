"""The acts of the consultations."""

from subsidies.consultations.services.records import (
    MOST_NOTE,
    MOST_REASON,
    consultation_record,
    consultation_withdraw,
)
from subsidies.consultations.services.ticking import ticks_make

__all__ = [
    "MOST_NOTE",
    "MOST_REASON",
    "consultation_record",
    "consultation_withdraw",
    "ticks_make",
]
