"""Who gets a notice about an application."""

import datetime as dt
from collections.abc import Collection

from portal.accounts import presence
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from programs.models import FirmMembership
from subsidies.models import Application


def firm_people(firm_id: int) -> list[int]:
    """User ids of the firm's live members."""
    rows = FirmMembership.objects.filter(firm_id=firm_id, valid_to=None, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


def ward_people(ward_id: int, roles: Collection[str], today: dt.date) -> list[int]:
    """User ids of those who hold one of the roles in the ward today."""
    rows = Assignment.objects.live_on(today).filter(
        ward_id=ward_id, role__in=roles, user__is_active=True
    )
    return sorted(set(rows.values_list("user_id", flat=True)))


def in_charge(application: Application, today: dt.date) -> list[int]:
    """The person in charge with who stands in today; all reviewers of the ward while there is none,
    or while the one there was serves it no more (人事異動).
    """
    present = ward_people(application.ward_id, {Role.REVIEWER}, today)
    if application.assignee_id in present:
        away = presence.deputies(application.ward_id, [application.assignee_id], today)
        return [application.assignee_id, *away.values()]
    return present
