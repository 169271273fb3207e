"""Who sees what is kept, who holds, proposes, approves: officials of the ward; auditors read."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from subsidies.policies import is_office, of_ward
from subsidies.retention.models import Disposal, Hold, KeptCase


def may_hold(actor: Actor) -> bool:
    """Whether the actor stops a disposal, or lets it go on."""
    return is_office(actor)


def may_prepare(actor: Actor) -> bool:
    """Whether the actor proposes a disposal."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def may_approve(actor: Actor) -> bool:
    """Whether the actor decides what another person proposed."""
    return is_office(actor) and actor.has_role(Role.APPROVER)


def visible_kept(actor: Actor) -> QuerySet[KeptCase]:
    """Cases that have ended, of the own ward; auditors and the system all."""
    return of_ward(KeptCase.objects.all(), actor)


def visible_holds(actor: Actor) -> QuerySet[Hold]:
    """Holds of the own ward's cases."""
    return of_ward(Hold.objects.all(), actor)


def visible_disposals(actor: Actor) -> QuerySet[Disposal]:
    """Disposals of the own ward."""
    return of_ward(Disposal.objects.all(), actor)


def get_disposal(actor: Actor, *, lock: bool = False, **lookup: Any) -> Disposal:
    """One visible disposal, locked where asked. Raises Disposal.DoesNotExist."""
    rows = visible_disposals(actor).select_related("prepared_by", "approved_by")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
