"""Why an order has no team, and which condition to give up to get one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain as together

from lab.nakama.planning.board import Board, Case
from lab.nakama.planning.fitness import barred, failures
from lab.nakama.planning.terms import (
    Condition,
    Diagnosis,
    Held,
    Market,
    Offer,
    Order,
    Relaxation,
    Shop,
    Step,
)

# More than three conditions at once is another order, not a relaxation.
MOST_TOGETHER = 3
MOST_SHOWN = 4


def diagnose(order: Order, market: Market, held: Sequence[Held]) -> Diagnosis:
    """Step by step if one has nobody; else the due date, the budget, the time of the shops."""
    fixed = {one.step for one in held}
    stuck = [
        step
        for step in order.steps
        if step.code not in fixed and not _somebody(order, step, market.shops)
    ]
    if stuck:
        found = together.from_iterable(_step(order, step, market.shops) for step in stuck)
        return Diagnosis(tuple(step.code for step in stuck), tuple(found))
    return Diagnosis((), tuple(_whole(order, market, held)))


def able(order: Order, step: Step, shops: Sequence[Shop]) -> int:
    """How many shops meet every condition of the step and have the time for it."""
    return sum(_missing(order, step, shop) == frozenset() for shop in shops)


def _somebody(order: Order, step: Step, shops: Sequence[Shop]) -> bool:
    return any(_missing(order, step, shop) == frozenset() for shop in shops)


def _missing(order: Order, step: Step, shop: Shop) -> frozenset[Condition] | None:
    """What the shop's best offer lacks for the step; None if it has no such process."""
    offers = [offer for offer in shop.offers if offer.process == step.process]
    if not offers:
        return None
    lacking = min((_of_offer(offer, step) for offer in offers), key=len)
    more = set()
    if barred(shop, order, step):
        more.add(Condition.EXCLUDED)
    if not any(free >= step.minutes for free in shop.free[order.not_before : order.due + 1]):
        more.add(Condition.CAPACITY)
    return lacking | more


def _of_offer(offer: Offer, step: Step) -> frozenset[Condition]:
    return frozenset(failures(offer, step))


def _step(order: Order, step: Step, shops: Sequence[Shop]) -> list[Relaxation]:
    """For each set of conditions, how many shops fail just that, fewest conditions first."""
    lacking = [(shop, _missing(order, step, shop)) for shop in shops]
    able = [(shop, missing) for shop, missing in lacking if missing]
    if not able:
        return [Relaxation((Condition.PROCESS,), 0, step.code)]
    counted = Counter(missing for _, missing in able)
    fewest = min(len(missing) for missing in counted)
    if fewest > MOST_TOGETHER:
        return []
    found = []
    for conditions in sorted(counted, key=lambda one: (len(one), -counted[one], sorted(one))):
        # Giving up two conditions also adds those that fail only one of them.
        adds = sum(number for missing, number in counted.items() if missing <= conditions)
        if len(conditions) <= MOST_TOGETHER:
            some = [shop for shop, missing in able if missing == conditions]
            needed = _needed(conditions, step, order, some)
            found.append(Relaxation(tuple(sorted(conditions)), adds, step.code, needed))
    return found[:MOST_SHOWN]


def _needed(
    conditions: frozenset[Condition], step: Step, order: Order, shops: Sequence[Shop]
) -> int | None:
    """The nearest value that lets one of these shops in, where one condition is given up."""
    if len(conditions) != 1:
        return None
    (condition,) = conditions
    offers = [
        offer
        for shop in shops
        for offer in shop.offers
        if offer.process == step.process and _of_offer(offer, step) <= conditions
    ]
    if condition == Condition.SIZE:
        sizes = [offer.max_size_mm for offer in offers if offer.max_size_mm is not None]
        return max(sizes, default=None)
    if condition == Condition.TOLERANCE:
        kept = [offer.tolerance_um for offer in offers if offer.tolerance_um is not None]
        return min(kept, default=None)
    if condition == Condition.CAPACITY:
        window = slice(order.not_before, order.due + 1)
        return max(max(shop.free[window], default=0) for shop in shops)
    return None


def _whole(order: Order, market: Market, held: Sequence[Held]) -> list[Relaxation]:
    """Each step has somebody, yet no team: later, dearer, or with more time of the shops."""
    found = []
    later = _later(order, market, held)
    if later is not None:
        found.append(Relaxation((Condition.DUE,), _added(later, market, held), "", later.due))
    free = replace(order, budget_yen=None, revenue_yen=None)
    teams = Case(free, Board(_plain(market)), held).teams(1)[0] if _has_limit(order) else ()
    if teams:
        limit = Case(order, Board(market), held).most
        which = Condition.BUDGET if limit == order.budget_yen else Condition.REVENUE
        found.append(Relaxation((which,), _added(free, market, held), "", teams[0].cost_yen))
    roomy = replace(market, shops=tuple(_idle(shop, order) for shop in market.shops))
    if Case(order, Board(roomy), held).teams(1)[0]:
        found.append(Relaxation((Condition.CAPACITY,), _added(order, roomy, held)))
    return found


def _plain(market: Market) -> Market:
    """The market weighed by money alone: its best team is the cheapest one."""
    weights = replace(market.weights, rotation_yen=0, past_team_yen=0, slack_yen=0)
    return replace(market, weights=weights)


def _has_limit(order: Order) -> bool:
    return order.budget_yen is not None or order.revenue_yen is not None


def _later(order: Order, market: Market, held: Sequence[Held]) -> Order | None:
    """The order with the nearest due half-week that has a team, as far as free time is known."""
    horizon = max((len(shop.free) for shop in market.shops), default=0)
    board = Board(market)
    for due in range(order.due + 1, horizon):
        moved = replace(order, due=due)
        if Case(moved, board, held).teams(1)[0]:
            return moved
    return None


def _idle(shop: Shop, order: Order) -> Shop:
    """The shop with all the time it could need."""
    enough = sum(step.minutes for step in order.steps)
    return replace(shop, free=(enough,) * (order.due + 1))


def _added(order: Order, market: Market, held: Sequence[Held]) -> int:
    """How many shops could take part in some team of this order."""
    case, board = Case(order, Board(market), held), Board(market)
    taking: set[int] = set()
    for place, step in enumerate(case.chain.steps):
        for shop in set(case.offers[place]) - taking:
            code = market.shops[shop].code
            forced = [*(one for one in held if one.step != step.code), Held(step.code, code)]
            if Case(order, board, forced).teams(1)[0]:
                taking.add(shop)
    return len(taking)
