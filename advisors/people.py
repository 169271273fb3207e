"""Who gets a notice of this room."""

import datetime as dt

from django.db.models import Q

from advisors.models import Engagement, TeamMember
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from programs.models import FirmMembership


def firm_people(firm_id: int) -> list[int]:
    """User ids of the firm's live members."""
    rows = FirmMembership.objects.filter(firm_id=firm_id, valid_to=None, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


def ward_people(ward_id: int, role: Role, today: dt.date) -> list[int]:
    """User ids of those who hold the role in the ward today."""
    rows = Assignment.objects.live_on(today).filter(
        ward_id=ward_id, role=role, user__is_active=True
    )
    return sorted(set(rows.values_list("user_id", flat=True)))


def may_mend(user_id: int, ward_id: int, today: dt.date) -> bool:
    """Whether somebody is still an advisor of the ward, who can open the visit and correct it."""
    rows = Assignment.objects.live_on(today).filter(
        Q(ward_id=ward_id) | Q(ward_id=None),
        user_id=user_id,
        role=Role.ADVISOR,
        user__is_active=True,
    )
    return bool(rows.exists())


def team_people(engagement: Engagement) -> list[int]:
    """User ids of the team as it is now."""
    rows = TeamMember.objects.filter(engagement=engagement, until=None)
    return list(rows.values_list("user_id", flat=True))
