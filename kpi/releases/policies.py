"""Who makes, approves and reads releases, and who sets targets."""

from django.db.models import QuerySet
from django.db.models.functions import Now

from kpi.releases import states
from kpi.releases.models import Release
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing

STAFF = frozenset({Hat.WARD, Hat.POLICY, Hat.AUDITOR})
# Whoever reads the facts behind a figure: they name firms. Wards see their own.
READS_FACTS = frozenset({Hat.WARD, Hat.AUDITOR})


def may_make(actor: Actor) -> bool:
    """Policy staff, or the system (the demonstration's load)."""
    return (actor.hat == Hat.POLICY and actor.has_role(Role.POLICY)) or actor.hat == Hat.SYSTEM


def may_set_target(actor: Actor, ward_id: int) -> bool:
    """Policy staff for every ward, a ward's administrator for the own."""
    if may_make(actor):
        return True
    return actor.hat == Hat.WARD and actor.has_role(Role.WARD_ADMIN) and actor.ward_id == ward_id


def sets_targets(actor: Actor) -> bool:
    """Whether the actor sets targets of any ward."""
    return may_make(actor) or (actor.ward_id is not None and may_set_target(actor, actor.ward_id))


def require(condition: bool) -> None:
    """Raises RoleMissing."""
    if not condition:
        raise RoleMissing


def published() -> QuerySet[Release]:
    """What everybody reads: approved, and its hour has come by the database's clock."""
    return Release.objects.filter(status=states.APPROVED, public_from__lte=Now())


def visible_releases(actor: Actor) -> QuerySet[Release]:
    """All for staff, what is public for everybody else."""
    return Release.objects.all() if actor.hat in {*STAFF, Hat.SYSTEM} else published()
