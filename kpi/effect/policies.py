"""Policy staff have evaluations made and hand out bundles; officials and auditors read results."""

from typing import Any

from django.db.models import QuerySet

from kpi.effect.models import Bundle, Evaluation
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing

READERS = (Hat.WARD, Hat.POLICY, Hat.AUDITOR)


def may_order(actor: Actor) -> bool:
    """Start and stop evaluations, make bundles."""
    return actor.hat == Hat.POLICY and actor.user_id is not None


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def visible_evaluations(actor: Actor) -> QuerySet[Evaluation]:
    """Results without names: everybody's who works with figures."""
    rows = Evaluation.objects.all()
    return rows if actor.hat in (*READERS, Hat.SYSTEM) else rows.none()


def get_evaluation(actor: Actor, **lookup: Any) -> Evaluation:
    """One of them. Raises Evaluation.DoesNotExist."""
    return visible_evaluations(actor).get(**lookup)


def visible_bundles(actor: Actor) -> QuerySet[Bundle]:
    """Who got data for what: policy staff and auditors."""
    rows = Bundle.objects.all()
    return rows if actor.hat in (Hat.POLICY, Hat.AUDITOR, Hat.SYSTEM) else rows.none()
