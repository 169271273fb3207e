"""Tables of the subsidies: schemes and calls, applications, decisions, money."""

from subsidies.models.applications import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Correction,
    DocumentCheck,
    ExpenseLine,
    Message,
)
from subsidies.models.decisions import BudgetEntry, Decision
from subsidies.models.figures import FigureConfirmation
from subsidies.models.grants import Grant
from subsidies.models.schemes import Call, Scheme, SchemeVersion
from subsidies.models.wards import ApprovalLimit, DocumentTemplate, WardRules

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationVersion",
    "ApprovalLimit",
    "BudgetEntry",
    "Call",
    "Correction",
    "Decision",
    "DocumentCheck",
    "DocumentTemplate",
    "ExpenseLine",
    "FigureConfirmation",
    "Grant",
    "Message",
    "Scheme",
    "SchemeVersion",
    "WardRules",
]
