"""What the wards are told, and what the reader has read."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.duty.models import Announcement, ReadMark
from portal.duty.policies import reads_announcements
from portal.kernel.actor import Actor, Hat

SHOWN = 50
# So many unread ones stand beside the inbox.
BESIDE = 3


def visible_announcements(actor: Actor) -> QuerySet[Any]:
    """Those for the reader's ward, and the own ward's; all for policy staff. With `is_read`."""
    mine = ReadMark.objects.filter(announcement=OuterRef("pk"), user_id=actor.user_id or 0)
    rows = Announcement.objects.annotate(is_read=Exists(mine))
    if not reads_announcements(actor):
        return rows.none()
    if actor.hat == Hat.WARD:
        ward = actor.ward_id or 0
        rows = rows.filter(Q(wards=[]) | Q(wards__contains=[ward]) | Q(ward_id=ward))
    return rows


def board(actor: Actor, today: dt.date) -> list[Any]:
    """What is shown today, the unread first; what the reader posted is there before its day."""
    rows = visible_announcements(actor).select_related("ward")
    own = Q(author_id=actor.user_id, until_on__gte=today, withdrawn_at=None)
    shown = rows.filter(own | Q(pk__in=Announcement.objects.shown_on(today).values("pk")))
    return list(shown.order_by("is_read", "-from_on", "-pk")[:SHOWN])


def unread(actor: Actor, today: dt.date) -> list[Any]:
    """The newest that the reader has not read, for the side of the inbox: one query."""
    if not reads_announcements(actor):
        return []
    shown = Announcement.objects.shown_on(today).values("pk")
    rows = visible_announcements(actor).filter(is_read=False, pk__in=shown)
    return list(rows.exclude(author_id=actor.user_id).order_by("-from_on", "-pk")[:BESIDE])
