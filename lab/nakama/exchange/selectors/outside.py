"""What the pages of 取引の成立の申告 show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lab.nakama import states as profiles
from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import OutsideMatch
from lab.nakama.models import CapabilityProfile, Process
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs import corporate_numbers
from programs.models import Firm
from programs.rules import fold

SHOWN, MOST = 100, 20


@dataclass(frozen=True, slots=True)
class Found:
    """A firm that may be chosen; `about` is the number or the ward, to tell two of one name apart."""

    key: UUID
    name: str
    about: str


def families() -> Mapping[str, str]:
    """Groups of processes: code → name in the language of the page."""
    rows = Process.objects.filter(parent=None).order_by("order")
    return {row.code: row.display_name for row in rows}


def to_confirm(actor: Actor) -> QuerySet[OutsideMatch]:
    """For the menu: what the other side has declared and the firm has to confirm."""
    rows = policies.visible_matches(actor).filter(status=states.CLAIMED)
    return rows.exclude(claimed_by_id=policies.firm_of(actor))


def listed(actor: Actor) -> list[OutsideMatch]:
    """The latest: one query. What waits for the firm comes first."""
    rows = list(policies.visible_matches(actor)[:SHOWN])
    own = actor.firm_id if policies.is_firm(actor) else None
    return sorted(rows, key=lambda row: not (row.status == states.CLAIMED and row.asked == own))


def firms_for(actor: Actor, text: str) -> list[Found]:
    """Firms for which staff may declare, by a part of the name or the number: those of their ward."""
    if not text.strip() or not policies.may_keep_matches(actor):
        return []
    with acting(actor.elevated()):
        rows = Firm.objects.filter(is_active=True, search_text__contains=fold(text))
        if actor.ward_id is not None:
            rows = rows.filter(wards__ward_id=actor.ward_id)
        return [_found(row) for row in rows.order_by("name_kana", "pk")[:MOST]]


def partners_for(actor: Actor, text: str, firm_id: int) -> list[Found]:
    """Firms that show what they can make, by a part of the name; any firm of the register by its number."""
    text = text.strip()
    if not text:
        return []
    with acting(actor.elevated()):
        rows = Firm.objects.filter(is_active=True).exclude(pk=firm_id)
        try:
            rows = rows.filter(corporate_number=corporate_numbers.parse(text))
        except corporate_numbers.NotACorporateNumber:
            listed_firms = CapabilityProfile.objects.filter(status__in=profiles.LISTED)
            rows = rows.filter(
                search_text__contains=fold(text), pk__in=listed_firms.values("firm_id")
            )
        return [_found(row) for row in rows.order_by("name_kana", "pk")[:MOST]]


def firm_named(actor: Actor, key: Any) -> Firm | None:
    """The firm with that public key, as the system; None where there is none or the key is none."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        return None
    with acting(actor.elevated()):
        return Firm.objects.only("public_id", "name").filter(public_id=wanted).first()


def own_firm(actor: Actor) -> Firm:
    """The firm that acts."""
    return Firm.objects.only("public_id", "name").get(pk=policies.firm_of(actor))


def _found(row: Firm) -> Found:
    return Found(row.public_id, row.name, row.address)
