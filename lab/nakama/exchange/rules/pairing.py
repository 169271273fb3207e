"""Surplus and need brought together: who fits whom, and the best pairs for all (資材融通).

Sizes in mm: `a` is the diameter, thickness or side, `b` the width (0 where there is none), `length`
the length (0: not named). A pair's burden in 円 is ours and published: the way, material that is
larger than needed and must be cut down, and the part of the need that stays open.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lab.nakama.planning.terms import Place

YEN_PER_KM = 120
YEN_OVERSIZE = 4_000  # for a section half as large again, the most that is offered
YEN_SHORT = 3_000  # for a need of which nothing is covered
MOST_OVERSIZE = 1.5
MOST_EACH = 2_000  # surpluses and needs in one run


@dataclass(frozen=True, slots=True)
class Lot:
    """One surplus or need. `price_yen` per unit: asked, or the most that would be paid (None: any)."""

    key: int
    firm: int
    material: str
    shape: str
    unit: str
    a_mm: int
    b_mm: int
    length_mm: int
    quantity: int
    place: Place
    price_yen: int | None = None


class Miss(StrEnum):
    """Why a surplus does not answer a need."""

    OWN = "own"
    MATERIAL = "material"
    SHAPE = "shape"
    UNIT = "unit"
    SIZE = "size"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Pair:
    """A surplus for a need: how many, how far, at which burden."""

    surplus: int
    need: int
    quantity: int
    km: float
    burden_yen: int


def misses(surplus: Lot, need: Lot) -> Iterator[Miss]:
    """Every condition that the surplus fails."""
    if surplus.firm == need.firm:
        yield Miss.OWN
    if surplus.material != need.material:
        yield Miss.MATERIAL
    if surplus.shape != need.shape:
        yield Miss.SHAPE
    if surplus.unit != need.unit:
        yield Miss.UNIT
    if not _large_enough(surplus, need):
        yield Miss.SIZE
    if need.price_yen is not None and (surplus.price_yen or 0) > need.price_yen:
        yield Miss.PRICE


def _large_enough(surplus: Lot, need: Lot) -> bool:
    return (
        need.a_mm <= surplus.a_mm <= need.a_mm * MOST_OVERSIZE
        and surplus.b_mm >= need.b_mm
        # A length that was not named is asked about when the two talk.
        and (not surplus.length_mm or surplus.length_mm >= need.length_mm)
    )


def pair_of(surplus: Lot, need: Lot) -> Pair:
    """What the pair would mean; only for pairs without a miss."""
    quantity = min(surplus.quantity, need.quantity)
    km = surplus.place.km_to(need.place)
    oversize = (surplus.a_mm / need.a_mm - 1) / (MOST_OVERSIZE - 1)
    short = 1 - quantity / need.quantity
    burden = km * YEN_PER_KM + oversize * YEN_OVERSIZE + short * YEN_SHORT
    return Pair(surplus.key, need.key, quantity, round(km, 1), round(burden))


def best_pairs(
    surpluses: Sequence[Lot], needs: Sequence[Lot], tried: Collection[tuple[int, int]] = ()
) -> list[Pair]:
    """As many pairs as there can be, each lot in one at most, with the least burden in all.

    `tried` are pairs (surplus, need) that were proposed before and are not proposed again.
    """
    kinds: dict[tuple[str, str, str], tuple[list[Lot], list[Lot]]] = {}
    for side, lots in enumerate((surpluses[:MOST_EACH], needs[:MOST_EACH])):
        for lot in lots:
            kinds.setdefault((lot.material, lot.shape, lot.unit), ([], []))[side].append(lot)
    # Lots of different kinds never meet: each kind is a problem of its own.
    known = set(tried)
    return [pair for sides in kinds.values() if all(sides) for pair in _of_kind(*sides, known)]


def _of_kind(
    surpluses: Sequence[Lot], needs: Sequence[Lot], tried: Collection[tuple[int, int]]
) -> list[Pair]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    found = {
        (row, column): pair_of(surplus, need)
        for row, surplus in enumerate(surpluses)
        for column, need in enumerate(needs)
        if (surplus.key, need.key) not in tried and not any(True for _ in misses(surplus, need))
    }
    if not found:
        return []
    # A pair that does not fit costs more than all that fit together: numbers come before burden.
    never = 1 + sum(pair.burden_yen for pair in found.values())
    costs = np.full((len(surpluses), len(needs)), float(never))
    for cell, pair in found.items():
        costs[cell] = pair.burden_yen
    rows, columns = linear_sum_assignment(costs)
    chosen = (found.get((int(row), int(column))) for row, column in zip(rows, columns, strict=True))
    return [pair for pair in chosen if pair is not None]


def nearly(lot: Lot, others: Sequence[Lot], *, is_need: bool) -> dict[Miss, int]:
    """How many of the other side would do but for one condition: what could be given up.

    The price is left out of it, whether it fits or not: a count that moves with the price that is typed
    would tell the most that the other side pays.
    """
    found: dict[Miss, int] = {}
    for other in others:
        every = misses(other, lot) if is_need else misses(lot, other)
        failed = [miss for miss in every if miss != Miss.PRICE]
        if len(failed) == 1 and failed[0] != Miss.OWN:
            found[failed[0]] = found.get(failed[0], 0) + 1
    return found
