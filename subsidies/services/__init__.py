"""The acts of the subsidies; each is one transaction, with the actor as an argument."""

from subsidies.services.decision import decision_approve, decision_propose, proposal_return
from subsidies.services.drafts import (
    document_attach,
    document_remove,
    draft_delete,
    draft_save_answers,
    draft_save_eligibility,
    draft_save_expenses,
    draft_save_quotes,
    draft_start,
)
from subsidies.services.errors import (
    AlreadyApplied,
    AmountTooHigh,
    BudgetExceeded,
    DeadlinePassed,
    EntryAccount,
    IdempotencyConflict,
    Incomplete,
    NewerVersion,
    NotAssignable,
    NotEditable,
    NotOpenYet,
    Refused,
    StaleDraft,
)
from subsidies.services.figures import figures_confirm
from subsidies.services.messages import MESSAGES_A_DAY, message_post
from subsidies.services.review import (
    AssignResult,
    assign,
    check_finish,
    check_item_set,
    check_start,
    correctable_fields,
    correction_request,
)
from subsidies.services.schemes import call_move_deadline, schemes_load
from subsidies.services.submission import (
    application_submit,
    application_withdraw,
    correction_answer,
)

__all__ = [
    "MESSAGES_A_DAY",
    "AlreadyApplied",
    "AmountTooHigh",
    "AssignResult",
    "BudgetExceeded",
    "DeadlinePassed",
    "EntryAccount",
    "IdempotencyConflict",
    "Incomplete",
    "NewerVersion",
    "NotAssignable",
    "NotEditable",
    "NotOpenYet",
    "Refused",
    "StaleDraft",
    "application_submit",
    "application_withdraw",
    "assign",
    "call_move_deadline",
    "check_finish",
    "check_item_set",
    "check_start",
    "correctable_fields",
    "correction_answer",
    "correction_request",
    "decision_approve",
    "decision_propose",
    "document_attach",
    "document_remove",
    "draft_delete",
    "draft_save_answers",
    "draft_save_eligibility",
    "draft_save_expenses",
    "draft_save_quotes",
    "draft_start",
    "figures_confirm",
    "message_post",
    "proposal_return",
    "schemes_load",
]
