"""Who may see and settle findings: officials of the application's ward; auditors read."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.policies import CASE_ROLES
from subsidies.watch.models import Finding, Trace


def is_office(actor: Actor) -> bool:
    """Whether the actor reads findings as an official of the ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*CASE_ROLES)


def may_settle(actor: Actor) -> bool:
    """Whether the actor writes down what becomes of a finding."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def visible_findings(actor: Actor) -> QuerySet[Finding]:
    """Findings on the own ward's applications; auditors all."""
    return _of_ward(Finding.objects.all(), actor)


def visible_traces(actor: Actor) -> QuerySet[Trace]:
    """Keys of the own ward's applications; auditors all."""
    return _of_ward(Trace.objects.all(), actor)


def get_finding(actor: Actor, *, lock: bool = False, **lookup: Any) -> Finding:
    """One visible finding, locked where asked. Raises Finding.DoesNotExist."""
    rows = visible_findings(actor).select_related("application")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def _of_ward(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()
