"""The plan of a batch: its tables find the planner's own path, and bettering it drops nobody."""

from dataclasses import replace

from lab.nakama.planning import paths
from lab.nakama.planning.board import Board, Case
from lab.nakama.planning.checker import violations
from lab.nakama.planning.improving import Plan
from lab.nakama.planning.planner import plan_batch
from lab.nakama.planning.tables import Table, table
from lab.nakama.planning.terms import Market, Offer, Order, Place, Shop, Step
from tests.lab.planning.small import case

CASES = 300
HERE = Place(35.7, 139.75)


def test_the_tables_find_the_path_of_the_planner():
    found = 0
    for seed in range(CASES):
        order, market = case(seed)
        board = Board(market)
        asked = Case(order, board, ())
        if not all(asked.offers):
            continue
        handovers = board.handovers(board.prices.score)
        truth = paths.relax(asked.chain, asked.rows(), handovers)
        rotation = table([board.jobs], len(board.jobs))[0] * market.weights.rotation_yen
        quick = Table(asked).best(table(board.free, order.due + 1), rotation)
        assert (quick and quick[0]) == (truth and truth.value), seed
        if quick:
            won = sum(board.jobs[shop] for shop, _ in quick[1]) * market.weights.rotation_yen
            assert asked.score(quick[1]) + won == quick[0], seed
            assert not Table(asked).best(table(board.free, order.due + 1), rotation, quick[0])
            found += 1
    assert found > 150


def test_bettering_a_plan_drops_nobody_and_costs_no_more():
    cheaper = more = 0
    for seed in range(0, CASES, 2):
        market = case(seed)[1]
        orders = [replace(case(seed + nth)[0], code=f"o{nth}") for nth in range(4)]
        plan = Plan(*cases_on(orders, market))
        plan.serve()
        before = plan.teams()
        plan.improve()
        after = plan.teams()
        assert violations(orders, market, after) == [], seed
        assert {team.order for team in before} <= {team.order for team in after}
        if len(before) == len(after):
            assert total(after) <= total(before), seed
        cheaper += len(before) == len(after) and total(after) < total(before)
        more += len(before) < len(after)
    # The sample holds what it is meant to hold.
    assert cheaper > 5
    assert more > 5


def cases_on(orders, market):
    """The orders laid out on one board."""
    board = Board(market)
    return [Case(order, board, ()) for order in orders], board


def total(teams):
    """What the teams are compared by, all together."""
    return sum(team.score_yen for team in teams)


def test_an_order_makes_room_for_another_that_has_only_one_shop():
    def shop(code, yen, size):
        return Shop(code, HERE, (Offer("turning", 0, yen, max_size_mm=size),), (60,))

    def order(code, size):
        return Order(code, (Step("s", "turning", 60, size_mm=size),), 0, HERE)

    market = Market((shop("large", 3_000, 900), shop("small", 6_000, 100)))
    batch = plan_batch([order("a", 50), order("b", 500)], market)
    assert {team.order: team.shops for team in batch.teams} == {"a": ("small",), "b": ("large",)}
    assert not batch.unserved
