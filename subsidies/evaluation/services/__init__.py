"""The acts of a plan evaluation; each is one transaction, with the actor as an argument."""

from subsidies.evaluation.services.advice import (
    MOST_TEXT,
    Entry,
    StaleEvaluation,
    comment_add,
    evaluation_save,
    evaluation_submit,
    missing,
    plan_viewed,
)
from subsidies.evaluation.services.bars import Barred
from subsidies.evaluation.services.sharing import (
    SHAREABLE,
    advisors_of,
    plan_share,
    plan_share_end,
    shares_close,
)

__all__ = [
    "MOST_TEXT",
    "SHAREABLE",
    "Barred",
    "Entry",
    "StaleEvaluation",
    "advisors_of",
    "comment_add",
    "evaluation_save",
    "evaluation_submit",
    "missing",
    "plan_share",
    "plan_share_end",
    "plan_viewed",
    "shares_close",
]
