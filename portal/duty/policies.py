"""Who has an inbox, who stands in for whom, who tells the wards something."""

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

OFFICIALS = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})
# Everybody of the staff for whom something may wait.
WORKING = frozenset({Hat.WARD, Hat.REVIEW, Hat.SUPPORT, Hat.POLICY})


def is_official(actor: Actor) -> bool:
    """Whether the actor works for a ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*OFFICIALS)
