"""The acts of the diagnosis; each is one transaction, with the actor as an argument."""

from programs.diagnosis.services.answering import (
    Saved,
    brought_up,
    diagnosis_discard,
    diagnosis_finish,
    diagnosis_start,
    page_save,
    ticks_save,
)
from programs.diagnosis.services.consents import consent_end, consent_give, diagnosis_read
from programs.diagnosis.services.errors import NotSaved, Refused, Stale, Unfinished
from programs.diagnosis.services.taking import reminder_set, trial_take_over
from programs.diagnosis.services.versions import version_save

__all__ = [
    "NotSaved",
    "Refused",
    "Saved",
    "Stale",
    "Unfinished",
    "brought_up",
    "consent_end",
    "consent_give",
    "diagnosis_discard",
    "diagnosis_finish",
    "diagnosis_read",
    "diagnosis_start",
    "page_save",
    "reminder_set",
    "ticks_save",
    "trial_take_over",
    "version_save",
]
