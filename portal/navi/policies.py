"""Who sees which result: the firm its own, auditors and the system all."""

from django.db.models import QuerySet

from portal.kernel.actor import Actor, Hat
from portal.navi.models import NaviResult


def visible_results(actor: Actor) -> QuerySet[NaviResult]:
    """Every result that the actor may see."""
    rows = NaviResult.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def may_keep(actor: Actor) -> bool:
    """Whether the actor keeps results: anybody of a firm."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None
