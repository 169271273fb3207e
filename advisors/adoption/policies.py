"""Who reads of a tool, and who writes: the firm, the team of today; officials of the ward read."""

from typing import Any

from django.db.models import QuerySet

from advisors import policies as support
from advisors.adoption.models import Tool
from advisors.models import Engagement, TeamMember
from portal.kernel.actor import Actor, Hat

is_advisor, is_firm, is_office = support.is_advisor, support.is_firm, support.is_office
require, person = support.require, support.person


def reads_figures(actor: Actor) -> bool:
    """Whether the actor reads the figures of all wards, without names."""
    return support.reads_barriers(actor)


def reads_lists(actor: Actor) -> bool:
    """Whether the actor reads the ward's list of tools."""
    return is_office(actor) or actor.hat == Hat.AUDITOR


def visible_tools(actor: Actor) -> QuerySet[Tool]:
    """The firm's own, the team's, the ward's; auditors and the system all."""
    rows = Tool.objects.all()
    if is_firm(actor) and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_advisor(actor):
        rows = rows.filter(engagement__in=_own_teams(actor))
        # An advisor of one ward works for that ward; one of all wards for each.
        return rows if actor.ward_id is None else rows.filter(ward_id=actor.ward_id)
    if is_office(actor):
        return rows.filter(ward_id=support.own_ward(actor))
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def get_tool(actor: Actor, *, lock: bool = False, **lookup: Any) -> Tool:
    """One visible tool with its engagement. Raises Tool.DoesNotExist."""
    rows = visible_tools(actor).select_related("engagement")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def visible_cases(actor: Actor) -> QuerySet[Engagement]:
    """The engagements whose tools the actor reads: whoever left the team reads of them no more."""
    rows = support.visible_engagements(actor)
    return rows.filter(pk__in=_own_teams(actor)) if is_advisor(actor) else rows


def get_case(actor: Actor, **lookup: Any) -> Engagement:
    """One of them. Raises Engagement.DoesNotExist."""
    return visible_cases(actor).get(**lookup)


def may_write(actor: Actor, engagement: Engagement) -> bool:
    """The firm as long as it likes; its advisors while the support goes on."""
    if is_firm(actor):
        return engagement.firm_id == actor.firm_id
    if not is_advisor(actor) or not support.is_open(engagement):
        return False
    return _own_teams(actor).filter(engagement_id=engagement.pk).exists()


def _own_teams(actor: Actor) -> QuerySet[Any, Any]:
    rows = TeamMember.objects.filter(user_id=person(actor), until=None)
    return rows.values("engagement_id")
