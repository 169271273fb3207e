"""A graduation is followed up; one that was revoked is not."""

from dojo.followup import services
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

ACTOR = Actor.system("followup")


@handles("dojo.graduated", name="followup.plan")
def graduated(event: OutboxEvent) -> None:
    """Three surveys fall due."""
    services.surveys_plan(actor=ACTOR, graduation_id=event.payload["graduation_id"])


@handles("dojo.graduation_revoked", name="followup.void")
def graduation_revoked(event: OutboxEvent) -> None:
    """Nobody is asked any more."""
    services.surveys_void(actor=ACTOR, graduation_id=event.payload["graduation_id"])
