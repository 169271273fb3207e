"""少数の秘匿: which cells of a table with totals stay untold, so that no subtraction leads to a small one.

A count of one or two firms tells on them (domain.md D6), and so does a told cell that leads there: the
one untold cell of a column follows from the column's total. This rule hides further cells (二次秘匿) in
both directions, rows and columns, until no untold cell follows from what is told.

A table is given as a flow: every sum that a reader can form is a knot, every cell an arc between the two
sums it stands in, so that at each knot what comes in is what goes out (`ends` for a plain table). What is
untold may then have other values exactly where the untold arcs close a circle along which whole numbers
can be pushed; that is the audit here, exact for whole numbers within what a reader knows of each cell.

Which cells are added is found by the cheapest such circle (the usual shortest-path heuristic), and what
proves not to be needed is told again: no further cell can be told without telling on another, though a
smaller set may exist. No chance, no clock.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

# Firms of a cell that is told (domain.md D6). An untold small cell may have as many values.
FEWEST = 3
# A cell that adds up nothing but itself costs 1; its figures decide between equals.
_STEP = 1_000_000

# The row and the column of sums.
TOTAL = "total"

Key = Hashable
Knot = Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """One count between two sums. `cost` is how much its telling is worth beside others.

    `is_small`: not to be told. `is_unpublished`: never shown, and no secret itself (what is left over
    between told sums). `is_known`: everybody knows it (no firm of the ward takes part); always told.
    `is_untold`: not told whatever it counts (it was untold before), with one other value at least.
    `most`, `least`: no more and no less than that, as another told figure says, or because the cell
    would be told if it were 0.
    """

    key: Key
    tail: Knot
    head: Knot
    value: int
    is_small: bool = False
    is_unpublished: bool = False
    is_known: bool = False
    is_untold: bool = False
    most: int | None = None
    least: int = 0
    cost: int = 1


def is_small(firms: int) -> bool:
    """One or two firms; none is no secret of anybody."""
    return 0 < firms < FEWEST


def ends(name: str, row: str, column: str, *, across: bool = True) -> tuple[Knot, Knot]:
    """Tail and head of a cell of the table `name`; its sums are row TOTAL and column TOTAL.

    Without `across` only columns add up: several of a row may be about the same firm.
    """
    knots = (name, "row", row) if across else (name, "rows"), (name, "column", column)
    is_sum = (row == TOTAL) != (across and column == TOTAL)
    return (knots[1], knots[0]) if is_sum else (knots[0], knots[1])


def withheld(cells: Iterable[Cell]) -> frozenset[Key]:
    """The keys of all cells that stay untold: the small ones and those beside them."""
    net = _Net([cell for cell in cells if not cell.is_known])
    proofs = _hide(net)
    if proofs is not None:
        _tell_again(net, proofs)
    else:  # so few firms that no part of the table may be told
        net.hidden |= set(range(len(net.cells)))
    return frozenset(net.cells[at].key for at in net.hidden if not net.cells[at].is_unpublished)


def spread(cells: Iterable[Cell], told_not: Iterable[Key]) -> dict[Key, int]:
    """How many values beside its own each untold cell may have, up to as many as a small one needs."""
    net = _Net([cell for cell in cells if not cell.is_known])
    keys = set(told_not)
    net.hidden |= {at for at, cell in enumerate(net.cells) if cell.key in keys}
    return {net.cells[at].key: net.spread(at, FEWEST - 1)[0] for at in net.guarded()}


def _hide(net: "_Net") -> dict[int, frozenset[int]] | None:
    """Adds cells until every untold one may have other values; the proofs, None where that cannot be.

    A proof are the arcs along which a cell's other values were found: while they stay untold, it is safe.
    """
    proofs: dict[int, frozenset[int]] = {}
    while waiting := [at for at in net.guarded() if at not in proofs]:
        for at in waiting:
            proof = net.proof(at)
            while proof is None:
                circle = net.cheapest_circle(at)
                if circle <= net.hidden:
                    return None
                net.hidden |= circle
                proof = net.proof(at)
            proofs[at] = proof
    return proofs


def _tell_again(net: "_Net", proofs: dict[int, frozenset[int]]) -> None:
    """Tells each added cell that nothing hangs on, the dearest first."""
    added = [at for at in net.guarded() if not (net.cells[at].is_small or net.cells[at].is_untold)]
    for at in sorted(added, key=lambda at: (-net.price(at), at)):
        net.hidden.discard(at)
        others = {i: net.proof(i) for i in net.guarded() if at in proofs[i]}
        if None in others.values():
            net.hidden.add(at)
        else:
            proofs |= {i: proof for i, proof in others.items() if proof is not None}


class _Net:
    """The arcs, and which of them are untold (`hidden`, as indices)."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.hidden = {
            at
            for at, cell in enumerate(cells)
            if cell.is_small or cell.is_unpublished or cell.is_untold
        }
        self._beside: dict[Knot, list[tuple[int, int, Knot]]] = defaultdict(list)
        for at, cell in enumerate(cells):
            self._beside[cell.tail].append((at, 1, cell.head))
            self._beside[cell.head].append((at, -1, cell.tail))

    def guarded(self) -> list[int]:
        return sorted(at for at in self.hidden if not self.cells[at].is_unpublished)

    def needs(self, at: int) -> int:
        """Values beside its own: two for a small cell, one for a cell that only shields."""
        return FEWEST - 1 if self.cells[at].is_small else 1

    def price(self, at: int) -> int:
        """An untold 0 shields little, because a reader may take it for known: it comes last of its kind."""
        return self.cells[at].cost * _STEP + (self.cells[at].value or _STEP // 2)

    def proof(self, at: int) -> frozenset[int] | None:
        """The arcs that move when the cell has its other values; None where it has too few."""
        count, high, low = self.spread(at, self.needs(at))
        if count < self.needs(at):
            return None
        return frozenset(
            i for i, cell in enumerate(self.cells) if not high[i] == cell.value == low[i]
        )

    def spread(self, at: int, enough: int) -> tuple[int, list[int], list[int]]:
        """Other values that the cell may have, up to `enough`; the figures at both ends."""
        free = dict.fromkeys(self.hidden, 0)
        up, high = self._push(at, 1, enough, free)
        down, low = self._push(at, -1, enough - up, free)
        return up + down, high, low

    def cheapest_circle(self, at: int) -> set[int]:
        """Arcs to hide so that the cell may have one value more; nothing new where none would help."""
        _count, high, low = self.spread(at, self.needs(at))
        prices = {i: 0 if i in self.hidden else self.price(i) for i in range(len(self.cells))}
        ways = []
        for sign, figures in ((1, high), (-1, low)):
            way = self._way(at, sign, figures, prices)
            if way is not None:
                ways.append({i for i, _sign in way})
        fresh = [way for way in ways if not way <= self.hidden]
        return min(fresh, key=lambda way: sum(prices[i] for i in way), default=set())

    def _push(
        self, at: int, sign: int, enough: int, free: Mapping[int, int]
    ) -> tuple[int, list[int]]:
        """Moves the cell up or down one by one along untold arcs, as far as it goes."""
        figures = [cell.value for cell in self.cells]
        for count in range(enough):
            way = self._way(at, sign, figures, free)
            if way is None:
                return count, figures
            figures[at] += sign
            for i, step in way:
                figures[i] += step
        return max(enough, 0), figures

    def _way(
        self, at: int, sign: int, figures: Sequence[int], prices: Mapping[int, int]
    ) -> list[tuple[int, int]] | None:
        """The cheapest way that closes the circle when the cell moves by one; None where there is none."""
        cell = self.cells[at]
        if not self._moves(at, sign, figures):
            return None
        start, goal = (cell.head, cell.tail) if sign > 0 else (cell.tail, cell.head)
        came: dict[Knot, tuple[Knot, int, int]] = {}
        best: dict[Knot, int] = {start: 0}
        queue: list[tuple[int, int, Knot]] = [(0, 0, start)]
        pushed = 0
        while queue:
            price, _order, knot = heappop(queue)
            if knot == goal:
                break
            if price > best[knot]:
                continue
            for i, step, other in self._beside[knot]:
                if i == at or i not in prices or not self._moves(i, step, figures):
                    continue
                if price + prices[i] < best.get(other, price + prices[i] + 1):
                    best[other], came[other] = price + prices[i], (knot, i, step)
                    pushed += 1
                    heappush(queue, (best[other], pushed, other))
        return _back(came, start, goal) if goal in came else None

    def _moves(self, at: int, step: int, figures: Sequence[int]) -> bool:
        cell = self.cells[at]
        if step < 0:
            return figures[at] > cell.least
        return cell.most is None or figures[at] < cell.most


def _back(
    came: Mapping[Knot, tuple[Knot, int, int]], start: Knot, goal: Knot
) -> list[tuple[int, int]]:
    found = []
    knot = goal
    while knot != start:
        knot, at, step = came[knot]
        found.append((at, step))
    return found
