"""Refusals, reasons for having nobody, the batch, and the independent check."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import plan_market
from lab.nakama.planning import periods
from lab.nakama.planning.checker import surplus_yen, violations
from lab.nakama.planning.planner import plan_batch, propose
from lab.nakama.planning.terms import (
    Condition,
    Held,
    Market,
    Offer,
    Order,
    Place,
    PlanRefused,
    Shop,
    Step,
    Weights,
)

HERE = Place(35.7, 139.75)


def shop(code, *offers, free=(480,) * 4, jobs_won=0):
    return Shop(code, HERE, offers, free, jobs_won)


def turning(**limits):
    return Offer("turning", 5_000, 6_000, **limits)


def order(*steps, due=3, **more):
    return Order("o", steps, due, HERE, **more)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), "工程がありません"),
        (
            (Step("a", "turning", 60, ("c",)), Step("b", "turning", 60, ("a",)),
             Step("c", "turning", 60, ("b",))),
            "循環しています（a → b → c → a）",
        ),
        ((Step("a", "turning", 60, ("a",)),), "循環しています（a → a）"),
        ((Step("a", "turning", 60, ("x",)),), "前工程「x」がありません"),
        ((Step("a", "turning", 60), Step("a", "turning", 60, ("a",))), "2回あります"),
        ((Step("a", "turning", 60), Step("b", "turning", 60)), "最後の工程が2つ"),
        (
            (Step("a", "turning", 60), Step("b", "turning", 60, ("a",)),
             Step("c", "turning", 60, ("a",)), Step("d", "turning", 60, ("b", "c"))),
            "工程「a」のあとに工程が2つあります（b、c）",
        ),
        ((Step("a", "turning", 0),), "作業時間がありません"),
    ],
)  # fmt: skip
def test_an_order_that_makes_no_sense_says_what_to_mend(steps, told):
    with pytest.raises(PlanRefused, match=told):
        propose(order(*steps), Market((shop("s", turning()),)))


def test_nobody_fits_says_which_condition_adds_how_many_shops():
    market = Market(
        (
            shop("rough", turning(max_size_mm=400, tolerance_um=50)),
            shop("rougher", turning(max_size_mm=400, tolerance_um=80)),
            shop("small", turning(max_size_mm=100, tolerance_um=5)),
            shop("both", turning(max_size_mm=100, tolerance_um=50)),
            shop("other", Offer("plating", 0, 1_000)),
        )
    )
    step = Step("a", "turning", 60, size_mm=200, tolerance_um=10)
    why = propose(order(step), market).diagnosis
    assert why.steps == ("a",)
    told = [(one.conditions, one.adds, one.needed) for one in why.relaxations]
    assert told == [
        ((Condition.TOLERANCE,), 2, 50),
        ((Condition.SIZE,), 1, 100),
        ((Condition.SIZE, Condition.TOLERANCE), 4, None),
    ]
    # Doing what it says adds just that many.
    eased = propose(order(replace(step, tolerance_um=80)), market)
    assert {team.shops for team in eased.teams} == {("rough",), ("rougher",)}


@pytest.mark.parametrize(
    ("asked", "kept", "fits"),
    [
        ({"materials": frozenset("ab")}, {"materials": frozenset("bc")}, True),
        ({"materials": frozenset("ab")}, {"materials": frozenset("c")}, False),
        ({"materials": frozenset("ab")}, {}, False),
        ({"size_mm": 100}, {"max_size_mm": 100}, True),
        ({"size_mm": 101}, {"max_size_mm": 100}, False),
        ({"size_mm": 1}, {}, False),
        ({"size_mm": 0}, {}, False),
        ({"size_mm": 0}, {"max_size_mm": 0}, True),
        ({"tolerance_um": 10}, {"tolerance_um": 10}, True),
        ({"tolerance_um": 10}, {"tolerance_um": 11}, False),
        ({"tolerance_um": 10}, {}, False),
        ({"lot": 5}, {"lot_min": 5}, True),
        ({"lot": 5}, {"lot_max": 5}, True),
        ({"lot": 5}, {"lot_min": 6}, False),
        ({"lot": 5}, {"lot_min": 1, "lot_max": 4}, False),
        ({"lot": 5}, {}, False),
        ({"certificates": frozenset("a")}, {"certificates": frozenset("ab")}, True),
        ({"certificates": frozenset("a")}, {}, False),
        ({}, {}, True),
    ],
)
def test_what_a_shop_has_not_said_meets_nothing_that_is_asked(asked, kept, fits):
    step, market = Step("a", "turning", 60, **asked), Market((shop("s", turning(**kept)),))
    assert bool(propose(order(step), market).teams) == fits
    # The independent check says the same of the team that is there when nothing is asked.
    teams = propose(order(Step("a", "turning", 60)), market).teams
    told = {one.kind for one in violations([order(step)], market, teams)}
    assert told == (set() if fits else {"unable"})


def test_sizes_nobody_has_told_have_no_value_that_would_do():
    market = Market((shop("s", turning()),))
    [found] = propose(order(Step("a", "turning", 60, size_mm=1)), market).diagnosis.relaxations
    assert (found.conditions, found.adds, found.needed) == ((Condition.SIZE,), 1, None)


def test_a_process_nobody_has_and_a_shop_that_declined():
    market = Market((shop("s", turning()),))
    why = propose(order(Step("a", "forging", 60)), market).diagnosis
    assert why.relaxations[0].conditions == (Condition.PROCESS,)
    why = propose(order(Step("a", "turning", 60), excluded=frozenset({"s"})), market).diagnosis
    assert (why.relaxations[0].conditions, why.relaxations[0].adds) == ((Condition.EXCLUDED,), 1)


def test_too_soon_and_too_dear_name_the_date_and_the_amount_that_would_do():
    market = Market((shop("s", turning()), shop("t", Offer("plating", 0, 4_000))))
    steps = (Step("a", "turning", 60), Step("b", "plating", 60, ("a",)))
    why = propose(order(*steps, due=0), market).diagnosis
    assert (why.relaxations[0].conditions, why.relaxations[0].needed) == ((Condition.DUE,), 1)
    assert why.relaxations[0].adds == 2
    why = propose(order(*steps, budget_yen=10_000), market).diagnosis
    assert why.relaxations[-1].conditions == (Condition.BUDGET,)
    enough = why.relaxations[-1].needed
    assert propose(order(*steps, budget_yen=enough), market).teams
    assert not propose(order(*steps, budget_yen=enough - 1), market).teams


def test_rotation_gives_the_next_job_to_who_has_won_less():
    busy, idle = shop("busy", turning(), jobs_won=3), shop("idle", Offer("turning", 6_000, 6_000))
    weights = Weights("t", rotation_yen=500)
    first = propose(order(Step("a", "turning", 60)), Market((busy, idle), weights)).teams[0]
    assert first.shops == ("idle",)
    weights = Weights("t", rotation_yen=0)
    first = propose(order(Step("a", "turning", 60)), Market((busy, idle), weights)).teams[0]
    assert first.shops == ("busy",)


def test_an_accepted_shop_without_the_process_is_refused():
    market = Market((shop("s", turning()), shop("t", Offer("plating", 0, 4_000))))
    with pytest.raises(PlanRefused, match="登録していません"):
        propose(order(Step("a", "turning", 60)), market, held=[Held("a", "t")])
    with pytest.raises(PlanRefused, match="発注と合いません"):
        propose(order(Step("a", "turning", 60)), market, held=[Held("x", "s")])


def test_a_batch_keeps_every_rule_and_comes_out_the_same_each_time():
    market, orders = plan_market.market(hours=plan_market.BUSY_HOURS), plan_market.orders()
    batch = plan_batch(orders, market, explain=False)
    assert violations(orders, market, batch.teams) == []
    assert len(batch.teams) > 190
    assert surplus_yen(orders, batch.teams) > 0
    again = plan_batch(list(reversed(orders)), market, explain=False)
    assert again.teams == batch.teams


def test_an_order_left_over_in_a_batch_says_why():
    market = Market((shop("s", turning(), free=(60,)),))
    early, late = (replace(order(Step("a", "turning", 60), due=0), code=code) for code in "ab")
    batch = plan_batch([late, early], market)
    assert [team.order for team in batch.teams] == ["a"]
    assert batch.unserved["b"].relaxations[0].conditions == (Condition.CAPACITY,)


def test_the_check_sees_what_a_planner_could_do_wrong():
    steps = (Step("a", "turning", 60), Step("b", "plating", 60, ("a",), tolerance_um=5))
    market = Market((shop("s", turning()), shop("t", Offer("plating", 0, 4_000, tolerance_um=5))))
    asked = order(*steps)
    team = propose(asked, market).teams[0]
    first, second = team.tasks

    def kinds(*tasks, orders=(asked,), times=1):
        made = [replace(team, tasks=tasks)] * times
        return {found.kind for found in violations(orders, market, made)}

    assert kinds(first, second) == set()
    assert kinds(first, replace(second, period=0)) == {"precedence"}
    assert "window" in kinds(first, replace(second, period=4))
    assert "unable" in kinds(first, replace(second, shop="s"))
    assert "minutes" in kinds(replace(first, minutes=30), second)
    assert kinds(first) == {"steps"}
    assert kinds(first, second, times=2) == {"served_twice"}
    assert "capacity" in kinds(first, second, times=9)
    assert kinds(replace(first, lines=()), second) == {"processing_cost"}
    assert kinds(first, replace(second, lines=second.lines[:1])) >= {"handover_cost"}
    assert kinds(first, second, orders=[replace(asked, budget_yen=1)]) == {"budget"}
    assert kinds(first, second, orders=[]) == {"unknown_order"}


@given(st.integers(0, 400), st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_half_weeks_tile_the_calendar(index, first):
    start, end = periods.first_day(index, first), periods.last_day(index, first)
    assert (end - start).days in (2, 3)
    assert periods.half_week(start, first) == periods.half_week(end, first) == index
