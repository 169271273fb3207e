"""The two questions asked of the planner: teams for one order, a plan for many."""

from collections.abc import Sequence

from lab.nakama.planning.terms import Batch, Held, Market, Order, Proposal

ALTERNATIVES = 5


def propose(
    order: Order, market: Market, *, held: Sequence[Held] = (), limit: int = ALTERNATIVES
) -> Proposal:
    """The `limit` best distinct teams, exactly; accepted shops are kept.

    Raises PlanRefused when the order's steps do not make sense (a circle, an unknown step).
    """
    raise NotImplementedError


def plan_batch(orders: Sequence[Order], market: Market) -> Batch:
    """Serve the orders, earliest due first, each by its best team on what is left free."""
    raise NotImplementedError
