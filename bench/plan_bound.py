"""`plan_bound`: the batch's surplus against an upper bound by column generation.

Master (HiGHS through scipy): choose columns (whole teams of an order), at most one an order, no
shop over its time. Its prices of time go into the planner's own path search, which finds for each
order the team worth most at these prices; better teams become columns. Whatever the prices,
Σ price × free time + Σ max(0, worth of the order's best team) is above every plan there is
(Lagrange), so the least of these sums is a valid bound even if the columns were not complete.
"""

from collections.abc import Sequence

from bench import plan_market
from lab.nakama.planning import paths
from lab.nakama.planning.board import Board, Case
from lab.nakama.planning.costs import Pick
from lab.nakama.planning.terms import WEIGHTS, Market, Order

LEAST_SHARE = 0.98
ROUNDS = 40
CLOSE = 0.0005  # of the bound: then more columns change nothing that is shown
Column = tuple[int, int, dict[Pick, int]]  # the order's place, surplus in 円, minutes taken


def measure() -> dict[str, object]:
    """The share of the bound that the batch reaches in the harder of two markets, and in each."""
    from lab.nakama.planning.checker import surplus_yen, violations
    from lab.nakama.planning.planner import plan_batch

    orders = plan_market.orders()
    market = plan_market.market()
    bound = upper_bound(market, orders)

    def share(planned: Market, above: float) -> float:
        batch = plan_batch(orders, planned, explain=False)
        if violations(orders, planned, batch.teams):
            raise RuntimeError("the plan breaks a rule")
        reached = surplus_yen(orders, batch.teams)
        if reached > above + 1:
            raise RuntimeError("a plan above its upper bound: the bound is wrong")
        return round(reached / above, 4)

    busy = plan_market.market(hours=plan_market.BUSY_HOURS)
    loose, tight = share(market, bound), share(busy, upper_bound(busy, orders))
    # The goal holds for both markets: the one that is harder to plan decides.
    value = min(loose, tight)
    return {
        "value": value,
        "unit": "of the bound",
        "goal": LEAST_SHARE,
        "ok": value >= LEAST_SHARE,
        "bound_yen": round(bound),
        "published_weights": share(plan_market.market(WEIGHTS), bound),
        "loose": loose,
        "busy": tight,
    }


def upper_bound(market: Market, orders: Sequence[Order]) -> float:
    """The least Lagrangian bound met on the way, in 円."""
    board = Board(market)
    cases = [Case(order, board, ()) for order in orders]
    cells = {
        (shop, period): place
        for place, (shop, period) in enumerate(
            (shop, period) for shop, free in enumerate(board.free) for period in range(len(free))
        )
    }
    room = [board.free[shop][period] for shop, period in cells]
    columns: list[Column] = []
    prices: dict[Pick, float] = {}
    least = float("inf")
    for _round in range(ROUNDS):
        worth, fresh = 0.0, []
        for place, case in enumerate(cases):
            column, value = _priced(place, case, prices)
            if column and value > 0:
                worth += value
                fresh.append(column)
        paid = sum(price * room[cells[cell]] for cell, price in prices.items())
        least = min(least, worth + paid)
        columns += fresh
        master, prices = _master(columns, cells, room, len(cases))
        if least - master <= CLOSE * least:
            break
    return float(least)


def _priced(place: int, case: Case, prices: dict[Pick, float]) -> tuple[Column | None, float]:
    """The order's best team when time has its price; clashes are not looked at (a bound)."""
    if not all(case.offers):
        return None, 0.0
    first = case.order.not_before
    rows = tuple(
        {
            shop: [
                cost + prices.get((shop, period), 0.0) * minutes if cost < paths.LIMIT else cost
                for period, cost in enumerate(row, first)
            ]
            for shop, row in step.items()
        }
        for step, minutes in zip(case.rows(), case.minutes, strict=True)
    )
    board = case.board
    found = paths.relax(case.chain, rows, board.handovers(board.prices.score))
    if found is None:
        return None, 0.0
    taken: dict[Pick, int] = {}
    for (shop, place_in), minutes in zip(found.picks, case.minutes, strict=True):
        pick = shop, first + place_in
        taken[pick] = taken.get(pick, 0) + minutes
    revenue = case.order.revenue_yen or 0
    surplus = revenue - case.money([shop for shop, _ in found.picks])
    return (place, surplus, taken), revenue - found.value


def _master(
    columns: Sequence[Column], cells: dict[Pick, int], room: Sequence[int], orders: int
) -> tuple[float, dict[Pick, float]]:
    """The best mix of columns, and what a minute of each cell is worth in it."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    entries = [(place, number, 1) for number, (place, _, _) in enumerate(columns)]
    entries += [
        (orders + cells[cell], number, minutes)
        for number, (_, _, taken) in enumerate(columns)
        for cell, minutes in taken.items()
    ]
    rows, cols, values = zip(*entries, strict=True)
    shape = (orders + len(cells), len(columns))
    found = linprog(
        [-surplus for _, surplus, _ in columns],
        A_ub=coo_array((values, (rows, cols)), shape=shape).tocsr(),
        b_ub=[1] * orders + list(room),
        method="highs",
    )
    if found.status != 0:
        raise RuntimeError(found.message)
    duals = found.ineqlin.marginals[orders:]
    return -found.fun, {cell: -duals[at] for cell, at in cells.items() if duals[at] < -1e-9}
