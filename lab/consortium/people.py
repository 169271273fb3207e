"""Who gets a notice of this room. For handlers, which run as the system."""

from collections.abc import Collection

from django.db.models import QuerySet

from lab.consortium.codes import INSTITUTIONS
from lab.consortium.models import Contact
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from programs.models import FirmMembership


def firm_people(firm_ids: Collection[int]) -> list[int]:
    """User ids of the firms' live members."""
    rows = FirmMembership.objects.filter(firm_id__in=firm_ids, valid_to=None, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


def member_people(member_id: int | None) -> list[int]:
    """User ids of a member's people who sign in."""
    return _people(Contact.objects.filter(member_id=member_id))


def institution_people() -> list[int]:
    """Of all schools and 公設試."""
    return _people(Contact.objects.filter(member__kind__in=INSTITUTIONS, member__left_on=None))


def everybody() -> list[int]:
    """Of all members."""
    return _people(Contact.objects.filter(member__left_on=None))


def signing_in() -> QuerySet[Contact]:
    """Contacts who can open a page today: the role itself may have been taken away or have run out."""
    held = Assignment.objects.live_on(clock.today()).filter(role=Role.PARTNER)
    return Contact.objects.filter(
        ended_at=None, user__is_active=True, user_id__in=held.values("user_id")
    )


def _people(rows: QuerySet[Contact]) -> list[int]:
    found = signing_in().filter(pk__in=rows.values("pk"))
    return list(found.values_list("user_id", flat=True))
