"""`plan_batch`: 200 orders planned on 500 firms and 24 half-weeks, and checked independently."""

import statistics
import time

from bench import plan_market

ROUNDS, MOST_SECONDS = 5, 1.0


def measure() -> dict[str, object]:
    """The median of some rounds in seconds. Raises RuntimeError when the plan breaks a rule."""
    from lab.nakama.planning.checker import surplus_yen, violations
    from lab.nakama.planning.planner import plan_batch

    market, orders, seconds = plan_market.market(), plan_market.orders(), []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        batch = plan_batch(orders, market, explain=False)
        seconds.append(time.perf_counter() - started)
    broken = violations(orders, market, batch.teams)
    if broken:
        raise RuntimeError(f"the plan breaks {len(broken)} rules, first: {broken[0]}")
    value = statistics.median(seconds)
    return {
        "value": round(value, 3),
        "unit": "s",
        "goal": MOST_SECONDS,
        "ok": value <= MOST_SECONDS,
        "orders": len(orders),
        "served": len(batch.teams),
        "surplus_yen": surplus_yen(orders, batch.teams),
    }
