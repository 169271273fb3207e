"""Pure rules: waves, the order of steps, terms of payment, what a summary may not name."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.nakama.cases.rules import order, summary, terms, waves
from lab.nakama.cases.workload import Job, left_of

DAY = dt.date(2026, 11, 30)


@pytest.mark.parametrize(("permille", "size"), [(300, 7), (500, 4), (900, 1), (100, 22)])
def test_a_wave_leaves_one_chance_in_ten_that_nobody_answers(permille, size):
    assert waves.wave_size(permille) == size


@given(st.integers(1, 999))
def test_a_wave_is_no_larger_than_needed(permille):
    size = waves.wave_size(permille)
    silent = (1 - permille / 1000) ** size
    assert silent <= 0.1 + 1e-6
    assert size == 1 or silent / (1 - permille / 1000) > 0.1 - 1e-6


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_response_rate_stays_within_its_bounds(answered, unanswered):
    rate = waves.response_permille(answered, answered + unanswered)
    assert waves.LOWEST_PERMILLE <= rate <= waves.HIGHEST_PERMILLE


def test_a_firm_nobody_knows_counts_as_usual():
    assert waves.response_permille(0, 0) == waves.USUAL_PERMILLE


@pytest.mark.parametrize(
    ("after", "kind", "steps"),
    [
        ({1: [], 2: [1], 3: [2]}, None, ()),
        ({1: [], 2: [1, 9]}, "unknown", (2, 9)),
        ({1: [1]}, "circle", (1,)),
        ({1: [3], 2: [1], 3: [2]}, "circle", (1, 2, 3)),
        ({1: [], 2: [1, 4], 3: [2], 4: [3]}, "circle", (2, 3, 4)),
    ],
)
def test_an_order_of_steps_is_checked(after, kind, steps):
    fault = order.fault_of(after)
    assert (fault.kind if fault else None) == kind
    assert (fault.steps if fault else ()) == steps


def test_how_many_steps_follow_in_a_sequence_and_in_a_join():
    assert order.to_the_end({1: [], 2: [1], 3: [2]}) == {1: 2, 2: 1, 3: 0}
    assert order.to_the_end({1: [], 2: [], 3: [1, 2]}) == {1: 1, 2: 1, 3: 0}


@given(st.dictionaries(st.integers(1, 7), st.lists(st.integers(1, 7), max_size=3), max_size=7))
def test_what_has_no_fault_can_be_put_in_order(after):
    if order.fault_of(after) is None:
        done = order.in_order(after)
        assert sorted(done) == sorted(after)
        assert all(done.index(before) < done.index(at) for at in after for before in after[at])
    elif all(set(before) <= after.keys() for before in after.values()):
        with pytest.raises(ValueError, match="circle"):
            order.in_order(after)


@pytest.mark.parametrize(
    ("jobs", "left"),
    [
        ([], (600, 600, 0, 600)),
        ([Job(1, 240)], (600, 360, 0, 600)),
        ([Job(1, 900)], (600, 0, 0, 300)),
        ([Job(3, 9000)], (600, 600, 0, 0)),
        ([Job(9, 240)], (600, 600, 0, 600)),
        ([Job(0, 500), Job(0, 200)], (0, 500, 0, 600)),
    ],
)
def test_what_a_firm_has_in_hand_comes_off_its_weeks(jobs, left):
    assert left_of((600, 600, 0, 600), jobs) == left


@given(st.dates(dt.date(2026, 1, 1), dt.date(2040, 1, 1)))
def test_payment_is_never_later_than_the_sixtieth_day(day):
    made = terms.usual_terms(day)
    assert day <= made.pay_on <= terms.latest_payment(day)
    assert (terms.latest_payment(day) - day).days + 1 == 60


def test_the_month_after_next_is_too_late():
    assert terms.usual_terms(dt.date(2026, 12, 1)).pay_on == dt.date(2027, 1, 29)
    assert terms.usual_terms(DAY).pay_on == dt.date(2026, 12, 31)


def test_the_fee_is_whole_yen():
    assert terms.with_fee(999, 50) == 1049
    assert terms.with_fee(1000, 0) == 1000


@pytest.mark.parametrize(
    ("jobs", "gini", "top"),
    [([1] * 20, 0, 500), ([0] * 19 + [5], 950, 1000), ([], 0, 0), ([0, 0], 0, 0)],
)
def test_concentration_of_work(jobs, gini, top):
    found = terms.concentration(jobs)
    assert (found.gini_permille, found.top_ten_permille) == (gini, top)


def told(**changes):
    values = {
        "title": "軸",
        "summary": "段付き",
        "material": "SUS304",
        "size_mm": 100,
        "lot": 5,
        "due_on": DAY + dt.timedelta(days=30),
    }
    return summary.Summary(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"lot": None}, ("lot", "missing")),
        ({"due_on": DAY}, ("due_on", "past")),
        ({"due_on": DAY + dt.timedelta(days=400)}, ("due_on", "far")),
        ({"title": "（株）ひみつ精機の軸"}, ("title", "name")),
        ({"summary": "ヒミツ精機"}, None),
        ({"summary": "ひみつ 精機に納める"}, ("summary", "name")),
        ({"summary": "電話は03-1234-5678"}, ("summary", "contact")),
        ({"summary": "０９０−１２３４−５６７８"}, ("summary", "contact")),
        ({"summary": "+81 3 1234 5678"}, ("summary", "contact")),
        ({"summary": "0312345678"}, ("summary", "contact")),
        ({"summary": "長さ1000 200本、公差0.010"}, None),
        ({"summary": "a@example.jp まで"}, ("summary", "contact")),
    ],
)
def test_a_summary_is_complete_and_names_nobody(changes, fault):
    found = summary.faults(told(**changes), today=DAY, names=["株式会社ひみつ精機", "", "AB"])
    assert [(one.field, one.kind) for one in found] == ([fault] if fault else [])
