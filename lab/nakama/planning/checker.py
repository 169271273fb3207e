"""An independent check of a plan: nothing of the planner's own arithmetic is used here.

Reads orders, shops and the teams made for them, recomputes every figure from the definitions and
says what does not hold. An empty list is the proof that a plan may be carried out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from lab.nakama.planning.terms import Line, Market, Offer, Order, Shop, Step, Task, Team


@dataclass(frozen=True, slots=True)
class Violation:
    """Something the plan promises that cannot be kept."""

    kind: str
    order: str
    step: str
    detail: str


def violations(orders: Sequence[Order], market: Market, teams: Sequence[Team]) -> list[Violation]:
    """All of them, for all teams together."""
    by_code = {order.code: order for order in orders}
    shops = {shop.code: shop for shop in market.shops}
    found = list(_repeated(teams))
    for team in teams:
        if team.order not in by_code:
            found.append(Violation("unknown_order", team.order, "", "no such order"))
            continue
        found += _of_team(by_code[team.order], team, shops, market)
    return [*found, *_overbooked(teams, shops)]


def surplus_yen(orders: Sequence[Order], teams: Sequence[Team]) -> int:
    """What the served orders bring in less what their teams cost."""
    revenue = {order.code: order.revenue_yen or 0 for order in orders}
    money = (Line.SETUP, Line.WORK, Line.RISK, Line.HANDOVER, Line.DELIVERY)
    costs = (
        line.yen for team in teams for task in team.tasks for line in task.lines
        if line.line in money
    )  # fmt: skip
    return sum(revenue[team.order] for team in teams) - sum(costs)


def _repeated(teams: Sequence[Team]) -> Iterator[Violation]:
    for code, number in Counter(team.order for team in teams).items():
        if number > 1:
            yield Violation("served_twice", code, "", f"{number} teams")


def _of_team(
    order: Order, team: Team, shops: Mapping[str, Shop], market: Market
) -> Iterator[Violation]:
    tasks = {task.step: task for task in team.tasks}
    wanted = {step.code for step in order.steps}
    if len(tasks) < len(team.tasks) or set(tasks) != wanted:
        yield Violation("steps", order.code, "", "the tasks are not the order's steps")
        return
    for step in order.steps:
        yield from _of_task(order, step, tasks, shops, market)
    costs = sum(
        line.yen
        for task in team.tasks
        for line in task.lines
        if line.line in ("setup", "work", "risk", "handover", "delivery")
    )
    for name, limit in (("budget", order.budget_yen), ("revenue", order.revenue_yen)):
        if limit is not None and costs > limit:
            yield Violation(name, order.code, "", f"{costs} > {limit}")


def _of_task(
    order: Order, step: Step, tasks: Mapping[str, Task], shops: Mapping[str, Shop], market: Market
) -> Iterator[Violation]:
    task = tasks[step.code]
    shop = shops.get(task.shop)
    if shop is None:
        yield Violation("unknown_shop", order.code, step.code, task.shop)
        return
    if task.shop in order.excluded or task.shop in step.excluded:
        yield Violation("excluded", order.code, step.code, task.shop)
    if task.minutes != step.minutes:
        yield Violation("minutes", order.code, step.code, f"{task.minutes} != {step.minutes}")
    if not order.not_before <= task.period <= order.due:
        yield Violation("window", order.code, step.code, str(task.period))
    for code in step.after:
        before = tasks[code]
        lag = 0 if before.shop == task.shop else market.weights.handover_lag
        if task.period < before.period + lag:
            yield Violation("precedence", order.code, step.code, f"{code} → {step.code}")
    expected = {_cost(offer, step) for offer in shop.offers if _meets(offer, step)}
    if not expected:
        yield Violation("unable", order.code, step.code, task.shop)
    elif _stated(task, "setup", "work", "risk") not in expected:
        yield Violation("processing_cost", order.code, step.code, str(sorted(expected)))
    yield from _moving(order, step, tasks, shops, market)


def _moving(
    order: Order, step: Step, tasks: Mapping[str, Task], shops: Mapping[str, Shop], market: Market
) -> Iterator[Violation]:
    """Hand-overs and delivery, priced by distance."""
    task, weights = tasks[step.code], market.weights
    here = shops[task.shop].place
    handover = 0
    for code in step.after:
        giver = shops[tasks[code].shop]
        if giver.code != task.shop:
            km = giver.place.km_to(here)
            handover += weights.handover_yen + round(km * weights.handover_yen_per_km)
    if _stated(task, "handover") != handover:
        yield Violation("handover_cost", order.code, step.code, str(handover))
    final = all(step.code not in other.after for other in order.steps)
    delivery = 0
    if final:
        km = here.km_to(order.place)
        delivery = weights.delivery_yen + round(km * weights.delivery_yen_per_km)
    if _stated(task, "delivery") != delivery:
        yield Violation("delivery_cost", order.code, step.code, str(delivery))


def _stated(task: Task, *names: str) -> int:
    return sum(line.yen for line in task.lines if line.line in names)


def _cost(offer: Offer, step: Step) -> int:
    """Setup, work and rework, each to the nearest 円 (halves up)."""
    work = floor((2 * step.minutes * offer.yen_per_hour + 60) / 120)
    risk = floor((2 * (offer.setup_yen + work) * offer.risk_permille + 1000) / 2000)
    return offer.setup_yen + work + risk


def _meets(offer: Offer, step: Step) -> bool:
    """Every hard condition, written out once more."""
    return (
        offer.process == step.process
        and (not step.materials or bool(step.materials & offer.materials))
        and (
            step.size_mm is None
            or (offer.max_size_mm is not None and offer.max_size_mm >= step.size_mm)
        )
        and (
            step.tolerance_um is None
            or (offer.tolerance_um is not None and offer.tolerance_um <= step.tolerance_um)
        )
        and (
            step.lot is None
            or (
                (offer.lot_min, offer.lot_max) != (None, None)
                and (offer.lot_min or 0) <= step.lot
                and (offer.lot_max is None or step.lot <= offer.lot_max)
            )
        )
        and step.certificates <= offer.certificates
    )  # fmt: skip


def _overbooked(teams: Sequence[Team], shops: Mapping[str, Shop]) -> Iterator[Violation]:
    """Capacity over all teams together."""
    used: Counter[tuple[str, int]] = Counter()
    for team in teams:
        for task in team.tasks:
            used[task.shop, task.period] += task.minutes
    for (code, period), minutes in sorted(used.items()):
        free = shops[code].free if code in shops else ()
        room = free[period] if 0 <= period < len(free) else 0
        if minutes > room:
            yield Violation("capacity", "", "", f"{code}, {period}: {minutes} > {room}")
