"""`plan_batch`: 200 orders planned on 500 firms and 24 half-weeks, and checked independently.

In the two markets of `plan_bound`; the slower one counts.
"""

import statistics
import time

from bench import plan_market

ROUNDS, MOST_SECONDS = 5, 1.0


def measure() -> dict[str, object]:
    """The median of some rounds in seconds, of the slower market.

    Raises RuntimeError when a plan breaks a rule.
    """
    from lab.nakama.planning.checker import surplus_yen, violations
    from lab.nakama.planning.planner import plan_batch

    orders, medians, teams = plan_market.orders(), [], []
    for hours in (plan_market.FREE_HOURS, plan_market.BUSY_HOURS):
        market, seconds = plan_market.market(hours=hours), []
        for _round in range(ROUNDS):
            started = time.perf_counter()
            batch = plan_batch(orders, market, explain=False)
            seconds.append(time.perf_counter() - started)
        broken = violations(orders, market, batch.teams)
        if broken:
            raise RuntimeError(f"the plan breaks {len(broken)} rules, first: {broken[0]}")
        medians.append(statistics.median(seconds))
        teams.append(batch.teams)
    value = max(medians)
    return {
        "value": round(value, 3),
        "unit": "s",
        "goal": MOST_SECONDS,
        "ok": value <= MOST_SECONDS,
        "orders": len(orders),
        "loose": round(medians[0], 3),
        "busy": round(medians[1], 3),
        "served": min(len(served) for served in teams),
        "surplus_yen": [surplus_yen(orders, served) for served in teams],
    }
