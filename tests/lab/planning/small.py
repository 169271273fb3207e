"""Small random orders and markets, and every team there is for them, counted out."""

import random
from itertools import product

from lab.nakama.planning.terms import (
    WEIGHTS,
    Held,
    Line,
    Market,
    Offer,
    Order,
    Place,
    Shop,
    Step,
    Weights,
)

PROCESSES = ("turning", "milling", "plating")


def place(chance):
    """Somewhere in the wards."""
    return Place(35.6 + chance.randrange(20) / 100, 139.6 + chance.randrange(20) / 100)


def case(seed):
    """An order of up to 4 steps with joins, up to 5 shops, up to 6 half-weeks, often crowded."""
    chance = random.Random(seed)
    due = chance.randrange(1, 6)
    shops = tuple(_shop(chance, number, due + 1) for number in range(chance.randrange(2, 6)))
    steps = tuple(_steps(chance, chance.randrange(1, 5)))
    order = Order(
        "o",
        steps,
        due,
        place(chance),
        budget_yen=chance.choice((None, None, 60_000, 90_000)),
        not_before=chance.choice((0, 0, 0, 1)) if due > 1 else 0,
        excluded=frozenset(chance.choice(((), (), ("s0",)))),
    )
    pairs = frozenset(
        (one.code, other.code)
        for one in shops
        for other in shops
        if one.code < other.code and chance.random() < 0.3
    )
    weights = chance.choice(
        (WEIGHTS, Weights("t", rotation_yen=4_000, past_team_yen=3_000, slack_yen=1_500))
    )
    return order, Market(shops, weights, pairs)


def _shop(chance, number, periods):
    able = chance.sample(PROCESSES, chance.randrange(1, 4))
    offers = tuple(
        Offer(
            process,
            chance.randrange(0, 12) * 1_000,
            chance.randrange(3, 9) * 1_000,
            chance.randrange(0, 80),
            tolerance_um=chance.choice((None, 5, 20)),
        )
        for process in able
    )
    free = tuple(chance.choice((0, 120, 240, 360)) for _ in range(periods))
    return Shop(f"s{number}", place(chance), offers, free, jobs_won=chance.randrange(3))


def _steps(chance, number):
    """Each step but the last goes into a later one: sequences and joins."""
    after = {n: [] for n in range(number)}
    for n in range(number - 1):
        into = n + 1 if chance.random() < 0.6 else chance.randrange(n + 1, number)
        after[into].append(f"p{n}")
    for n in range(number):
        yield Step(
            f"p{n}",
            chance.choice(PROCESSES[:2] if chance.random() < 0.7 else PROCESSES),
            chance.choice((60, 120, 150, 200)),
            tuple(after[n]),
            tolerance_um=chance.choice((None, None, 10)),
        )


def every_team(order, market, held=()):
    """The least score of each team (the shop of each step): all picks tried one by one."""
    fixed = {one.step: one for one in held}
    ways = [_ways(step, order, market, fixed.get(step.code)) for step in order.steps]
    best = {}
    for picks in product(*ways):
        score = _score(order, market, picks)
        if score is not None:
            team = tuple(market.shops[shop].code for shop, _, _ in picks)
            best[team] = min(score, best.get(team, score))
    return best


def _ways(step, order, market, held):
    found = []
    for number, shop in enumerate(market.shops):
        offers = [
            offer
            for offer in shop.offers
            if offer.process == step.process
            and (held or _fine_enough(offer.tolerance_um, step.tolerance_um))
        ]
        if not offers or (not held and shop.code in order.excluded):
            continue
        if held and shop.code != held.shop:
            continue
        found += [(number, period, offers[0]) for period in range(order.not_before, order.due + 1)]
    return found


def _fine_enough(kept, asked):
    """A shop that does not say what it keeps, keeps nothing that is asked."""
    return asked is None or (kept is not None and kept <= asked)


def _score(order, market, picks):
    """Score of a whole assignment; None where a rule is broken."""
    weights, shops = market.weights, market.shops
    place_of = {step.code: n for n, step in enumerate(order.steps)}
    used, money, score = {}, 0, 0
    for step, (shop, period, offer) in zip(order.steps, picks, strict=True):
        used[shop, period] = used.get((shop, period), 0) + step.minutes
        work = (step.minutes * offer.yen_per_hour * 2 + 60) // 120
        base = offer.setup_yen + work
        money += base + (base * offer.risk_permille * 2 + 1000) // 2000
        score += weights.rotation_yen * shops[shop].jobs_won
        for code in step.after:
            giver, earlier, _ = picks[place_of[code]]
            if period < earlier + (weights.handover_lag if giver != shop else 0):
                return None
            if giver != shop:
                km = shops[giver].place.km_to(shops[shop].place)
                money += weights.handover_yen + round(km * weights.handover_yen_per_km)
                pair = tuple(sorted((shops[giver].code, shops[shop].code)))
                score -= weights.past_team_yen if pair in market.worked_together else 0
    if any(minutes > shops[shop].free[period] for (shop, period), minutes in used.items()):
        return None
    shop, period, _ = picks[-1]
    km = shops[shop].place.km_to(order.place)
    money += weights.delivery_yen + round(km * weights.delivery_yen_per_km)
    if order.budget_yen is not None and money > order.budget_yen:
        return None
    return money + score - weights.slack_yen * min(order.due - period, weights.slack_most)


def held_by(team, seed):
    """One of the team's steps, accepted by its shop."""
    task = random.Random(seed).choice(team.tasks)
    return [Held(task.step, task.shop)]


MONEY_LINES = {Line.SETUP, Line.WORK, Line.RISK, Line.HANDOVER, Line.DELIVERY}
