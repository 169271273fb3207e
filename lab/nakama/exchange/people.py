"""Who gets a notice of this room."""

from programs.models import FirmMembership


def firm_people(firm_id: int) -> list[int]:
    """User ids of the firm's live members."""
    rows = FirmMembership.objects.filter(firm_id=firm_id, valid_to=None, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))
