"""The two questions asked of the planner: teams for one order, a plan for many."""

from collections.abc import Sequence

from lab.nakama.planning import diagnosis
from lab.nakama.planning.board import Board, Case
from lab.nakama.planning.terms import Batch, Diagnosis, Held, Market, Order, Proposal

ALTERNATIVES = 5
# One or two steps are shown as a ranked list.
RANKED, RANKED_STEPS = 20, 2


def propose(
    order: Order, market: Market, *, held: Sequence[Held] = (), limit: int | None = None
) -> Proposal:
    """The best distinct teams, exactly: a ranked list of 20 up to two steps, else 5 alternatives.

    Accepted shops are kept. `Shop.free` must not count what this order itself holds.
    Raises PlanRefused when the steps do not make sense (a circle, an unknown step).
    """
    board = Board(market)
    case = Case(order, board, held)
    if limit is None:
        limit = RANKED if len(order.steps) <= RANKED_STEPS else ALTERNATIVES
    teams, proven = case.teams(limit)
    why = None if teams else diagnosis.diagnose(order, market, held)
    return Proposal(order.code, teams, why, proven)


def plan_batch(orders: Sequence[Order], market: Market, *, explain: bool = True) -> Batch:
    """Serve the orders, earliest due first, each by its best team on what is left free; then
    better the whole plan (`improving`), in which nobody who was served is dropped.

    An order that cannot be served is diagnosed against what is left free after all others
    (`explain=False` leaves that out).
    """
    # Brings numpy, which no page needs.
    from lab.nakama.planning.improving import Plan

    board = Board(market)
    served = sorted(orders, key=lambda one: (one.due, one.code))
    plan = Plan([Case(order, board, ()) for order in served], board)
    plan.serve()
    plan.improve()
    teams = plan.teams()
    done = {team.order for team in teams}
    left = board.left() if explain else market
    return Batch(
        teams,
        {
            order.code: diagnosis.diagnose(order, left, ()) if explain else Diagnosis((), ())
            for order in served
            if order.code not in done
        },
    )
