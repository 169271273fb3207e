"""Small steps that several services share around a transition."""

from typing import Any

from portal.kernel import transitions
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
