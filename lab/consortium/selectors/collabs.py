"""Joint developments, meetings and documents as the pages read them."""

from django.db.models import QuerySet

from lab.consortium import policies
from lab.consortium.models import Collab, CollabParty, Document, MeetingAction, Member, Minutes
from lab.consortium.rules.counting import Party, independent, keys_of
from portal.kernel.actor import Actor

SHOWN = 200


def listed(actor: Actor) -> QuerySet[Collab]:
    """With their parties."""
    return policies.visible_collabs(actor).prefetch_related("parties")


def firms_counted(parties: list[CollabParty]) -> int:
    """How many independent firms these are."""
    keys = keys_of((one.firm_id, one.name) for one in parties)
    return independent(Party(key, one.group) for key, one in zip(keys, parties, strict=True))


def members() -> list[tuple[int, str]]:
    """All who belong to it, as choices."""
    return list(Member.objects.filter(left_on=None).values_list("pk", "name"))


def minutes_of(meeting_id: int) -> list[Minutes]:
    """All versions, the newest first, with who was there."""
    rows = Minutes.objects.filter(meeting_id=meeting_id)
    return list(rows.prefetch_related("attended__member"))


def open_actions(actor: Actor) -> QuerySet[MeetingAction]:
    """What the actor's member has to do; what all have to do, for the secretariat."""
    rows = MeetingAction.objects.filter(done_at=None).select_related("meeting", "member")
    if policies.is_staff(actor):
        return rows
    member = policies.own_member(actor)
    return rows.filter(member=member) if member else rows.none()


def documents(actor: Actor) -> QuerySet[Document]:
    """With whom they are for, as far as the actor may read it."""
    return policies.visible_documents(actor).prefetch_related("readers__member")
