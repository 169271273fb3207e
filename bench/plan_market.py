"""The seeded market the planner is measured on: 500 firms, 40 processes, 24 half-weeks, and orders
of 6 steps each. The same seed makes the same market on every machine."""

import random
from collections.abc import Sequence

from lab.nakama.planning.terms import Market, Offer, Order, Place, Shop, Step, Weights

SEED = 23
ORDERS, FIRMS, PROCESSES, STEPS, PERIODS = 200, 500, 40, 6, 24
# Hours a small shop has left of the twenty-odd of a half-week; a busy market has none in a third.
FREE_HOURS, BUSY_HOURS = (0, 4, 8, 12, 16, 20), (0, 0, 4, 8, 12, 16)
MATERIALS = ("SS400", "SUS304", "A5052", "S45C", "C3604")
# Money alone is compared with the bound: no rotation, no bonuses.
PLAIN = Weights("bench", rotation_yen=0, past_team_yen=0, slack_yen=0)


def market(
    weights: Weights = PLAIN, *, hours: Sequence[int] = FREE_HOURS, seed: int = SEED
) -> Market:
    """Firms with 1 to 3 processes each, some hours free in most half-weeks."""
    chance = random.Random(seed)
    rates = [chance.randint(3_000, 7_000) for _ in range(PROCESSES)]
    return Market(tuple(_shop(chance, number, rates, hours) for number in range(FIRMS)), weights)


def orders(count: int = ORDERS, *, seed: int = SEED) -> list[Order]:
    """Sequences of 6 different processes, each of some hours, worth a third more than usual."""
    chance = random.Random(seed + 1)
    return [_order(chance, number) for number in range(count)]


def _place(chance: random.Random) -> Place:
    return Place(chance.uniform(35.55, 35.80), chance.uniform(139.60, 139.90))


def _shop(chance: random.Random, number: int, rates: list[int], hours: Sequence[int]) -> Shop:
    offers = tuple(
        Offer(
            f"p{process}",
            setup_yen=chance.randint(2, 15) * 1_000,
            yen_per_hour=round(rates[process] * chance.uniform(0.7, 1.4)),
            risk_permille=chance.randint(0, 80),
            materials=frozenset(chance.sample(MATERIALS, 3)),
            max_size_mm=chance.choice((200, 300, 500, 1_000)),
            tolerance_um=chance.choice((5, 10, 20, 50)),
        )
        for process in chance.sample(range(PROCESSES), chance.randint(1, 3))
    )
    free = tuple(60 * chance.choice(hours) for _ in range(PERIODS))
    return Shop(f"f{number:03}", _place(chance), offers, free)


def _order(chance: random.Random, number: int) -> Order:
    material, size = chance.choice(MATERIALS), chance.choice((100, 150, 250))
    steps, hours = [], 0
    for place, process in enumerate(chance.sample(range(PROCESSES), STEPS)):
        minutes = 60 * chance.randint(2, 8)
        hours += minutes // 60
        steps.append(
            Step(
                f"s{place}",
                f"p{process}",
                minutes,
                (f"s{place - 1}",) if place else (),
                materials=frozenset({material}),
                size_mm=size,
                tolerance_um=chance.choice((20, 50, None)),
            )
        )
    start = chance.randint(0, 8)
    due = min(PERIODS - 1, start + chance.randint(STEPS, 2 * STEPS))
    revenue = round(hours * 6_000 * chance.uniform(0.9, 1.5)) + STEPS * 9_000
    return Order(f"o{number:03}", tuple(steps), due, _place(chance), revenue, not_before=start)
