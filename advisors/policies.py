"""Who sees and does what: rows and answers from the same facts."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from advisors import states
from advisors.models import (
    Advisor,
    Engagement,
    EngagementChange,
    FeeTable,
    NextAction,
    SupportRequest,
    TeamMember,
    Visit,
)
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing

OFFICE_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})


def is_advisor(actor: Actor) -> bool:
    """Whether the actor acts as an advisor."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.ADVISOR)


def is_firm(actor: Actor) -> bool:
    """Whether the actor acts for a firm."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None


def is_office(actor: Actor) -> bool:
    """Whether the actor works in a ward's office."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*OFFICE_ROLES)


def may_handle(actor: Actor) -> bool:
    """Whether the actor handles requests, teams and visits of the ward."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def may_keep_registry(actor: Actor) -> bool:
    """Whether the actor keeps the ward's 名簿 and drafts its 謝金表."""
    return is_office(actor) and actor.has_role(Role.REVIEWER, Role.WARD_ADMIN)


def may_approve(actor: Actor) -> bool:
    """Whether the actor approves what another official proposed."""
    return is_office(actor) and actor.has_role(Role.APPROVER)


def reads_barriers(actor: Actor) -> bool:
    """Whether the actor reads counts over all wards."""
    return is_office(actor) or actor.hat in {Hat.POLICY, Hat.AUDITOR}


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def person(actor: Actor) -> int:
    """The user id of whoever acts. Raises RoleMissing for a job."""
    if actor.user_id is None:
        raise RoleMissing
    return actor.user_id


def own_ward(actor: Actor) -> int:
    """The ward for which the actor acts. Raises RoleMissing."""
    if actor.ward_id is None:
        raise RoleMissing
    return actor.ward_id


def _scoped(rows: QuerySet, actor: Actor) -> QuerySet:
    """The firm's own, the ward's, or all for auditors and the system."""
    if is_firm(actor):
        return rows.filter(firm_id=actor.firm_id)
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def _hat_ward(rows: QuerySet, actor: Actor) -> QuerySet:
    """An advisor of one ward works for that ward; one of all wards for each."""
    return rows if actor.ward_id is None else rows.filter(ward_id=actor.ward_id)


def visible_advisors(actor: Actor) -> QuerySet[Advisor]:
    """The own entry; for a ward those it may send."""
    rows = Advisor.objects.select_related("user")
    if is_advisor(actor):
        return rows.filter(user_id=person(actor))
    if is_office(actor):
        return rows.filter(Q(ward_id=own_ward(actor)) | Q(wards__contains=own_ward(actor)))
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_fees(actor: Actor) -> QuerySet[FeeTable]:
    """The ward's fee tables; advisors read those that hold."""
    rows = FeeTable.objects.all()
    if is_office(actor):
        return rows.filter(ward_id=own_ward(actor))
    if is_advisor(actor):
        return _hat_ward(rows.exclude(published_at=None), actor)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_requests(actor: Actor) -> QuerySet[SupportRequest]:
    """Of the firm, or of the ward."""
    return _scoped(SupportRequest.objects.all(), actor)


def visible_engagements(actor: Actor) -> QuerySet[Engagement]:
    """Of the firm, of the ward, or those in which the advisor is or was in the team."""
    if is_advisor(actor):
        mine = TeamMember.objects.filter(user_id=person(actor)).values("engagement_id")
        return _hat_ward(Engagement.objects.filter(pk__in=mine), actor)
    return _scoped(Engagement.objects.all(), actor)


def visible_visits(actor: Actor) -> QuerySet[Visit]:
    """With the engagement; whoever left the team reads their own alone."""
    rows = Visit.objects.all()
    if is_advisor(actor):
        now = TeamMember.objects.filter(user_id=person(actor), until=None).values("engagement_id")
        return _hat_ward(rows.filter(Q(advisor_id=person(actor)) | Q(engagement__in=now)), actor)
    return _scoped(rows, actor)


def visible_actions(actor: Actor) -> QuerySet[NextAction]:
    """With the visits."""
    if is_advisor(actor):
        return NextAction.objects.filter(visit__in=visible_visits(actor))
    return _scoped(NextAction.objects.all(), actor)


def visible_changes(actor: Actor) -> QuerySet[EngagementChange]:
    """The ward's own business; the firm and the team learn of what was approved."""
    rows = EngagementChange.objects.all()
    return _scoped(rows, actor) if not is_firm(actor) else rows.none()


def get_engagement(actor: Actor, *, lock: bool = False, **lookup: Any) -> Engagement:
    """One visible engagement. Raises Engagement.DoesNotExist."""
    rows = visible_engagements(actor)
    return (rows.select_for_update() if lock else rows).get(**lookup)


def get_request(actor: Actor, *, lock: bool = False, **lookup: Any) -> SupportRequest:
    """One visible request. Raises SupportRequest.DoesNotExist."""
    rows = visible_requests(actor)
    return (rows.select_for_update() if lock else rows).get(**lookup)


def get_visit(actor: Actor, *, lock: bool = False, **lookup: Any) -> Visit:
    """One visible visit. Raises Visit.DoesNotExist."""
    rows = visible_visits(actor).select_related("engagement", "advisor")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def member_on(actor: Actor, engagement: Engagement, day: dt.date) -> TeamMember | None:
    """The advisor's own place in the team: that of the day, else the last one."""
    rows = list(
        TeamMember.objects.filter(engagement=engagement, user_id=person(actor))
        .select_related("advisor")
        .order_by("since", "pk")
    )
    of_day = [row for row in rows if row.since <= day and (row.until is None or day <= row.until)]
    return (of_day or rows)[-1] if rows else None


def is_open(engagement: Engagement) -> bool:
    """Whether the engagement goes on."""
    return engagement.status in states.PHASES
