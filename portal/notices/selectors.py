"""Reading notices."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from portal.accounts.models import User
from portal.notices import topics
from portal.notices.models import APP, DeadAddress, Notice, OptOut


def unread_count(user_id: int, *, at_most: int = 99) -> int:
    """How many unread notices a person has, counted up to `at_most` + 1."""
    return Notice.objects.filter(recipient_id=user_id, read_at=None)[: at_most + 1].count()


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind of which the person has notices."""

    code: str
    label: object
    count: int


def own_notices(
    user_id: int, *, unread: bool = False, topic: str | None = None
) -> QuerySet[Notice]:
    """The person's, newest first; the unread ones, those of a kind ("" is one), or all."""
    rows = Notice.objects.filter(recipient_id=user_id).order_by("-created_at", "pk")
    if unread:
        rows = rows.filter(read_at=None)
    return rows if topic is None else rows.filter(topic=topic)


def kinds(user_id: int) -> list[KindCount]:
    """The kinds of which there is any, by name."""
    rows = (
        Notice.objects.filter(recipient_id=user_id)
        .order_by()
        .values_list("topic")
        .annotate(number=Count("pk"))
    )
    found = [KindCount(code, topics.label_of(code), number) for code, number in rows]
    return sorted(found, key=lambda kind: str(kind.label))


def dead_address(user_id: int | None) -> DeadAddress | None:
    """The flag on the address that the person has now."""
    if user_id is None:
        return None
    return DeadAddress.objects.filter(user_id=user_id, address=F("user__email")).first()


def is_dead(user: User) -> bool:
    """Whether mail to the person comes back. As the system."""
    return DeadAddress.objects.filter(user_id=user.pk, address=user.email).exists()


def dead_addresses(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that take no mail, in small letters. As the system."""
    wanted = {address.lower() for address in addresses}
    rows = DeadAddress.objects.annotate(small=Lower("address")).filter(small__in=wanted)
    alive = Q(user=None) | Q(address=F("user__email"))
    return set(rows.filter(alive).values_list("small", flat=True))


def unwilling(people: Iterable[int], topic: str) -> set[int]:
    """Those who have stopped the mails of this kind. As the system."""
    rows = OptOut.objects.filter(user_id__in=set(people), topic=topic, way=APP)
    return set(rows.values_list("user_id", flat=True))


def dead_among(people: Collection[int], address: str) -> list[DeadAddress]:
    """Those of the people whom no mail reaches, then the address that is nobody's own, if it is dead.

    By plain values: PostgreSQL finds these rows first and asks the row policy of them alone.
    """
    wanted = Q(user_id__in=people)
    if address:
        wanted |= Q(user=None, address=address.lower())
    rows = DeadAddress.objects.filter(wanted).select_related("user")
    rows = rows.order_by("user__name_kana", "user_id")
    return [row for row in rows if row.user is None or row.address == row.user.email]


def untold() -> QuerySet[Notice]:
    """Urgent notices that could not be mailed, are unread, and of which nobody has told the person
    otherwise. As the system.
    """
    return (
        Notice.objects.filter(
            outcome__in=[Notice.Outcome.PAUSED, Notice.Outcome.REFUSED],
            topic__in=topics.urgent_codes(),
            read_at=None,
            told_at=None,
            recipient__is_active=True,
            recipient__dead_address__address=F("recipient__email"),
        )
        .select_related("recipient")
        .order_by("created_at", "pk")
    )
