"""What the pages of a 共同購買 show."""

from dataclasses import dataclass

from lab.nakama.exchange import policies
from lab.nakama.exchange.models import (
    Purchase,
    PurchaseDemand,
    PurchaseItem,
    PurchaseQuote,
    PurchaseShare,
)
from portal.kernel.actor import Actor
from portal.kernel.database import acting


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
