"""Whom of a firm no mail reaches, and what they should know all the same."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.notices import selectors as notices
from portal.notices import topics
from portal.notices.models import DeadAddress, Notice
from portal.notices.services import address_alive
from programs.models import Firm, FirmMembership, FirmWard
from programs.policies import visible_firms

ROLES = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
# A page that one works off; what is beyond comes up as the first lines go.
MOST = 200
# 期限: an urgent notice is told within three days, an address asked for within two weeks.
TELL_WITHIN, MEND_WITHIN = dt.timedelta(days=3), dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Unreached:
    """An urgent notice that waits for a call or a letter, and the firm of its reader. `subject` is
    only its kind where the notice may be of another ward (`is_hidden`).
    """

    notice: Notice
    firm: Firm
    dead: DeadAddress
    until: dt.date
    subject: str
    is_hidden: bool


def may_tell(actor: Actor) -> bool:
    """Whether the actor calls or writes to firms of the own ward."""
    return actor.hat == Hat.WARD and actor.has_role(*ROLES)


def dead_of(actor: Actor, firm: Firm) -> list[DeadAddress]:
    """Addresses of the firm and its people that take no mail; for officials, whom row policies show
    those of the firms they see.
    """
    if actor.hat != Hat.WARD:
        return []
    members = FirmMembership.objects.filter(firm=firm, valid_to=None)
    return notices.dead_among(list(members.values_list("user_id", flat=True)), firm.email)


def unreached(actor: Actor) -> list[Unreached]:
    """Of all firms of the ward, the oldest first; a person of two firms stands under the first.

    A notice names no ward: of somebody whose firms are another ward's as well, only its kind is told.
    """
    if actor.ward_id is None or not may_tell(actor):
        return []
    rows = list(untold(actor).select_related("recipient__dead_address")[:MOST])
    firms = Firm.objects.in_bulk({row.firm_id for row in rows})
    hidden = _of_two_wards(actor, {row.recipient_id for row in rows})
    return [_line(row, firms[row.firm_id], row.recipient_id in hidden) for row in rows]


def _line(row: Any, firm: Firm, is_hidden: bool) -> Unreached:
    subject = str(topics.label_of(row.topic)) if is_hidden else row.subject
    return Unreached(row, firm, row.recipient.dead_address, tell_by(row), subject, is_hidden)


def _of_two_wards(actor: Actor, people: Collection[int]) -> set[int]:
    """Those of the people whom another ward knows, too."""
    with acting(actor.elevated()):
        places = FirmWard.objects.exclude(ward_id=actor.ward_id or 0).values("firm_id")
        known = FirmMembership.objects.filter(user__in=people, valid_to=None, firm__in=places)
        return set(known.values_list("user_id", flat=True))


def untold(actor: Actor) -> QuerySet[Any]:
    """Notices that wait for a call or a letter, each with `firm_id` and `firm_name`. Row policies show
    officials those of their ward alone.
    """
    members = FirmMembership.objects.filter(
        user=OuterRef("recipient"), valid_to=None, firm__wards__ward_id=actor.ward_id or 0
    ).order_by("firm_id")
    return (
        notices.untold()
        .exclude(recipient_id=actor.user_id)
        .annotate(
            firm_id=Subquery(members.values("firm_id")[:1]),
            firm_name=Subquery(members.values("firm__name")[:1]),
        )
        .filter(firm_id__isnull=False)
    )


def tell_by(notice: Notice) -> dt.date:
    """By when somebody has called or written."""
    return clock.to_date(notice.created_at + TELL_WITHIN)


def dead_firms(actor: Actor) -> QuerySet[Any]:
    """Firms of the ward whose address on the register is dead, each with `dead_at` and `dead_code`."""
    small = Lower("email")
    flags = DeadAddress.objects.filter(user=None)
    flag = flags.filter(address=Lower(OuterRef("email")))
    return (
        visible_firms(actor)
        .annotate(small=small)
        .filter(small__in=flags.values("address"))
        .annotate(
            dead_at=Subquery(flag.values("found_at")[:1]),
            dead_code=Subquery(flag.values("code")[:1]),
        )
        .order_by("dead_at", "pk")
    )


def address_mended(actor: Actor, public_id: uuid.UUID) -> Firm:
    """An official has asked the firm: its address is right. Raises Firm.DoesNotExist."""
    firm = dead_firms(actor).get(public_id=public_id)
    address_alive(actor=actor, address=firm.email, owner=firm)
    return firm
