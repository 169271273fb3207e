"""What the staff screens show."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.accounts import policies, roles
from portal.accounts.hats import ward_name
from portal.accounts.models import Assignment, Invitation, User
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One role of one person, as listed."""

    assignment: Assignment
    role: str
    place: str
    is_live: bool


def people(actor: Actor) -> QuerySet[Assignment]:
    """Roles held within the actor's scope, not revoked, by place and person."""
    return (
        policies.assignments(actor)
        .filter(revoked_at=None)
        .select_related("user")
        .order_by("ward_id", "user__name_kana", "user_id", "role")
    )


def rows(assignments: Iterable[Assignment], *, today: dt.date) -> list[PersonRow]:
    """As listed on the page."""
    return [
        PersonRow(
            assignment=assignment,
            role=roles.label(assignment.role),
            place=ward_name(assignment.ward_id) if assignment.ward_id else "",
            is_live=assignment.live_on(today),
        )
        for assignment in assignments
    ]


def open_invitations(actor: Actor, *, now: dt.datetime) -> list[tuple[Invitation, str, str]]:
    """(invitation, role, place) of every link that would still work, the newest first."""
    # The administrator's hat has no ward, so the row policies alone would show it nothing.
    with acting(actor.elevated()):
        found = policies.invitations(actor).filter(
            accepted_at=None, revoked_at=None, expires_at__gt=now
        )
        return [
            (row, roles.label(row.role), ward_name(row.ward_id) if row.ward_id else "")
            for row in found.order_by("-created_at")
        ]


def people_with_role(ward_id: int, held: Iterable[str], today: dt.date) -> QuerySet[User]:
    """Active people who hold one of the roles in the ward today, by reading of their names."""
    live = Assignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        ward_id=ward_id,
        role__in=list(held),
        valid_from__lte=today,
        revoked_at=None,
    )
    people_ids = live.values("user_id")
    return User.objects.filter(pk__in=people_ids, is_active=True).order_by("name_kana", "pk")
