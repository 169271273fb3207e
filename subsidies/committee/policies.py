"""Who may see what of a review: the members what was given to them, the ward what is not secret."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.committee import states
from subsidies.committee.models import Assignment, Case, ReviewRound, SheetVersion
from subsidies.policies import is_office, of_ward


def is_member(actor: Actor) -> bool:
    """Whether the actor acts as a committee member of a ward."""
    return actor.hat == Hat.REVIEW and actor.has_role(Role.COMMITTEE)


def visible_rounds(actor: Actor) -> QuerySet[ReviewRound]:
    """Every review the actor may see; a member those opened that they belong to, in this ward."""
    rows = ReviewRound.objects.select_related("call", "version__scheme")
    if is_member(actor):
        return rows.filter(
            opened_at__isnull=False, members__user_id=actor.user_id, ward_id=actor.ward_id
        )
    return of_ward(rows, actor)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Cases of visible reviews; a member sees those assigned to them."""
    rows = Case.objects.all()
    if is_member(actor):
        return rows.filter(assignments__in=own_assignments(actor).exclude(status=states.EXCLUDED))
    return of_ward(rows, actor)


def own_assignments(actor: Actor) -> QuerySet[Assignment]:
    """The member's own, of reviews of this ward that have been opened."""
    if not is_member(actor):
        return Assignment.objects.none()
    return Assignment.objects.filter(
        user_id=actor.user_id, ward_id=actor.ward_id, round__opened_at__isnull=False
    )


def visible_assignments(actor: Actor) -> QuerySet[Assignment]:
    """Who reviews what and how far they are: the own, as chair the whole review, as official all."""
    rows = Assignment.objects.all()
    if is_member(actor):
        chaired = Q(round__members__user_id=actor.user_id, round__members__is_chair=True)
        return rows.filter(
            Q(user_id=actor.user_id) | chaired,
            ward_id=actor.ward_id,
            round__opened_at__isnull=False,
        ).distinct()
    return of_ward(rows, actor)


def visible_sheets(actor: Actor) -> QuerySet[SheetVersion]:
    """Submitted sheets: the own; others' only when nobody owes one any more.

    A member reads others' sheets of the cases they have scored themselves.
    """
    rows = SheetVersion.objects.all()
    revealed = Q(case__round__revealed_at__isnull=False)
    if is_member(actor):
        scored = own_assignments(actor).filter(status=states.SUBMITTED).values("case_id")
        return rows.filter(
            Q(user_id=actor.user_id) | revealed & Q(case_id__in=scored), ward_id=actor.ward_id
        )
    if is_office(actor):
        return rows.filter(revealed, ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def get_round(actor: Actor, *, lock: bool = False, **lookup: Any) -> ReviewRound:
    """One visible review, locked where asked. Raises ReviewRound.DoesNotExist."""
    rows = visible_rounds(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_own(actor: Actor, *, lock: bool = False, **lookup: Any) -> Assignment:
    """One of the member's own assignments. Raises Assignment.DoesNotExist."""
    rows = own_assignments(actor).select_related("case", "member", "round__version__scheme")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
