"""Whom of a firm no mail reaches, and what they should know all the same. Row policies hide notices
from officials; who may see which firm is asked first, and only then is looked as the system.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.notices import selectors as notices
from portal.notices import topics
from portal.notices.models import DeadAddress, Notice
from programs.models import Firm, FirmMembership, FirmWard
from programs.policies import visible_firms

ROLES = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
# A page that one works off; what is beyond comes up as the first lines go.
MOST = 200


@dataclass(frozen=True, slots=True)
class Unreached:
    """An urgent notice that waits for a call or a letter, and the firm of its reader. `subject` is
    only its kind where the notice may be of another ward (`is_hidden`).
    """

    notice: Notice
    firm: Firm
    dead: DeadAddress
    subject: str
    is_hidden: bool


def may_tell(actor: Actor) -> bool:
    """Whether the actor calls or writes to firms of the own ward."""
    return actor.hat == Hat.WARD and actor.has_role(*ROLES)


def dead_of(actor: Actor, firm: Firm) -> list[DeadAddress]:
    """The firm's people whose address takes no mail; for officials who may see the firm."""
    if actor.hat != Hat.WARD or not visible_firms(actor).filter(pk=firm.pk).exists():
        return []
    with acting(actor.elevated()):
        people = FirmMembership.objects.filter(firm=firm, valid_to=None)
        return list(notices.dead_among(people.values_list("user_id", flat=True)))


def unreached(actor: Actor) -> list[Unreached]:
    """Of all firms of the ward, the oldest first; a person of two firms stands under the first.

    A notice names no ward: of somebody whose firms are another ward's as well, only its kind is told.
    """
    if actor.ward_id is None or not may_tell(actor):
        return []
    places = visible_firms(actor).order_by().values("pk")
    with acting(actor.elevated()):
        # The system sees all wards: the ward is asked by name.
        members = FirmMembership.objects.filter(
            firm__wards__ward_id=actor.ward_id, firm__in=places, valid_to=None
        ).select_related("firm")
        firms: dict[int, Firm] = {}
        flagged = DeadAddress.objects.values("user_id")
        for row in members.filter(user__in=flagged).order_by("-firm_id"):
            firms[row.user_id] = row.firm
        rows = notices.untold().filter(recipient__in=list(firms))
        rows = rows.select_related("recipient__dead_address")[:MOST]
        return list(_rows(rows, firms, _of_two_wards(firms, actor.ward_id)))


def _of_two_wards(people: Collection[int], ward_id: int) -> set[int]:
    """Those of the people whom another ward knows, too."""
    places = FirmWard.objects.exclude(ward_id=ward_id).values("firm_id")
    known = FirmMembership.objects.filter(user__in=list(people), valid_to=None, firm__in=places)
    return set(known.values_list("user_id", flat=True))


def _rows(
    found: Iterable[Notice], firms: dict[int, Firm], hidden: Collection[int]
) -> Iterable[Unreached]:
    for notice in found:
        reader = notice.recipient
        is_hidden = reader.pk in hidden
        subject = str(topics.label_of(notice.topic)) if is_hidden else notice.subject
        yield Unreached(notice, firms[reader.pk], reader.dead_address, subject, is_hidden)
