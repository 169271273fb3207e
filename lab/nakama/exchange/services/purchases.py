"""共同購買: opened after a legal check, demands and quotes, answers. What is counted is counting.py's."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import (
    Purchase,
    PurchaseDemand,
    PurchaseItem,
    PurchaseQuote,
    PurchaseShare,
)
from lab.nakama.exchange.services.counting import move, of_staff
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.places import ward_of
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing, StaleState
from programs.models import Firm


@dataclass(frozen=True, slots=True)
class Round:
    """A round as typed; items are (name, unit)."""

    name: str
    items: Sequence[tuple[str, str]]
    closes_on: dt.date
    checked_by: str
    checked_on: dt.date


@dataclass(frozen=True, slots=True)
class Need:
    """How much of an item, and what it costs alone (円, 税抜, delivered)."""

    quantity: int
    alone_yen: int


def purchase_add(*, actor: Actor, given: Round) -> Purchase:
    """必要量の受付を始める. Raises Refused, RoleMissing."""
    ward_id = actor.ward_id
    if not policies.is_staff(actor) or ward_id is None:
        raise RoleMissing
    today = clock.today()
    if given.checked_on > today or not given.checked_by.strip():
        raise Refused(
            _("価格をまとめる前に、独占禁止法の確認が要ります。確認した人と日を入力してください。")
        )
    if given.closes_on < today:
        raise Refused(_("締切は、今日以降の日にしてください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = Purchase.objects.create(
            ward_id=ward_id,
            name=plain(given.name, 80),
            closes_on=given.closes_on,
            checked_by=plain(given.checked_by, 80),
            checked_on=given.checked_on,
            made_by_id=policies.person(actor),
        )
        PurchaseItem.objects.bulk_create(
            PurchaseItem(purchase=row, name=plain(name, 80), unit=plain(unit, 10))
            for name, unit in dict(given.items).items()
        )
        audit.record(actor=actor, action="exchange.purchase_added", obj=row)
        return row


def demand_save(*, actor: Actor, purchase_id: int, needs: Mapping[int, Need]) -> int:
    """What the firm needs, by the item's key, all of it. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    ward_id = ward_of(firm)
    with transaction.atomic(), acting(actor.elevated()):
        row = Purchase.objects.select_for_update().get(pk=purchase_id)
        if row.status != states.GATHERING or row.closes_on < clock.today():
            raise Refused(_("必要量の受付は終わっています。"))
        items = set(PurchaseItem.objects.filter(purchase=row).values_list("pk", flat=True))
        PurchaseDemand.objects.filter(purchase=row, firm=firm).delete()
        PurchaseDemand.objects.bulk_create(
            PurchaseDemand(
                purchase=row,
                item_id=item,
                ward_id=ward_id,
                firm=firm,
                quantity=need.quantity,
                alone_yen=need.alone_yen,
            )
            for item, need in needs.items()
            if item in items and need.quantity > 0
        )
        audit.record(actor=actor, action="exchange.demand_saved", obj=row)
        return len(needs)


def quote_save(
    *,
    actor: Actor,
    purchase_id: int,
    item_id: int,
    supplier: str,
    breaks: Sequence[tuple[int, int]],
    delivery_yen: int,
) -> PurchaseQuote:
    """A supplier's prices; the same supplier's older ones are replaced. Raises Refused, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = of_staff(actor, purchase_id)
        if row.status != states.GATHERING:
            raise StaleState
        levels = sorted(breaks)
        units = [unit for _least, unit in levels]
        if not levels or units != sorted(units, reverse=True):
            raise Refused(_("数量が多いほど、単価は同じか安くしてください。"))
        item = PurchaseItem.objects.get(purchase=row, pk=item_id)
        quote, _made = PurchaseQuote.objects.update_or_create(
            purchase=row,
            item=item,
            supplier=plain(supplier, 80),
            defaults={"breaks": levels, "delivery_yen": delivery_yen},
        )
        audit.record(actor=actor, action="exchange.quote_saved", obj=row, detail={"item": item.pk})
        return quote


def share_answer(*, actor: Actor, purchase_id: int, accepted: bool) -> PurchaseShare:
    """参加する or しない; may be changed until it is settled. Raises StaleState, RoleMissing."""
    firm_id = policies.firm_of(actor)
    with transaction.atomic(), acting(actor.elevated()):
        row = Purchase.objects.select_for_update().get(pk=purchase_id)
        if row.status != states.OFFERED or not row.answer_by or row.answer_by < clock.today():
            raise StaleState
        share = PurchaseShare.objects.get(purchase=row, firm_id=firm_id)
        share.accepted, share.answered_at = accepted, clock.now()
        share.save(update_fields=["accepted", "answered_at"])
        audit.record(
            actor=actor, action="exchange.share_answered", obj=row, detail={"accepted": accepted}
        )
        return share


def purchase_call_off(*, actor: Actor, purchase_id: int, reason: str) -> Purchase:
    """中止する. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic(), acting(actor.elevated()):
        row = of_staff(actor, purchase_id)
        told = plain(reason, 500)
        move(actor, row, "call_off", reason_told=told, reason=told)
        return row
