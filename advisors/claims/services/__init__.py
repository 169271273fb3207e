"""The acts of the room; each is one transaction, with the actor as an argument."""

from advisors.claims.services.deciding import (
    claim_approve,
    claim_check,
    claim_pay,
    claim_return,
    correction_make,
    stands_at,
)
from advisors.claims.services.papers import paper_make, paper_name, papers_keep
from advisors.claims.services.taking_back import visit_take_back
from advisors.claims.services.terms import payee_save, terms_draft, terms_publish
from advisors.claims.services.writing import Report, claim_submit, report_save

__all__ = [
    "Report",
    "claim_approve",
    "claim_check",
    "claim_pay",
    "claim_return",
    "claim_submit",
    "correction_make",
    "paper_make",
    "paper_name",
    "papers_keep",
    "payee_save",
    "report_save",
    "stands_at",
    "terms_draft",
    "terms_publish",
    "visit_take_back",
]
