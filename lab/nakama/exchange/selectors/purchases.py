"""What the pages of a 共同購買 show."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import (
    Purchase,
    PurchaseDemand,
    PurchaseItem,
    PurchaseQuote,
    PurchaseShare,
)
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with what all need of it together."""

    item: PurchaseItem
    firms: int
    quantity: int
    quotes: tuple[PurchaseQuote, ...]


def items_of(row: Purchase) -> list[PurchaseItem]:
    """In the order in which they were typed."""
    return list(PurchaseItem.objects.filter(purchase=row))


def own_needs(actor: Actor, row: Purchase) -> dict[str, int]:
    """The firm's demand as a form's first values."""
    rows = PurchaseDemand.objects.filter(purchase=row, firm_id=policies.firm_of(actor))
    found: dict[str, int] = {}
    for one in rows:
        found |= {f"n{one.item_id}": one.quantity, f"y{one.item_id}": one.alone_yen}
    return found


def own_share(actor: Actor, row: Purchase) -> PurchaseShare | None:
    """What the firm would pay."""
    return PurchaseShare.objects.filter(purchase=row, firm_id=policies.firm_of(actor)).first()


def unanswered(actor: Actor) -> QuerySet[PurchaseShare]:
    """For the menu: joint purchases that wait for the firm's yes or no."""
    rows = PurchaseShare.objects.filter(firm_id=policies.firm_of(actor), accepted=None)
    return rows.filter(purchase__status=states.OFFERED)


def to_answer(actor: Actor) -> list[PurchaseShare]:
    """Those with their purchase, the most urgent first."""
    return list(
        unanswered(actor).select_related("purchase").order_by("purchase__answer_by", "pk")[:SHOWN]
    )


def gathering(actor: Actor, today: dt.date) -> list[Purchase]:
    """Those that a firm may still join, the most urgent first."""
    rows = policies.visible_purchases(actor).filter(status=states.GATHERING, closes_on__gte=today)
    return list(rows.order_by("closes_on", "pk")[:SHOWN])


def lines_of(actor: Actor, row: Purchase) -> list[ItemLine]:
    """Sums for the staff: who needs what, and what it pays alone, is the firms' own."""
    quotes: dict[int, list[PurchaseQuote]] = {}
    for quote in PurchaseQuote.objects.filter(purchase=row):
        quotes.setdefault(quote.item_id, []).append(quote)
    with acting(actor.elevated()):
        rows = PurchaseDemand.objects.filter(purchase=row).values_list("item_id", "quantity")
        needs = list(rows)
    return [
        ItemLine(
            item,
            sum(of == item.pk for of, _ in needs),
            sum(quantity for of, quantity in needs if of == item.pk),
            tuple(quotes.get(item.pk, ())),
        )
        for item in items_of(row)
    ]


@dataclass(frozen=True, slots=True)
class Answers:
    """How many firms said what."""

    asked: int
    accepted: int
    declined: int

    @property
    def waiting(self) -> int:
        return self.asked - self.accepted - self.declined


def answers_of(actor: Actor, row: Purchase) -> Answers:
    """Counts, no names."""
    with acting(actor.elevated()):
        given = list(PurchaseShare.objects.filter(purchase=row).values_list("accepted", flat=True))
    return Answers(len(given), given.count(True), given.count(False))
