"""Hard conditions: what an offer must meet for a step, apart from time and money."""

from collections.abc import Iterator

from lab.nakama.planning.terms import Condition, Offer, Order, Shop, Step


def failures(offer: Offer, step: Step) -> Iterator[Condition]:
    """The conditions of the step that the offer does not meet. What is not known passes."""
    if step.materials and offer.materials and step.materials.isdisjoint(offer.materials):
        yield Condition.MATERIAL
    if _above(step.size_mm, offer.max_size_mm):
        yield Condition.SIZE
    if _above(offer.tolerance_um, step.tolerance_um):
        yield Condition.TOLERANCE
    if _above(offer.lot_min, step.lot) or _above(step.lot, offer.lot_max):
        yield Condition.LOT
    if not step.certificates <= offer.certificates:
        yield Condition.CERTIFICATE


def fits(offer: Offer, step: Step) -> bool:
    """Whether the offer meets every hard condition of the step."""
    return offer.process == step.process and not any(True for _ in failures(offer, step))


def barred(shop: Shop, order: Order, step: Step) -> bool:
    """Whether this shop must not be asked for the step."""
    return shop.code in order.excluded or shop.code in step.excluded


def _above(value: int | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value > limit
