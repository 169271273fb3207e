"""A joint order (共同受注) split by lots over a few firms: least cost, exactly (CP-SAT), with reasons.

For a worker: the solver is a large library. Each firm takes nothing or a lot between its least and
its most, and pays its setup once. What a firm costs or saves the whole is found by solving without
it (or with it), so the reasons are numbers and not opinions.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

MOST_SECONDS = 20
SECONDS_A_REASON = 2
MOST_FIRMS = 6


@dataclass(frozen=True, slots=True)
class Taker:
    """A firm's conditions for a part of the order. Money in 円, 税抜."""

    firm: int
    least: int
    most: int
    setup_yen: int
    unit_yen: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a firm has its lot: `without_yen` more without it (None: then it cannot be done), or why
    it has none: `with_yen` more with it (None: it fits into no split). Money in 円, 税抜.
    """

    firm: int
    quantity: int
    without_yen: int | None = None
    with_yen: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The lots by firm, what they cost, and a reason for every firm that offered.

    Without lots: `short` pieces are missing, or `below` and `above` are the nearest quantities that
    can be split (None: none).
    """

    lots: Mapping[int, int]
    cost_yen: int = 0
    reasons: tuple[Reason, ...] = ()
    short: int = 0
    below: int | None = None
    above: int | None = None


def split(
    quantity: int,
    takers: Sequence[Taker],
    most_firms: int = MOST_FIRMS,
    *,
    needed: Collection[int] = (),
    seconds: float = MOST_SECONDS,
) -> dict[int, int]:
    """How many each firm makes, those `needed` among them; empty when it cannot be split so."""
    return _solve(takers, most_firms, needed, seconds, exactly=quantity)


def cost_of(takers: Sequence[Taker], lots: Mapping[int, int]) -> int:
    """What the lots cost together."""
    return sum(
        taker.setup_yen + taker.unit_yen * lots[taker.firm]
        for taker in takers
        if lots.get(taker.firm)
    )


def decide(quantity: int, takers: Sequence[Taker], most_firms: int = MOST_FIRMS) -> Decision:
    """The cheapest split with its reasons, or why there is none."""
    lots = split(quantity, takers, most_firms)
    if lots:
        cost = cost_of(takers, lots)
        reasons = tuple(_reason(quantity, takers, most_firms, lots, one) for one in takers)
        return Decision(lots, cost, reasons)
    largest = sorted((taker.most for taker in takers), reverse=True)[:most_firms]
    if (short := quantity - sum(largest)) > 0:
        return Decision({}, short=short)
    below = _solve(takers, most_firms, (), SECONDS_A_REASON, at_most=quantity)
    above = _solve(takers, most_firms, (), SECONDS_A_REASON, at_least=quantity)
    return Decision({}, below=sum(below.values()) or None, above=sum(above.values()) or None)


def _reason(
    quantity: int, takers: Sequence[Taker], most_firms: int, lots: Mapping[int, int], one: Taker
) -> Reason:
    mine, cost = lots.get(one.firm, 0), cost_of(takers, lots)
    if mine:
        others = [taker for taker in takers if taker.firm != one.firm]
        found = split(quantity, others, most_firms, seconds=SECONDS_A_REASON)
        more = max(0, cost_of(others, found) - cost) if found else None
        return Reason(one.firm, mine, without_yen=more)
    found = split(quantity, takers, most_firms, needed={one.firm}, seconds=SECONDS_A_REASON)
    return Reason(one.firm, 0, with_yen=max(0, cost_of(takers, found) - cost) if found else None)


def faults(
    quantity: int, takers: Sequence[Taker], lots: Mapping[int, int], most_firms: int = MOST_FIRMS
) -> tuple[str, tuple[int, ...]]:
    """What is wrong with lots typed by hand: a code and whom it concerns; ("", ()) when nothing.

    sum: they do not add up; bounds: outside least and most; many: too many firms.
    """
    given = {firm: lot for firm, lot in lots.items() if lot}
    bounds = {taker.firm: (max(taker.least, 1), taker.most) for taker in takers}
    wrong = tuple(
        firm
        for firm, lot in given.items()
        if firm not in bounds or not bounds[firm][0] <= lot <= bounds[firm][1]
    )
    if wrong:
        return "bounds", wrong
    if sum(given.values()) != quantity:
        return "sum", ()
    return ("many", ()) if len(given) > most_firms else ("", ())


def _solve(
    takers: Sequence[Taker],
    most_firms: int,
    needed: Collection[int],
    seconds: float,
    *,
    exactly: int | None = None,
    at_most: int | None = None,
    at_least: int | None = None,
) -> dict[int, int]:
    """Least cost for an exact quantity; else as near to the bound as can be."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    lots, used = [], []
    for taker in takers:
        is_used = model.new_bool_var("")
        lot = model.new_int_var(0, max(taker.most, 0), "")
        model.add(lot >= max(taker.least, 1)).only_enforce_if(is_used)
        model.add(lot == 0).only_enforce_if(is_used.negated())
        if taker.firm in needed:
            model.add(is_used == 1)
        lots.append(lot)
        used.append(is_used)
    model.add(sum(used) <= most_firms)
    if exactly is not None:
        model.add(sum(lots) == exactly)
        model.minimize(
            sum(taker.setup_yen * one for taker, one in zip(takers, used, strict=True))
            + sum(taker.unit_yen * lot for taker, lot in zip(takers, lots, strict=True))
        )
    elif at_most is not None:
        model.add(sum(lots) <= at_most)
        model.maximize(sum(lots))
    else:
        model.add(sum(lots) >= (at_least or 0))
        model.minimize(sum(lots))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return {}
    return {
        taker.firm: solver.value(lot)
        for taker, lot in zip(takers, lots, strict=True)
        if solver.value(lot)
    }
