"""Who gets a notice of this room."""

from collections.abc import Iterable

from programs.models import FirmMembership


def firm_people(firm_id: int) -> list[int]:
    """User ids of the firm's live members."""
    return people_of([firm_id])


def people_of(firm_ids: Iterable[int]) -> list[int]:
    """User ids of the live members of these firms."""
    rows = FirmMembership.objects.filter(
        firm_id__in=list(firm_ids), valid_to=None, user__is_active=True
    )
    return list(rows.values_list("user_id", flat=True))
