"""Who has an inbox, who stands in for whom, who tells the wards something."""

from portal.accounts.roles import Role
from portal.duty.models import Absence, Announcement
from portal.duty.models.absences import AbsenceQuerySet
from portal.kernel.actor import Actor, Hat
from subsidies.obligations import policies as obligations

OFFICIALS = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})
# Everybody of the staff for whom something may wait.
WORKING = frozenset({Hat.WARD, Hat.REVIEW, Hat.SUPPORT, Hat.POLICY})


def is_official(actor: Actor) -> bool:
    """Whether the actor works for a ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*OFFICIALS)


def may_record_for(actor: Actor, user_id: int) -> bool:
    """Everybody for themselves, a ward's administrator for whoever is ill."""
    own = is_official(actor) and actor.user_id == user_id
    return own or (is_official(actor) and actor.has_role(Role.WARD_ADMIN))


def visible_absences(actor: Actor) -> AbsenceQuerySet:
    """The ward's for its officials; auditors and the system all."""
    rows = Absence.objects.all()
    if is_official(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def may_hand_over(actor: Actor) -> bool:
    """Who may give obligations and applications to somebody else."""
    return is_official(actor) and obligations.may_hand_over(actor)


def reads_announcements(actor: Actor) -> bool:
    """Officials and policy staff: they post them, too. Nobody else, and never a firm."""
    return is_official(actor) or (actor.hat == Hat.POLICY and actor.has_role(Role.POLICY))


def may_withdraw(actor: Actor, row: Announcement) -> bool:
    """The author; a ward's administrator whatever the ward has posted, policy staff each other's:
    authors move on, and what is wrong comes down all the same.
    """
    if not reads_announcements(actor):
        return False
    if row.author_id == actor.user_id:
        return True
    if actor.hat == Hat.POLICY:
        return row.ward_id is None
    return row.ward_id == actor.ward_id and actor.has_role(Role.WARD_ADMIN)
