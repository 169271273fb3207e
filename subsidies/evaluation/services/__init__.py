"""The acts of a plan evaluation; each is one transaction, with the actor as an argument."""

from subsidies.evaluation.services.advice import comment_add, evaluation_save, evaluation_submit
from subsidies.evaluation.services.sharing import advisors_of, plan_share, plan_share_end

__all__ = [
    "advisors_of",
    "comment_add",
    "evaluation_save",
    "evaluation_submit",
    "plan_share",
    "plan_share_end",
]
