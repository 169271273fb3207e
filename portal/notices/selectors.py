"""Reading notices."""

from portal.notices.models import Notice


def unread_count(user_id: int, *, at_most: int = 99) -> int:
    """How many unread notices a person has, counted up to `at_most` + 1."""
    return Notice.objects.filter(recipient_id=user_id, read_at=None)[: at_most + 1].count()
