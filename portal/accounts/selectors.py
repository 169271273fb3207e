"""What the staff screens show, and who is asked to confirm which role."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from portal.accounts import policies, roles
from portal.accounts.hats import ward_name
from portal.accounts.models import (
    Assignment,
    AssignmentQuerySet,
    Invitation,
    User,
    oldest_confirmation,
)
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One role of one person, as listed. `is_due`: to be confirmed soon, or asleep already."""

    assignment: Assignment
    role: str
    place: str
    is_held: bool
    is_due: bool
    is_asleep: bool

    @property
    def label(self) -> str:
        return label(self.assignment)


def label(assignment: Assignment) -> str:
    """「墨田区 担当」; roles for all wards stand alone."""
    place = ward_name(assignment.ward_id) if assignment.ward_id else ""
    return f"{place} {roles.label(assignment.role)}".strip()


def people(actor: Actor, *, role: str = "") -> AssignmentQuerySet:
    """Roles within the actor's scope, not revoked, by place and person; of one kind or all."""
    found = policies.assignments(actor).filter(revoked_at=None)
    if role in Role:
        found = found.filter(role=role)
    ordered = found.order_by("ward_id", "user__name_kana", "user_id", "role")
    return ordered.select_related("user", "confirmed_by")


def roles_present(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the roles somebody holds within the actor's scope."""
    codes = people(actor).order_by("role").values_list("role", flat=True).distinct()
    return [(code, roles.label(code)) for code in codes]


def held(actor: Actor, today: dt.date) -> AssignmentQuerySet:
    """Those of them that count today, awake or asleep; what must be confirmed first comes first."""
    return people(actor).held_on(today).order_by("confirmed_on", "user__name_kana", "user_id", "pk")


def to_confirm(actor: Actor, today: dt.date) -> AssignmentQuerySet:
    """Roles of others that are asleep or due within the notice, and wait for this actor.

    A system administrator is asked only where no other administrator of the ward can be.
    """
    rows = _due(held(actor, today), today).exclude(user_id=policies.person_id(actor))
    if actor.hat != Hat.ADMIN:
        return rows
    colleagues = _administrators(today).filter(role=Role.WARD_ADMIN, ward_id=OuterRef("ward_id"))
    return rows.exclude(Exists(colleagues.exclude(user_id=OuterRef("user_id"))))


def due(today: dt.date) -> AssignmentQuerySet:
    """All roles that are asleep or due within the notice."""
    return _due(Assignment.objects.held_on(today), today).select_related("user")


def confirmers(assignments: Iterable[Assignment], today: dt.date) -> dict[int, list[User]]:
    """Who may confirm each role (by its key): others who administer the ward, else the system."""
    by_place: dict[int | None, list[User]] = defaultdict(list)
    for held_by in _administrators(today).select_related("user").order_by("user__name_kana", "pk"):
        by_place[held_by.ward_id].append(held_by.user)

    def others(assignment: Assignment, place: int | None) -> list[User]:
        return [user for user in by_place[place] if user.pk != assignment.user_id]

    return {row.pk: others(row, row.ward_id) or others(row, None) for row in assignments}


def _due(rows: AssignmentQuerySet, today: dt.date) -> AssignmentQuerySet:
    notice = dt.timedelta(days=settings.ROLE_CONFIRMATION_NOTICE_DAYS)
    return rows.filter(confirmed_on__lte=oldest_confirmation(today) + notice)


def _administrators(today: dt.date) -> AssignmentQuerySet:
    """Roles whose holders confirm others'; a system administrator's has no ward."""
    return Assignment.objects.live_on(today).filter(
        role__in=[Role.WARD_ADMIN, Role.SYSADMIN], user__is_active=True
    )


def rows(assignments: Iterable[Assignment], *, today: dt.date) -> list[PersonRow]:
    """As listed on the pages."""
    notice = dt.timedelta(days=settings.ROLE_CONFIRMATION_NOTICE_DAYS)
    return [
        PersonRow(
            assignment=assignment,
            role=roles.label(assignment.role),
            place=ward_name(assignment.ward_id) if assignment.ward_id else "",
            is_held=assignment.held_on(today),
            is_due=assignment.held_on(today) and assignment.confirm_by <= today + notice,
            is_asleep=assignment.held_on(today) and assignment.confirm_by < today,
        )
        for assignment in assignments
    ]


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role of the person that must be confirmed. `ask` names who can; empty: nobody yet."""

    row: PersonRow
    ask: str


def own_due(user_id: int, today: dt.date) -> list[OwnRole]:
    """The person's roles that are asleep or due within the notice, the most urgent first."""
    mine = list(due(today).filter(user_id=user_id).order_by("confirmed_on", "pk"))
    who = confirmers(mine, today) if mine else {}
    return [
        OwnRole(row, _("、").join(user.name for user in who[row.assignment.pk]))
        for row in rows(mine, today=today)
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
    live = Assignment.objects.live_on(today).filter(ward_id=ward_id, role__in=list(held))
    people_ids = live.values("user_id")
    return User.objects.filter(pk__in=people_ids, is_active=True).order_by("name_kana", "pk")
