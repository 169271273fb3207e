"""Who has the officials' search at all; what it finds is for the rooms' own policies to say."""

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

OFFICE_HATS = frozenset({Hat.WARD, Hat.AUDITOR, Hat.SUPPORT})
# Of the outside helpers those who read cards of firms.
OFFICE_ROLES = frozenset(
    {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.AUDITOR, Role.ADVISOR}
)


def searches_office(actor: Actor) -> bool:
    """Whether the box stands in the head of the actor's pages."""
    return actor.hat in OFFICE_HATS and actor.has_role(*OFFICE_ROLES)
