"""Who may see and settle findings: officials of the application's ward; auditors read."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.policies import is_office, of_ward
from subsidies.watch.models import Finding, LimitsVersion, Trace


def may_settle(actor: Actor) -> bool:
    """Whether the actor writes down what becomes of a finding."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def may_set_limits(actor: Actor) -> bool:
    """Whether the actor says from where on the ward is told."""
    return actor.hat == Hat.WARD and actor.has_role(Role.WARD_ADMIN)


def visible_limits(actor: Actor) -> QuerySet[LimitsVersion]:
    """The versions of the own ward; auditors and the system all."""
    return of_ward(LimitsVersion.objects.all(), actor)


def visible_findings(actor: Actor) -> QuerySet[Finding]:
    """Findings on the own ward's applications; auditors all."""
    return of_ward(Finding.objects.all(), actor)


def visible_traces(actor: Actor) -> QuerySet[Trace]:
    """Keys of the own ward's applications; auditors all."""
    return of_ward(Trace.objects.all(), actor)


def get_finding(actor: Actor, *, lock: bool = False, **lookup: Any) -> Finding:
    """One visible finding, locked where asked. Raises Finding.DoesNotExist."""
    rows = visible_findings(actor).select_related("application")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
