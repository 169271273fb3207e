"""Who may see what of plans that are shared, of evaluations, and of who typed what."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies import policies as core
from subsidies.evaluation import states
from subsidies.evaluation.models import PlanEvaluation, PlanShare


def is_advisor(actor: Actor) -> bool:
    """Whether the actor acts as an advisor."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.ADVISOR)


def visible_shares(actor: Actor) -> QuerySet[PlanShare]:
    """What is shared with the advisor now; of a firm and its ward also what was."""
    rows = PlanShare.objects.select_related("advisor")
    if is_advisor(actor):
        rows = rows.filter(advisor_id=actor.user_id, ended_at=None)
        # An advisor of one ward works for that ward; one of all wards for each.
        return rows if actor.ward_id is None else rows.filter(ward_id=actor.ward_id)
    return rows.filter(application__in=core.visible_applications(actor))


def visible_evaluations(actor: Actor) -> QuerySet[PlanEvaluation]:
    """The advisor's own; for the firm and the ward those that were handed over."""
    rows = PlanEvaluation.objects.select_related("evaluator")
    if is_advisor(actor):
        return rows.filter(share__in=visible_shares(actor), evaluator_id=actor.user_id)
    return rows.filter(status=states.SUBMITTED, application__in=core.visible_applications(actor))


def get_share(actor: Actor, **lookup: Any) -> PlanShare:
    """One visible share. Raises PlanShare.DoesNotExist."""
    return visible_shares(actor).get(**lookup)
