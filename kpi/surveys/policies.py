"""Who sees which wave and firm, who plans and runs one, who types answers in."""

from typing import Any

from django.db.models import QuerySet

from kpi.surveys import states
from kpi.surveys.models import Asked, Response, Wave
from portal.kernel.actor import Actor, Hat

ALL_SEEING = frozenset({Hat.AUDITOR, Hat.SYSTEM})


def visible_waves(actor: Actor) -> QuerySet[Wave]:
    """Officials: those their ward is in. Policy staff and auditors all; a firm those that asked it."""
    rows = Wave.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(places__ward_id=actor.ward_id)
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(asked__firm_id=actor.firm_id)
    return rows if actor.hat in ALL_SEEING | {Hat.POLICY} else rows.none()


def visible_asked(actor: Actor) -> QuerySet[Asked]:
    """The ward's firms, the firm's own; no firm for policy staff."""
    rows = Asked.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_responses(actor: Actor) -> QuerySet[Response]:
    """Single answers: the firm's own; the ward's as long as the firm lets it.

    An answer that came without consent stays unread when a later one comes with it. Auditors all.
    """
    rows = Response.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id, is_linked=True, asked__is_linked=True)
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return rows if actor.hat in ALL_SEEING else rows.none()


def may_plan(actor: Actor) -> bool:
    """Whether the actor plans waves: officials for their ward, policy staff for several."""
    return actor.hat in {Hat.WARD, Hat.POLICY} and actor.has_role(*states.PLANNERS)


def may_run(actor: Actor, wave: Wave) -> bool:
    """Whether the actor opens, extends, closes it: its own ward, or policy staff."""
    if not may_plan(actor):
        return False
    return wave.ward_id == (actor.ward_id if actor.hat == Hat.WARD else None)


def may_enter(actor: Actor, asked: Asked) -> bool:
    """Whether the actor types in what a firm wrote or said."""
    own = actor.hat == Hat.WARD and asked.ward_id == actor.ward_id
    return own and actor.has_role(*states.OFFICE)


def get_wave(actor: Actor, **lookup: Any) -> Wave:
    """One visible wave. Raises Wave.DoesNotExist."""
    return visible_waves(actor).select_related("questionnaire").get(**lookup)


def get_asked(actor: Actor, **lookup: Any) -> Asked:
    """One visible firm of a wave. Raises Asked.DoesNotExist."""
    return visible_asked(actor).select_related("wave__questionnaire").get(**lookup)
