"""共同購買 and the split of a joint order: against counting out, and nobody pays more than alone."""

import random
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lab.nakama.exchange.rules.lots import Taker, split
from lab.nakama.exchange.rules.purchase import Demand, Quote, buy_together

FEES = {"a": 800, "b": 300}


def scene(chance, firms=3, items="xy"):
    demands = [
        Demand(firm, item, quantity, quantity * chance.randint(80, 130))
        for firm in range(firms)
        for item in items
        if (quantity := chance.randint(1, 30))
    ]
    quotes = [
        Quote(
            supplier,
            item,
            tuple(
                (least, chance.randint(60, 120) - 10 * step)
                for step, least in enumerate((1, chance.randint(10, 60)))
            ),
        )
        for supplier in FEES
        for item in items
    ]
    return demands, quotes


def cheapest(demands, quotes):
    """Every choice of supplier or going alone, priced at the best break its quantity reaches."""
    best = sum(one.alone_yen for one in demands)
    for choice in product([None, *FEES], repeat=len(demands)):
        cost = sum(one.alone_yen for one, to in zip(demands, choice, strict=True) if to is None)
        cost += sum(FEES[to] for _, to in {(d.firm, to) for d, to in
                    zip(demands, choice, strict=True) if to})  # fmt: skip
        for quote in quotes:
            total = sum(
                one.quantity
                for one, to in zip(demands, choice, strict=True)
                if to == quote.supplier and one.item == quote.item
            )
            if total:
                cost += total * min(unit for least, unit in quote.breaks if least <= total)
        best = min(best, cost)
    return best


def test_the_cheapest_for_all_is_that_of_counting_out():
    for seed in range(15):
        demands, quotes = scene(random.Random(seed))
        found = buy_together(demands, quotes, FEES)
        alone = sum(one.alone_yen for one in demands)
        assert alone - found.saved_yen == cheapest(demands, quotes), seed


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_nobody_pays_more_than_alone_and_all_is_paid(seed, firms):
    demands, quotes = scene(random.Random(seed), firms)
    found = buy_together(demands, quotes, FEES)
    alone = dict.fromkeys(found.pays_yen, 0)
    for one in found.bought:
        alone[one.demand.firm] += one.demand.alone_yen
    assert all(pays <= alone[firm] for firm, pays in found.pays_yen.items())
    assert sum(found.pays_yen.values()) == found.cost_yen
    assert found.saved_yen >= 0
    # By volume: the same part of what each would have paid, to one 円.
    for firm, pays in found.pays_yen.items():
        assert abs(pays - alone[firm] * found.cost_yen / sum(alone.values())) < 1
    # A price break that was taken is reached.
    for one in found.bought:
        total = sum(
            other.demand.quantity
            for other in found.bought
            if (other.supplier, other.demand.item) == (one.supplier, one.demand.item)
        )
        least = [
            least
            for quote in quotes
            if (quote.supplier, quote.item) == (one.supplier, one.demand.item)
            for least, unit in quote.breaks
            if unit == one.unit_yen
        ]
        assert total >= min(least)


def test_nothing_to_buy_and_nothing_cheaper():
    assert buy_together([], [], {}).bought == ()
    dear = [Quote("a", "x", ((1, 500),))]
    assert buy_together([Demand(1, "x", 5, 500)], dear, FEES).bought == ()


def test_lots_are_split_as_counting_out_would():
    for seed in range(25):
        chance = random.Random(seed)
        takers = [
            Taker(
                n,
                chance.randint(0, 4),
                chance.randint(3, 8),
                chance.randint(0, 900),
                chance.randint(50, 200),
            )
            for n in range(chance.randint(1, 3))
        ]
        quantity, most = chance.randint(1, 14), chance.randint(1, 3)
        costs = [
            sum(
                t.setup_yen * (lot > 0) + t.unit_yen * lot
                for t, lot in zip(takers, lots, strict=True)
            )
            for lots in product(*([0, *range(max(t.least, 1), t.most + 1)] for t in takers))
            if sum(lots) == quantity and sum(lot > 0 for lot in lots) <= most
        ]
        found = split(quantity, takers, most)
        assert bool(found) == bool(costs), seed
        if costs:
            cost = sum(t.setup_yen + t.unit_yen * found[t.firm] for t in takers if t.firm in found)
            assert (sum(found.values()), cost) == (quantity, min(costs)), seed
            assert len(found) <= most
