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

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationVersion",
    "BudgetEntry",
    "Call",
    "Correction",
    "Decision",
    "DocumentCheck",
    "ExpenseLine",
    "FigureConfirmation",
    "Grant",
    "Message",
    "Scheme",
    "SchemeVersion",
]
