"""The rules of a scheme version as data, parsed and checked.

A ward's 要綱 differs in rate, cap, floor, tax mode, where amounts are cut off, what is asked and
what must be attached (domain.md A3–A5). All of it is JSON in `SchemeVersion.rules`; this package
gives it types and says in plain words what is wrong with it.
"""

from subsidies.rules.scheme.papers import STANDARD as STANDARD_FORMS
from subsidies.rules.scheme.problems import InvalidRules, RuleProblem
from subsidies.rules.scheme.rules import SchemeRules
from subsidies.rules.scheme.types import (
    ASSET_UNIT_YEN,
    BUDGET_TASK,
    CLASSES,
    FILES_TASK,
    GENERAL,
    GRADUATE,
    KINDS,
    OPERATORS,
    PLAN_EVALUATION,
    RESERVED_TASKS,
    RETENTION_CLASS,
    Category,
    Condition,
    Criterion,
    Document,
    MailText,
    Operator,
    PaperForm,
    Prerequisite,
    Question,
    QuestionKind,
    QuoteRule,
    RateVariant,
    ReapplyBar,
    RecoveryRule,
    RoundPoint,
    StackRule,
    Task,
    TaxMode,
    UsedGoods,
)

__all__ = [
    "ASSET_UNIT_YEN",
    "BUDGET_TASK",
    "CLASSES",
    "FILES_TASK",
    "GENERAL",
    "GRADUATE",
    "KINDS",
    "OPERATORS",
    "PLAN_EVALUATION",
    "RESERVED_TASKS",
    "RETENTION_CLASS",
    "STANDARD_FORMS",
    "Category",
    "Condition",
    "Criterion",
    "Document",
    "InvalidRules",
    "MailText",
    "Operator",
    "PaperForm",
    "Prerequisite",
    "Question",
    "QuestionKind",
    "QuoteRule",
    "RateVariant",
    "ReapplyBar",
    "RecoveryRule",
    "RoundPoint",
    "RuleProblem",
    "SchemeRules",
    "StackRule",
    "Task",
    "TaxMode",
    "UsedGoods",
]
