"""Who may hand out which role where, and who may see it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from portal.accounts.models import Assignment, AssignmentQuerySet, Invitation
from portal.accounts.roles import (
    FIRM_ROLES,
    GRANTABLE_IN_WARD,
    STAFF_ROLES,
    Role,
    scope_error,
)
from portal.kernel.actor import Actor, Hat


def person_id(actor: Actor) -> int:
    """The person who acts. Raises PermissionDenied for visitors and for the system."""
    if actor.user_id is None:
        raise PermissionDenied
    return actor.user_id


def grantable(actor: Actor) -> frozenset[Role]:
    """The roles this actor may hand out (in the place of the hat; a system administrator anywhere)."""
    if actor.hat == Hat.SYSTEM:
        return frozenset(Role)
    if actor.hat == Hat.ADMIN and actor.has_role(Role.SYSADMIN):
        return STAFF_ROLES
    if actor.hat == Hat.WARD and actor.has_role(Role.WARD_ADMIN):
        return GRANTABLE_IN_WARD
    if actor.hat == Hat.FIRM and actor.has_role(Role.FIRM_OWNER):
        return FIRM_ROLES
    return frozenset()


def may_grant(
    actor: Actor, role: Role, *, ward_id: int | None = None, firm_id: int | None = None
) -> bool:
    """Whether the actor may hand out `role` there."""
    if role not in grantable(actor) or scope_error(role, ward_id=ward_id, firm_id=firm_id):
        return False
    if actor.hat == Hat.WARD:
        return ward_id == actor.ward_id
    if actor.hat == Hat.FIRM:
        return firm_id == actor.firm_id
    return True


def may_manage_people(actor: Actor) -> bool:
    """Whether the actor may see and change who holds staff roles."""
    return bool(grantable(actor) & STAFF_ROLES)


def assignments(actor: Actor) -> AssignmentQuerySet:
    """Roles that the actor may see, confirm and revoke (the last two: not the own)."""
    if not may_manage_people(actor):
        return Assignment.objects.none()
    if actor.hat == Hat.WARD:
        return Assignment.objects.filter(ward_id=actor.ward_id, role__in=GRANTABLE_IN_WARD)
    return Assignment.objects.all()


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations that the actor may see and withdraw."""
    scope = {
        Hat.WARD: Q(ward_id=actor.ward_id),
        Hat.FIRM: Q(firm_id=actor.firm_id),
        Hat.ADMIN: Q(firm_id=None),
        Hat.SYSTEM: Q(),
    }.get(actor.hat)
    if scope is None or not grantable(actor):
        return Invitation.objects.none()
    return Invitation.objects.filter(scope, role__in=grantable(actor))
