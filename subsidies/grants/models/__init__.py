"""Tables of what happens after the decision: filings of the firm, rulings and visits of the ward."""

from subsidies.grants.models.filings import Filing, FilingDocument, FilingVersion
from subsidies.grants.models.payments import (
    ClaimAccount,
    Hearing,
    Inspection,
    Payment,
    Recovery,
    RecoveryPayment,
)
from subsidies.grants.models.rulings import Ruling
from subsidies.grants.models.visits import ProgressRequest, SiteVisit, VisitPhoto, open_request

__all__ = [
    "ClaimAccount",
    "Filing",
    "FilingDocument",
    "FilingVersion",
    "Hearing",
    "Inspection",
    "Payment",
    "ProgressRequest",
    "Recovery",
    "RecoveryPayment",
    "Ruling",
    "SiteVisit",
    "VisitPhoto",
    "open_request",
]
