"""共同購買 counted: the offer to each firm that would save, and the order with those who said yes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import (
    ExchangeFact,
    Purchase,
    PurchaseDemand,
    PurchaseQuote,
    PurchaseShare,
)
from lab.nakama.exchange.rules import purchase as rule
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.jobs import Job, now
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import StaleState

DAYS_TO_ANSWER = 10


@dataclass(frozen=True, slots=True)
class Given:
    """What the amounts rest on."""

    demands: list[rule.Demand]
    quotes: list[rule.Quote]
    fees: dict[str, int]


def purchase_offer(*, actor: Actor, purchase_id: int) -> Purchase:
    """Count, and ask each firm that would save, at once. Raises Refused (nobody would), StaleState."""
    row: Purchase = now(OFFER, actor, purchase_id)
    return row


def purchase_settle(*, actor: Actor, purchase_id: int) -> Purchase:
    """Count anew with those who said yes: order, or ask again those for whom it became dearer.

    Raises Refused (answers missing, nothing saved any more), StaleState, RoleMissing.
    """
    row: Purchase = now(SETTLE, actor, purchase_id)
    return row


def _gathering(actor: Actor, purchase_id: int) -> Purchase:
    row = of_staff(actor, purchase_id)
    if row.status != states.GATHERING:
        raise StaleState
    return row


def _answered(actor: Actor, purchase_id: int) -> Purchase:
    row = of_staff(actor, purchase_id)
    if row.status != states.OFFERED:
        raise StaleState
    waiting = PurchaseShare.objects.filter(purchase=row, accepted=None).exists()
    if waiting and row.answer_by and row.answer_by >= clock.today():
        raise Refused(_("まだ返事のない企業があります。返事か、返事の期限をお待ちください。"))
    return row


def _read_all(row: Purchase) -> Given:
    return _read(row, None)


def _read_willing(row: Purchase) -> Given:
    return _read(row, frozenset(_willing(row)))


def _willing(row: Purchase) -> dict[int, int]:
    """What each firm that said yes was told to pay."""
    rows = PurchaseShare.objects.filter(purchase=row, accepted=True)
    return dict(rows.values_list("firm_id", "pays_yen"))


def _read(row: Purchase, firms: frozenset[int] | None) -> Given:
    """Needs of these firms (None: all) and what suppliers ask."""
    rows = PurchaseDemand.objects.filter(purchase=row).order_by("firm_id", "item_id")
    demands = [
        rule.Demand(one.firm_id, str(one.item_id), one.quantity, one.alone_yen)
        for one in rows
        if firms is None or one.firm_id in firms
    ]
    quotes = list(PurchaseQuote.objects.filter(purchase=row))
    fees: dict[str, int] = {}
    for quote in quotes:  # one delivery brings all; the dearest fee that was told
        fees[quote.supplier] = max(fees.get(quote.supplier, 0), quote.delivery_yen)
    return Given(
        demands,
        [
            rule.Quote(
                one.supplier, str(one.item_id), tuple((least, unit) for least, unit in one.breaks)
            )
            for one in quotes
        ],
        fees,
    )


def _solve(given: Given) -> rule.Outcome:
    return rule.buy_together(given.demands, given.quotes, given.fees)


def _offer(actor: Actor, row: Purchase, found: rule.Outcome) -> int:
    if found.saved_yen <= 0 or len(found.pays_yen) < 2:
        raise Refused(
            _(
                "いまの見積りでは、まとめて買っても安くなりません。見積りを足すか、中止してください。"
            )
        )
    _share_out(row, found, frozenset())
    move(actor, row, "offer", **_figures(found))
    return len(found.pays_yen)


def _settle(actor: Actor, row: Purchase, found: rule.Outcome) -> int:
    if found.saved_yen <= 0 or len(found.pays_yen) < 2:
        raise Refused(_("参加する企業だけでは、安くなりません。中止してください。"))
    willing = _willing(row)
    dearer = {firm for firm, yen in found.pays_yen.items() if yen > willing[firm]}
    _share_out(row, found, frozenset(found.pays_yen) - dearer)
    if dearer:
        move(actor, row, "ask_again", **_figures(found))
        return len(dearer)
    figures = _figures(found)
    del figures["answer_by"]
    move(actor, row, "settle", **figures)
    ExchangeFact.objects.create(
        kind=ExchangeFact.Kind.BOUGHT,
        ward_id=row.ward_id,
        other_ward_id=row.ward_id,
        purchase=row,
        quantity=len(found.pays_yen),
        occurred_on=clock.today(),
    )
    return len(found.pays_yen)


def _share_out(row: Purchase, found: rule.Outcome, kept: frozenset[int]) -> None:
    """The shares as they are now; those in `kept` have said yes already."""
    alone: dict[int, int] = {}
    for one in found.bought:
        alone[one.demand.firm] = alone.get(one.demand.firm, 0) + one.demand.alone_yen
    PurchaseShare.objects.filter(purchase=row).delete()
    PurchaseShare.objects.bulk_create(
        PurchaseShare(
            purchase=row,
            firm_id=firm,
            pays_yen=yen,
            alone_yen=alone[firm],
            accepted=True if firm in kept else None,
        )
        for firm, yen in sorted(found.pays_yen.items())
    )


def _figures(found: rule.Outcome) -> dict[str, Any]:
    return {
        "cost_yen": found.cost_yen,
        "saved_yen": found.saved_yen,
        "answer_by": clock.today() + dt.timedelta(DAYS_TO_ANSWER),
    }


def of_staff(actor: Actor, purchase_id: int) -> Purchase:
    """The round, locked, for staff of its lab. Raises RoleMissing, Purchase.DoesNotExist."""
    policies.require(policies.is_staff(actor))
    row = Purchase.objects.select_for_update().get(pk=purchase_id)
    policies.require(actor.ward_id in {None, row.ward_id})
    return row


def move(actor: Actor, row: Purchase, action: str, reason_told: str = "", **fields: Any) -> None:
    """One transition of the round. Raises its refusals."""
    transitions.apply(
        table=states.PURCHASE,
        instance=row,
        action=action,
        actor=actor,
        reason=reason_told,
        payload={"purchase_id": row.pk, "ward_id": row.ward_id},
        fields=fields,
    )


OFFER = Job("purchase", _gathering, _read_all, _solve, _offer, rule.MOST_SECONDS)
SETTLE = Job("purchase", _answered, _read_willing, _solve, _settle, rule.MOST_SECONDS)
