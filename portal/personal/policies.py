"""Who decides about a request: the administrators of the ward it went to, else the system's."""

import uuid

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.personal.models import DeletionRequest


def visible_requests(actor: Actor) -> QuerySet[DeletionRequest]:
    """Requests the actor decides about. The administrators' hat has no ward: read as the system."""
    if actor.hat == Hat.WARD and actor.has_role(Role.WARD_ADMIN) and actor.ward_id is not None:
        return DeletionRequest.objects.filter(ward_id=actor.ward_id)
    if actor.hat == Hat.ADMIN and actor.has_role(Role.SYSADMIN):
        return DeletionRequest.objects.filter(ward_id=None)
    return DeletionRequest.objects.none()


def get_request(actor: Actor, public_id: uuid.UUID) -> DeletionRequest:
    """One of them. Raises DeletionRequest.DoesNotExist."""
    with acting(actor.elevated()):
        return visible_requests(actor).select_related("person").get(public_id=public_id)
