"""What the pages show of a shared plan, its evaluation, and who typed what. Fixed numbers of queries."""

from subsidies.evaluation.selectors.authors import AuthorRow, authors
from subsidies.evaluation.selectors.evaluations import (
    SOURCE,
    EvaluationRead,
    evaluations,
    is_evaluated,
    last_evaluation,
    reading,
)
from subsidies.evaluation.selectors.plans import (
    EXPENSES,
    PlanField,
    PlanSection,
    SharedPlan,
    anchors,
    firm_comments,
    is_changed,
    plan_digest,
    shared_application,
    shared_plan,
)
from subsidies.evaluation.selectors.shares import (
    SharedRow,
    due_of,
    evaluators,
    firm_shares,
    outdated_shares,
    shared_rows,
    state_of,
    waiting,
)

__all__ = [
    "EXPENSES",
    "SOURCE",
    "AuthorRow",
    "EvaluationRead",
    "PlanField",
    "PlanSection",
    "SharedPlan",
    "SharedRow",
    "anchors",
    "authors",
    "due_of",
    "evaluations",
    "evaluators",
    "firm_comments",
    "firm_shares",
    "is_changed",
    "is_evaluated",
    "last_evaluation",
    "outdated_shares",
    "plan_digest",
    "reading",
    "shared_application",
    "shared_plan",
    "shared_rows",
    "state_of",
    "waiting",
]
