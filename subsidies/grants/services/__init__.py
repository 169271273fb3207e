"""The acts after the decision; each is one transaction, with the actor as an argument."""

from subsidies.grants.services.claim import claim_account_save, claim_account_show
from subsidies.grants.services.completion import completion_line_save, inspection_save
from subsidies.grants.services.filings import (
    filing_accept,
    filing_begin,
    filing_confirm,
    filing_document_attach,
    filing_document_remove,
    filing_drop,
    filing_return,
    filing_save,
    filing_submit,
)
from subsidies.grants.services.payment import advance_record, payment_record, payments_record
from subsidies.grants.services.recovery import recovery_payment_record, recovery_propose
from subsidies.grants.services.revocation import (
    hearing_ask,
    hearing_close,
    hearing_state,
    revocation_propose,
)
from subsidies.grants.services.rulings import (
    filing_propose,
    ruling_approve,
    ruling_propose,
    ruling_send_back,
)
from subsidies.grants.services.running import progress_request, progress_request_recall
from subsidies.grants.services.visits import (
    visit_call_off,
    visit_photo_add,
    visit_plan,
    visit_record,
    visit_settle,
)

__all__ = [
    "advance_record",
    "claim_account_save",
    "claim_account_show",
    "completion_line_save",
    "filing_accept",
    "filing_begin",
    "filing_confirm",
    "filing_document_attach",
    "filing_document_remove",
    "filing_drop",
    "filing_propose",
    "filing_return",
    "filing_save",
    "filing_submit",
    "hearing_ask",
    "hearing_close",
    "hearing_state",
    "inspection_save",
    "payment_record",
    "payments_record",
    "progress_request",
    "progress_request_recall",
    "recovery_payment_record",
    "recovery_propose",
    "revocation_propose",
    "ruling_approve",
    "ruling_propose",
    "ruling_send_back",
    "visit_call_off",
    "visit_photo_add",
    "visit_plan",
    "visit_record",
    "visit_settle",
]
