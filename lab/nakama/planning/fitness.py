"""Hard conditions: what an offer must meet for a step, apart from time and money.

The rule is the search's (docs/adr/0041-nakama-profiles.md): what a shop has not said counts as not
met, and only what is asked for counts.
"""

from collections.abc import Iterator

from lab.nakama.planning.terms import Condition, Offer, Order, Shop, Step


def failures(offer: Offer, step: Step) -> Iterator[Condition]:
    """The conditions of the step that the offer does not meet."""
    if step.materials and step.materials.isdisjoint(offer.materials):
        yield Condition.MATERIAL
    if step.size_mm is not None and (offer.max_size_mm is None or offer.max_size_mm < step.size_mm):
        yield Condition.SIZE
    if step.tolerance_um is not None and not (
        offer.tolerance_um is not None and offer.tolerance_um <= step.tolerance_um
    ):
        yield Condition.TOLERANCE
    if step.lot is not None and not _takes_lot(offer, step.lot):
        yield Condition.LOT
    if not step.certificates <= offer.certificates:
        yield Condition.CERTIFICATE


def fits(offer: Offer, step: Step) -> bool:
    """Whether the offer meets every hard condition of the step."""
    return offer.process == step.process and not any(True for _ in failures(offer, step))


def barred(shop: Shop, order: Order, step: Step) -> bool:
    """Whether this shop must not be asked for the step."""
    return shop.code in order.excluded or shop.code in step.excluded


def _takes_lot(offer: Offer, lot: int) -> bool:
    """Of the two limits one may be open."""
    if offer.lot_min is None and offer.lot_max is None:
        return False
    return (offer.lot_min or 0) <= lot and (offer.lot_max is None or lot <= offer.lot_max)
