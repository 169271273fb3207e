"""The timetable of a 商談会: slots of 20 minutes from mutual wishes, nobody in two places at once.

As many mutual wishes as can be are met; appointments that stand are kept as they are. An integer
programme (HiGHS through scipy): with kept appointments the plain colouring of the graph of wishes
would not do.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

SLOT = dt.timedelta(minutes=20)
MOST_SECONDS = 20
# Early slots first, but never at the price of a meeting: all these together stay below a quarter.
_EARLY = 0.25

Wish = tuple[int, int]  # buyer, seller


def mutual(wishes: Collection[tuple[int, int]], buyers: Collection[int]) -> list[Wish]:
    """Pairs (buyer, seller) that have both asked for each other; wishes are (from, to)."""
    asked = set(wishes)
    return sorted((one, to) for one, to in asked if one in buyers and (to, one) in asked)


def timetable(
    wishes: Sequence[Wish], slots: int, kept: Mapping[Wish, int] | None = None
) -> dict[Wish, int]:
    """The slot of each wish that can be met; `kept` ones stay where they are."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    kept = dict(kept or {})
    taken = {(person, slot) for pair, slot in kept.items() for person in pair}
    cells = [
        (pair, slot)
        for pair in wishes
        if pair not in kept
        for slot in range(slots)
        if not any((person, slot) in taken for person in pair)
    ]
    if not cells:
        return kept
    rows: dict[object, int] = {}
    entries = [
        (rows.setdefault(limit, len(rows)), column)
        for column, (pair, slot) in enumerate(cells)
        for limit in (pair, (pair[0], slot, "buyer"), (pair[1], slot, "seller"))
    ]
    matrix = coo_array(
        (np.ones(len(entries)), tuple(zip(*entries, strict=True))), shape=(len(rows), len(cells))
    )
    early = _EARLY / (len(wishes) * slots)
    found = milp(
        [early * slot - 1 for _, slot in cells],
        constraints=LinearConstraint(matrix.tocsr(), -np.inf, 1),
        integrality=np.ones(len(cells)),
        bounds=Bounds(0, 1),
        # Within 0.4 of the best, the number of meetings is the best.
        options={"mip_rel_gap": 0.4 / len(wishes), "time_limit": MOST_SECONDS},
    )
    if found.x is None:  # out of time without an answer: whoever comes first
        return _in_turn(cells, kept, taken)
    return kept | {pair: slot for (pair, slot), x in zip(cells, found.x, strict=True) if x > 0.5}


def _in_turn(
    cells: Sequence[tuple[Wish, int]], kept: dict[Wish, int], taken: set[tuple[int, int]]
) -> dict[Wish, int]:
    found = dict(kept)
    for pair, slot in cells:
        if pair not in found and not any((person, slot) in taken for person in pair):
            found[pair] = slot
            taken |= {(person, slot) for person in pair}
    return found


def clock_of(starts: dt.time, slot: int) -> tuple[str, str]:
    """「13:20」 and 「13:40」 for the second slot from 13:00."""
    begin = dt.datetime.combine(dt.date.min, starts) + slot * SLOT
    return f"{begin:%H:%M}", f"{begin + SLOT:%H:%M}"
