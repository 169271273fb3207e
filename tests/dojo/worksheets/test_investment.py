"""The investment calculator: against numpy-financial and textbook tables, and what must always hold."""

import csv
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dojo.worksheets.rules.investment import (
    NoIrr,
    Plan,
    flows,
    irr,
    npv,
    outcome,
    payback,
    sensitivity,
)
from dojo.worksheets.words import irr_text, payback_text

CASES = list(csv.reader((Path(__file__).parent / "golden/investment.csv").open(encoding="utf-8")))[
    1:
]
YEN = st.integers(min_value=0, max_value=50_000_000)
RATES = st.fractions(min_value=0, max_value=1, max_denominator=1000)


def test_there_are_cases_enough():
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_golden_cases(case):
    _name, rate, amounts, worth, returned, back, _source = case
    found = [int(amount) for amount in amounts.split()]
    assert floor(npv(Fraction(rate), found)) == int(worth)
    rated = irr(found)
    said = rated.value if isinstance(rated, NoIrr) else f"{float(rated * 100):.2f}"
    assert said == returned
    paid = payback(found)
    assert ("" if paid is None else f"{float(paid):.2f}") == back


@st.composite
def plans(draw):
    return Plan(
        initial_yen=draw(st.integers(min_value=1, max_value=50_000_000)),
        running_yen=draw(st.integers(min_value=0, max_value=2_000_000)),
        hours=draw(st.fractions(min_value=0, max_value=200, max_denominator=4)),
        hourly_yen=draw(st.integers(min_value=1_000, max_value=6_000)),
        saved_yen=draw(YEN),
        margin_yen=draw(YEN),
        years=draw(st.integers(min_value=1, max_value=20)),
        rate=draw(RATES),
        first_year=draw(st.fractions(min_value=0, max_value=1, max_denominator=20)),
    )


@given(plans(), RATES, RATES)
@settings(max_examples=60, deadline=None)
def test_npv_falls_with_the_rate_where_later_years_bring_something(plan, one, other):
    found = flows(plan)
    if all(amount >= 0 for amount in found[1:]) and any(found[1:]):
        low, high = sorted((one, other))
        assert npv(low, found) >= npv(high, found)
        if low < high:
            assert npv(low, found) > npv(high, found)


@given(plans())
@settings(max_examples=60, deadline=None)
def test_the_irr_leaves_nothing_or_says_in_words_why_there_is_none(plan):
    found = flows(plan)
    rate = irr(found)
    if isinstance(rate, NoIrr):
        assert irr_text(rate).startswith("計算できません")
        return
    step = Fraction(1, 1_000_000)
    around = [npv(rate - step, found), npv(rate + step, found)]
    assert min(around) <= 0 <= max(around)


@given(plans())
@settings(max_examples=40, deadline=None)
def test_it_is_paid_back_exactly_when_the_balance_ends_above_nil(plan):
    result = outcome(plan)
    assert (result.payback is not None) == (result.balance[-1] >= 0)
    if result.payback is not None:
        assert 0 <= result.payback <= plan.years
        assert payback_text(result.payback, plan.years).endswith("年")
    else:
        assert "元が取れません" in payback_text(None, plan.years)


def test_the_middle_of_the_sensitivity_table_is_the_plan_itself():
    plan = Plan(initial_yen=2_000_000, running_yen=120_000, hours=Fraction(30), hourly_yen=2_500)
    table = sensitivity(plan, Fraction(3, 10))
    assert table[1][1][1] == (Fraction(1), outcome(plan).npv_yen)
    # More benefit is better, more cost is worse.
    column = [row[1][1] for _factor, row in table]
    assert column == sorted(column)
    assert [yen for _cost, yen in table[1][1]] == sorted(
        (yen for _cost, yen in table[1][1]), reverse=True
    )


def test_a_subsidy_lowers_what_is_paid_and_the_first_year_brings_its_part():
    plan = Plan(
        initial_yen=1_000_000,
        subsidy_yen=400_000,
        running_yen=50_000,
        saved_yen=300_000,
        years=2,
        first_year=Fraction(1, 2),
    )
    assert flows(plan) == (-600_000, 100_000, 250_000)


def test_a_rate_of_minus_a_hundred_per_cent_is_no_rate():
    with pytest.raises(ValueError, match="above -100"):
        npv(Fraction(-1), [1, 2])
