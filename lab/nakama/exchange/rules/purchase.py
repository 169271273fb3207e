"""Joint purchase (共同購買): which supplier for what, who takes part, what each pays.

All-unit price breaks, a delivery fee for each firm and supplier, and everybody may go alone at the
own price. Minimises what all pay together; what is saved is shared by volume (円 at own prices), so
that nobody pays more than alone. Whether prices may be pooled at all is asked of a lawyer first
(独占禁止法): the rule only counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST_SECONDS = 30
Key = tuple[int, str]  # firm, item


@dataclass(frozen=True, slots=True)
class Demand:
    """What a firm needs of an item, and what it pays for all of it alone, delivered (円, 税抜)."""

    firm: int
    item: str
    quantity: int
    alone_yen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A supplier's prices for an item: from so many units of all firms, so much for every unit."""

    supplier: str
    item: str
    breaks: tuple[tuple[int, int], ...]  # (least quantity, 円 per unit)


@dataclass(frozen=True, slots=True)
class Bought:
    """A demand that is bought together."""

    demand: Demand
    supplier: str
    unit_yen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who buys what together, what it costs with delivery, and what each firm then pays."""

    bought: tuple[Bought, ...]
    cost_yen: int
    pays_yen: Mapping[int, int]

    @property
    def saved_yen(self) -> int:
        return sum(one.demand.alone_yen for one in self.bought) - self.cost_yen


def buy_together(
    demands: Sequence[Demand], quotes: Sequence[Quote], delivery_yen: Mapping[str, int]
) -> Outcome:
    """The cheapest way for all together; `delivery_yen` is each supplier's fee per firm."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    levels = [(quote, least, unit) for quote in quotes for least, unit in quote.breaks]
    ways = [
        (demand, level)
        for demand in demands
        for level, (quote, _, _) in enumerate(levels)
        if quote.item == demand.item
    ]
    if not ways:
        return Outcome((), 0, {})
    visits = sorted({(demand.firm, levels[level][0].supplier) for demand, level in ways})
    # Columns: each way to buy, each price level in force, each delivery.
    at_level, at_visit = len(ways), len(ways) + len(levels)
    visit = {pair: at_visit + number for number, pair in enumerate(visits)}
    costs = [demand.quantity * levels[level][2] - demand.alone_yen for demand, level in ways]
    costs += [0] * len(levels) + [delivery_yen.get(supplier, 0) for _, supplier in visits]
    rows: list[dict[int, float]] = [  # each demand once at most
        {n: 1 for n, (one, _) in enumerate(ways) if one is demand} for demand in demands
    ]
    limits = [1.0] * len(demands)
    for level, (_, least, _) in enumerate(levels):  # a level in force is reached
        row: dict[int, float] = {
            n: -one.quantity for n, (one, of) in enumerate(ways) if of == level
        }
        rows.append({**row, at_level + level: least})
        limits.append(0)
    for quote in quotes:  # one level in force for an item at a supplier
        rows.append({at_level + n: 1 for n, (one, _, _) in enumerate(levels) if one is quote})
        limits.append(1)
    for n, (demand, level) in enumerate(ways):  # needs the level, and the delivery
        rows.append({n: 1, at_level + level: -1})
        rows.append({n: 1, visit[demand.firm, levels[level][0].supplier]: -1})
        limits += [0, 0]
    cells = [(r, c, value) for r, row in enumerate(rows) for c, value in row.items()]
    r, c, values = zip(*cells, strict=True)
    matrix = coo_array((values, (r, c)), shape=(len(rows), len(costs))).tocsr()
    found = milp(
        costs,
        constraints=LinearConstraint(matrix, -np.inf, limits),
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        options={"time_limit": MOST_SECONDS},
    )
    if found.x is None:
        return Outcome((), 0, {})
    bought = tuple(
        Bought(demand, levels[level][0].supplier, levels[level][2])
        for (demand, level), x in zip(ways, found.x, strict=False)
        if x > 0.5
    )
    return _shared(bought, delivery_yen)


def _shared(bought: Sequence[Bought], delivery_yen: Mapping[str, int]) -> Outcome:
    """The cost split so that each saves the same part of what it would have paid alone."""
    goods = sum(one.demand.quantity * one.unit_yen for one in bought)
    trips = {(one.demand.firm, one.supplier) for one in bought}
    cost = goods + sum(delivery_yen.get(supplier, 0) for _, supplier in trips)
    alone: dict[int, int] = {}
    for one in bought:
        alone[one.demand.firm] = alone.get(one.demand.firm, 0) + one.demand.alone_yen
    total = sum(alone.values())
    if not bought or cost > total:  # a solver stopped early: then everybody goes alone
        return Outcome((), 0, {})
    # Rounded down first; the missing 円 go to whose fraction is largest. Never above alone.
    exact = {firm: Fraction(yen * cost, total) if total else Fraction(0)
             for firm, yen in alone.items()}  # fmt: skip
    pays = {firm: int(share) for firm, share in exact.items()}
    by_rest = sorted(exact, key=lambda firm: (pays[firm] - exact[firm], firm))
    for firm in by_rest[: cost - sum(pays.values())]:
        pays[firm] += 1
    return Outcome(tuple(bought), cost, pays)
