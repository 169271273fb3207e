"""The rules of 効果報告: slips of the unit, sums that cannot be true, value added, the year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.obligations.kinds import opens_on
from subsidies.obligations.rules import effects
from tests.subsidies.obligations.test_followup import FIGURES


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"sales": 80_000}, [("sales", "thousand"), ("sales", "too_small")]),
        ({"sales": 80_000_000_000}, [("sales", "thousand")]),
        ({"labour": 160_000_000}, [("labour", "jump")]),
        ({"labour": 159_999_999}, []),
        ({"labour": 2_500_000}, [("labour", "jump")]),
        ({"labour": 2_500_001}, []),
        ({"labour": 0}, []),
        ({"profit": -2_000_000}, []),
        ({"profit": 16_000_000}, [("profit", "jump")]),
        ({"wages": 50_000_001}, [("wages", "over_cost")]),
        ({"depreciation": 23_000_001}, []),
        (
            {"depreciation": 58_000_001},
            [("depreciation", "jump"), ("depreciation", "over_expenses")],
        ),
        ({"people": 80, "hours": 15_000}, [("people", "jump")]),
        ({"hours": 8 * 24 * 366 + 1}, [("hours", "too_many_hours")]),
    ],
)
def test_slips_of_the_unit_are_asked_about(changes, expected):
    found = effects.doubts(FIGURES, {**FIGURES, **changes})
    assert [(doubt.code, doubt.why) for doubt in found if doubt.code in changes] == expected


def test_a_loss_in_thousands_is_asked_about_like_a_profit():
    (doubt,) = effects.doubts({"profit": -2_000_000}, {"profit": -2_000})
    assert (doubt.code, doubt.why) == ("profit", "thousand")


@given(st.sampled_from(effects.COMPONENTS), st.integers(1, 10**12), st.integers(1, 10**12))
def test_a_doubt_has_no_direction(component, one, other):
    code = component.code
    there = effects.doubts({code: one}, {code: other})
    back = effects.doubts({code: other}, {code: one})
    assert there == back


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"labour": 20_000_001}, [("labour", "parts", 20_000_000)]),
        ({"profit": 30_000_000, "salaries": 0, "wages": 20_000_000}, []),
        ({"profit": 30_000_001}, [("profit", "over_gross", 30_000_000)]),
        ({"profit": 23_000_000}, []),
        ({"profit": 23_000_001}, [("salaries", "over_overhead", 6_999_999)]),
        ({"profit": -500_000_000}, []),
        ({"sales": 49_000_000, "profit": -8_000_000}, []),
        ({"sales": 49_000_000, "profit": 1}, [("profit", "over_gross", -1_000_000)]),
    ],
)
def test_sums_that_cannot_be_true_are_refused(changes, expected):
    assert effects.misfits({**FIGURES, **changes}) == expected


def test_value_added_has_a_letter_and_may_be_negative():
    assert effects.value_added(FIGURES) == {"A": 25_000_000, "B": 12_000_000, "C": 2_000_000}
    loss = {**FIGURES, "profit": -30_000_000}
    assert effects.value_added(loss) == {"A": -7_000_000, "B": -20_000_000, "C": -30_000_000}
    # Reports from before 労務費 stood apart.
    old = {code: FIGURES[code] for code in ("sales", "cost", "labour", "depreciation", "people")}
    assert effects.value_added(old) == {}


@given(
    st.fixed_dictionaries(
        {code: st.integers(0, 10**9) for code in FIGURES} | {"profit": st.integers(-(10**9), 10**9)}
    )
)
def test_figures_that_fit_keep_the_order_of_the_formulas(figures):
    figures["labour"] = figures["wages"] + figures["salaries"]
    added = effects.value_added(figures)
    assert added["A"] - added["B"] == figures["wages"]
    assert added["A"] >= added["B"] >= added["C"] == figures["profit"]
    overhead = figures["sales"] - figures["cost"] - figures["profit"]
    assert bool(effects.misfits(figures)) == (overhead < figures["salaries"])


def test_a_report_may_be_handed_in_from_the_year_it_is_due():
    assert opens_on(dt.date(2028, 6, 30)) == dt.date(2028, 4, 1)
    assert opens_on(dt.date(2029, 3, 31)) == dt.date(2028, 4, 1)
