"""Who sees and changes a ward's schemes, calls and budgets."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.office.models import Revision, Trial
from subsidies.policies import of_ward

EDITORS = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
# 予算: the ward's administrator answers for it.
BUDGET_ROLES = frozenset({Role.WARD_ADMIN})


def visible_schemes(actor: Actor) -> QuerySet[Scheme]:
    """The ward's own schemes; all for auditors."""
    return of_ward(Scheme.objects.all(), actor)


def published_versions() -> QuerySet[SchemeVersion]:
    """The newest published version of every scheme of every ward: they are public."""
    newest = SchemeVersion.objects.filter(
        scheme=OuterRef("scheme"), published_at__isnull=False
    ).order_by("-number")
    return SchemeVersion.objects.filter(pk=Subquery(newest.values("pk")[:1]))


def visible_calls(actor: Actor) -> QuerySet[Call]:
    """The ward's own calls; all for auditors."""
    return of_ward(Call.objects.all(), actor)


def visible_revisions(actor: Actor) -> QuerySet[Revision]:
    """Revisions of the ward's own schemes."""
    return of_ward(Revision.objects.all(), actor)


def visible_trials(actor: Actor) -> QuerySet[Trial]:
    """Trials of the ward's own revisions."""
    return of_ward(Trial.objects.all(), actor)


def get_revision(actor: Actor, *, lock: bool = False, **lookup: Any) -> Revision:
    """One visible revision, locked where asked. Raises Revision.DoesNotExist."""
    rows = visible_revisions(actor).select_related("scheme", "based_on__scheme")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def may_edit(actor: Actor) -> bool:
    """Whether the actor works on schemes and calls of the ward."""
    return actor.hat == Hat.WARD and actor.has_role(*EDITORS)


def may_publish(actor: Actor) -> bool:
    """Whether the actor publishes what others have edited."""
    return actor.hat == Hat.WARD and actor.has_role(Role.APPROVER)


def may_budget(actor: Actor) -> bool:
    """Whether the actor changes a call's budget and dates."""
    return actor.hat == Hat.WARD and actor.has_role(*BUDGET_ROLES)
