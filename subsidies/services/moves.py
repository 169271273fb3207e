"""Small steps that several services share around a transition."""

from typing import Any

from django.db import models

from portal.kernel import audit, outbox, transitions
from portal.kernel.actor import Actor
from subsidies import states
from subsidies.models import Application
from subsidies.services.errors import NewerVersion


def person(actor: Actor) -> int:
    """The user id of whoever acts; what needs a person cannot be done by a job. Raises RoleMissing."""
    if actor.user_id is None:
        raise transitions.RoleMissing
    return actor.user_id


def require(actor: Actor, application: Application, action: str) -> None:
    """Refuse early what the transition would refuse in the end. Raises RoleMissing, StaleState."""
    move = states.APPLICATION.transition(action)
    if not move.open_to(transitions.roles_of(actor)):
        raise transitions.RoleMissing
    if application.status not in move.sources:
        raise transitions.StaleState


def check_version(application: Application, seen: int | None) -> None:
    """Raises NewerVersion when `seen`, the number of the version on the official's page, is not
    the last one any more. None compares nothing. The caller holds the application's lock."""
    if seen is None:
        return
    last = application.versions.order_by("-number").values_list("number", flat=True)[0]
    if seen != last:
        raise NewerVersion(last)


def apply(actor: Actor, application: Application, action: str, **kwargs: Any) -> None:
    """`transitions.apply` on the applications' table."""
    transitions.apply(
        table=states.APPLICATION, instance=application, action=action, actor=actor, **kwargs
    )


def tell(
    actor: Actor,
    obj: models.Model,
    *,
    action: str,
    event: str,
    payload: dict[str, Any],
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """The event and the audit row of an act that moves no status."""
    outbox.publish(
        name=event, subject=obj.pk, ward_id=getattr(obj, "ward_id", None), payload=payload
    )
    audit.record(actor=actor, action=action, obj=obj, reason=reason, detail=detail)
