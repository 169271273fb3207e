"""A joint order (共同受注) split by lots over a few firms: least cost, exactly (CP-SAT).

For a worker: the solver is a large library. Each firm takes nothing or a lot between its least and
its most, and pays its setup once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SECONDS = 20
MOST_FIRMS = 6


@dataclass(frozen=True, slots=True)
class Taker:
    """A firm's conditions for a part of the order. Money in 円, 税抜."""

    firm: int
    least: int
    most: int
    setup_yen: int
    unit_yen: int


def split(quantity: int, takers: Sequence[Taker], most_firms: int = MOST_FIRMS) -> dict[int, int]:
    """How many each firm makes; empty when the quantity cannot be split so."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    lots, used = [], []
    for taker in takers:
        is_used = model.new_bool_var("")
        lot = model.new_int_var(0, max(taker.most, 0), "")
        model.add(lot >= max(taker.least, 1)).only_enforce_if(is_used)
        model.add(lot == 0).only_enforce_if(is_used.negated())
        lots.append(lot)
        used.append(is_used)
    model.add(sum(lots) == quantity)
    model.add(sum(used) <= most_firms)
    model.minimize(
        sum(taker.setup_yen * one for taker, one in zip(takers, used, strict=True))
        + sum(taker.unit_yen * lot for taker, lot in zip(takers, lots, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = MOST_SECONDS
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return {}
    return {
        taker.firm: solver.value(lot)
        for taker, lot in zip(takers, lots, strict=True)
        if solver.value(lot)
    }
