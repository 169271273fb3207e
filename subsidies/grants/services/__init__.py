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
from subsidies.grants.services.rulings import ruling_approve, ruling_propose, ruling_send_back

__all__ = [
    "filing_accept",
    "filing_begin",
    "filing_document_attach",
    "filing_document_remove",
    "filing_drop",
    "filing_return",
    "filing_save",
    "filing_submit",
    "ruling_approve",
    "ruling_propose",
    "ruling_send_back",
]
