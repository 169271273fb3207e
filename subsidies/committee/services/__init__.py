"""The acts of a review; each is one transaction, with the actor as an argument."""

from subsidies.committee.services.assignments import (
    assignment_add,
    assignment_exclude,
    assignment_reinstate,
    document_release,
    dossier_renew,
)
from subsidies.committee.services.draw import Drawn, round_prepare
from subsidies.committee.services.rounds import (
    candidates,
    member_add,
    member_remove,
    round_change,
    round_close,
    round_create,
    round_open,
)
from subsidies.committee.services.sheets import (
    Entry,
    StaleSheet,
    case_viewed,
    declare,
    sheet_reopen,
    sheet_save,
    sheet_submit,
)

__all__ = [
    "Drawn",
    "Entry",
    "StaleSheet",
    "assignment_add",
    "assignment_exclude",
    "assignment_reinstate",
    "candidates",
    "case_viewed",
    "declare",
    "document_release",
    "dossier_renew",
    "member_add",
    "member_remove",
    "round_change",
    "round_close",
    "round_create",
    "round_open",
    "round_prepare",
    "sheet_reopen",
    "sheet_save",
    "sheet_submit",
]
