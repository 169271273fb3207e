"""The acts of the worksheets; each is one transaction, with the actor as an argument."""

from dojo.worksheets.services.consents import consent_end, consent_give, group_read, sheet_read
from dojo.worksheets.services.handing import worksheet_hand_in, worksheet_reopen
from dojo.worksheets.services.remarks import (
    MOST_BODY,
    remark_write,
    worksheet_mark,
    worksheet_return,
)
from dojo.worksheets.services.writing import (
    Kept,
    Stale,
    privacy_save,
    step_save,
    worksheet_discard,
    worksheet_start,
)

__all__ = [
    "MOST_BODY",
    "Kept",
    "Stale",
    "consent_end",
    "consent_give",
    "group_read",
    "privacy_save",
    "remark_write",
    "sheet_read",
    "step_save",
    "worksheet_discard",
    "worksheet_hand_in",
    "worksheet_mark",
    "worksheet_reopen",
    "worksheet_return",
    "worksheet_start",
]
