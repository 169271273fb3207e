"""The acts after the decision; each is one transaction, with the actor as an argument."""

from subsidies.grants.services.filings import (
    filing_accept,
    filing_begin,
    filing_document_attach,
    filing_document_remove,
    filing_drop,
    filing_return,
    filing_save,
    filing_submit,
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
    "filing_accept",
    "filing_begin",
    "filing_document_attach",
    "filing_document_remove",
    "filing_drop",
    "filing_propose",
    "filing_return",
    "filing_save",
    "filing_submit",
    "progress_request",
    "progress_request_recall",
    "ruling_approve",
    "ruling_propose",
    "ruling_send_back",
    "visit_call_off",
    "visit_photo_add",
    "visit_plan",
    "visit_record",
    "visit_settle",
]
