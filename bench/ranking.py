"""`ranking`: 5,000 scored applications put in order within a budget, by the pure rule."""

import random
import statistics
import time
from fractions import Fraction

APPLICATIONS, ROUNDS, MOST_SECONDS = 5_000, 5, 1.0
CODES = ("fit", "novelty", "market", "profit", "feasible")


def measure() -> dict[str, object]:
    """The median of some rounds in seconds. Raises RuntimeError when the budget is exceeded."""
    from subsidies.rules.ranking import ARRIVAL, BONUS, Terms, rank
    from subsidies.rules.scoring import Scoring, ScoringCriterion

    criteria = tuple(
        ScoringCriterion(code, code, weight=Fraction(4), minimum=Fraction(1)) for code in CODES
    )
    terms = Terms(
        Scoring(criteria, minimum_total=Fraction(60)), 2_000_000_000, (CODES[0], BONUS, ARRIVAL)
    )
    entries, seconds = _entries(), []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        places = rank(entries, terms)
        seconds.append(time.perf_counter() - started)
    if len(places) != APPLICATIONS or sum(p.amount_yen for p in places) > terms.budget_yen:
        raise RuntimeError("the ranking lost an application or spent too much")
    value = statistics.median(seconds)
    return {
        "value": round(value, 3),
        "unit": "s",
        "goal": MOST_SECONDS,
        "ok": value < MOST_SECONDS,
        "applications": APPLICATIONS,
    }


def _entries() -> list[object]:
    """Averages of three reviewers each, many of them equal."""
    from subsidies.rules.ranking import Scored

    chance = random.Random(23)
    found: list[object] = []
    for number in range(APPLICATIONS):
        averages = {code: Fraction(chance.randint(6, 15), 3) for code in CODES}
        total = 4 * sum(averages.values(), Fraction(0))
        wanted = chance.randint(50, 1_000) * 10_000
        found.append(Scored(number, number, wanted, total, averages, chance.choice((0, 5, 10))))
    return found
