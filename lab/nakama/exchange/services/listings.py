"""A surplus or a need is put on the board, and taken off again."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import Listing, ListingOwner, Pairing
from lab.nakama.exchange.services.errors import Refused
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.models import Firm, Site

MOST_OPEN = 100
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Material:
    """A listing as typed. `price_yen`: asked for a surplus, the most paid for a need; per unit."""

    kind: str
    material: str
    shape: str
    a_mm: int
    unit: str
    quantity: int
    ward_id: int
    until: dt.date
    contact_name: str
    contact_phone: str
    b_mm: int = 0
    length_mm: int = 0
    price_yen: int | None = None


def wards_of(firm_id: int) -> list[int]:
    """Where the firm's material can lie: the wards of its open sites."""
    rows = Site.objects.filter(firm_id=firm_id, closed_on=None)
    return sorted(set(rows.values_list("ward_id", flat=True)))


def listing_add(*, actor: Actor, given: Material) -> Listing:
    """Put it on the board; a partner is looked for at once. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    _check(firm, given, clock.today())
    with transaction.atomic(), acting(actor.elevated()):
        row = Listing.objects.create(
            ward_id=given.ward_id,
            kind=given.kind,
            material=given.material,
            shape=given.shape,
            a_mm=given.a_mm,
            b_mm=given.b_mm,
            length_mm=given.length_mm,
            unit=given.unit,
            quantity=given.quantity,
            left=given.quantity,
            price_yen=(given.price_yen or 0) if given.kind == Listing.Kind.SURPLUS else 0,
            until=given.until,
        )
        ListingOwner.objects.create(
            listing=row,
            ward_id=given.ward_id,
            firm=firm,
            firm_name=firm.name,
            contact_name=plain(given.contact_name, 60),
            contact_phone=plain(given.contact_phone, 20),
            most_yen=given.price_yen if given.kind == Listing.Kind.NEED else None,
            listed_by_id=policies.person(actor),
        )
        outbox.publish(
            name="exchange.listed",
            subject=row.pk,
            ward_id=row.ward_id,
            payload={"listing_id": row.pk, "ward_id": row.ward_id},
        )
        audit.record(actor=actor, action="exchange.listed", obj=row)
        return row


def listing_withdraw(*, actor: Actor, listing_id: int) -> Listing:
    """Take it off the board; who was asked about it is told. Raises StaleState, RoleMissing."""
    policies.require(policies.is_firm(actor) or policies.is_staff(actor))
    policies.get_listing(actor, pk=listing_id)
    with transaction.atomic(), acting(actor.elevated()):
        open_ = Pairing.objects.select_for_update().filter(status=states.PROPOSED)
        asked = [*open_.filter(surplus_id=listing_id), *open_.filter(need_id=listing_id)]
        row = Listing.objects.select_for_update().get(pk=listing_id)
        transitions.apply(table=states.LISTING, instance=row, action="withdraw", actor=actor)
        for pairing in asked:
            cancel(actor, pairing)
        return row


def cancel(actor: Actor, pairing: Pairing) -> None:
    """A proposal whose listing has left the board."""
    transitions.apply(
        table=states.PAIRING,
        instance=pairing,
        action="cancel",
        actor=actor,
        payload={"pairing_id": pairing.pk, "ward_id": pairing.ward_id},
    )


def _check(firm: Firm, given: Material, today: dt.date) -> None:
    if given.ward_id not in wards_of(firm.pk):
        raise Refused(_("この区には事業所の登録がありません。事業所のある区を選んでください。"))
    if not today <= given.until <= today + dt.timedelta(MOST_DAYS):
        raise Refused(_("期限は、今日から1年以内の日にしてください。"))
    if given.quantity < 1 or given.a_mm < 1:
        raise Refused(_("数量と太さ・厚さは1以上にしてください。"))
    mine = Listing.objects.filter(owner__firm_id=firm.pk, status=states.OPEN)
    if mine.count() >= MOST_OPEN:
        raise Refused(
            _("掲載は同時に%(most)d件までです。終わった掲載を取り下げてください。")
            % {"most": MOST_OPEN}
        )
