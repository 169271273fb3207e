"""Releases beside each other: no subtraction over time leads to a figure that one of them withholds."""

import datetime as dt
from decimal import Decimal

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kpi.releases.rules import WARDS, Column, row_of, told

APRIL, NEXT = dt.date(2025, 4, 1), dt.date(2026, 4, 1)
# Wards of the test; the others count nobody, and that is told.
PLACES = 5
SUM = 23
# What came to each ward from release to release; steps of nobody are frequent, as in life.
GROWTH = st.lists(
    st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 3, 6]), min_size=PLACES, max_size=PLACES),
    min_size=2,
    max_size=4,
)


def column(values, period=APRIL):
    row = [*values, *([0] * (len(WARDS) - PLACES))]
    return Column("2-OP1", period, tuple(map(Decimal, row)), None, tuple(row))


def released(growth, **how):
    """(what is true, what is untold) of each release in turn."""
    values, rows, found = [0] * PLACES, [], []
    for came in growth:
        values = [value + more for value, more in zip(values, came, strict=True)]
        made = told(column(values), rows, **how).column
        rows.append(row_of(column(values), made.hidden))
        found.append(([*values, sum(values)], [*made.hidden[:PLACES], made.hidden[SUM]]))
    return found


def reach(found):
    """Release, place → least and most that the untold figure may be for a reader of all releases.

    Linear programmes over what is written there: sums, figures that only grow, somebody behind each untold
    one. Knows nothing of flows; with these sums its ends are whole numbers.
    """
    width = PLACES + 1
    at = {(t, p): t * width + p for t in range(len(found)) for p in range(width)}
    sums = np.zeros((len(found), len(at)))
    grows = []
    bounds = []
    for t, (values, hidden) in enumerate(found):
        sums[t, [at[t, p] for p in range(PLACES)]] = 1
        sums[t, at[t, PLACES]] = -1
        bounds += [
            (1, None) if gone else (value, value)
            for value, gone in zip(values, hidden, strict=True)
        ]
    for (t, p), here in at.items():
        if t:
            row = np.zeros(len(at))
            row[at[t - 1, p]], row[here] = 1, -1
            grows.append(row)
    limits = {"A_eq": sums, "b_eq": np.zeros(len(found)), "bounds": bounds, "method": "highs"}
    limits |= {"A_ub": np.array(grows), "b_ub": np.zeros(len(grows))}
    ends = {}
    for (t, p), here in at.items():
        if found[t][1][p]:
            goal = np.zeros(len(at))
            goal[here] = 1
            low, high = linprog(goal, **limits), linprog(-goal, **limits)
            # Without end: the sum of all is untold as well.
            ends[t, p] = (round(low.fun), 99 if high.status == 3 else round(-high.fun))
    return ends


@settings(max_examples=40, deadline=None)
@given(GROWTH)
# One newcomer in a group of untold wards: its growth tells, unless something else is untold.
@example([[0, 2, 2, 9, 9], [1, 0, 0, 0, 0]])
@example([[1, 2, 5, 9, 9], [2, 0, 0, 0, 0], [0, 1, 0, 0, 0]])
@example([[1, 1, 0, 0, 0], [0, 2, 0, 0, 0], [2, 0, 0, 0, 3]])
def test_no_untold_figure_follows_from_everything_that_was_published(growth):
    found = released(growth)
    for (t, p), (low, high) in reach(found).items():
        value = found[t][0][p]
        assert low <= value <= high
        # A small one may have three values, one that only shields it two.
        assert high - low >= (2 if value < 3 else 1), (t, p, found)


def test_a_release_alone_would_not_see_it():
    """Each release shields its own cells, and the two together give one away: the rule of one release
    is not enough."""
    growth = [[0, 2, 2, 9, 9], [1, 0, 0, 0, 0]]
    first, second = [0, 2, 2, 9, 9], [1, 2, 2, 9, 9]
    apart = [
        ([*values, sum(values)], [*hidden[:PLACES], hidden[SUM]])
        for values in (first, second)
        for hidden in [told(column(values)).column.hidden]
    ]
    ends = reach(apart)
    assert any(low == high for low, high in ends.values())
    assert all(low < high for low, high in reach(released(growth)).values())


def test_a_step_of_one_waits_in_preliminary_figures_and_final_ones_tell_it():
    growth = [[20, 30, 9, 9, 9], [1, 5, 4, 0, 0], [2, 0, 0, 0, 0]]
    untold = [
        [p for p, gone in enumerate(hidden) if gone] for _v, hidden in released(growth, holds=True)
    ]
    assert untold[0] == []
    # Ward 0 moved by one; another that moved shields it.
    assert 0 in untold[1]
    assert len(untold[1]) == 2
    assert 0 not in untold[2]
    assert all(not any(hidden) for _v, hidden in released(growth))


@given(st.lists(st.integers(0, 9), min_size=PLACES, max_size=PLACES))
def test_the_year_between_two_years_of_a_figure_that_goes_on_is_no_small_cell(came):
    first = column([10, 20, 30, 9, 12])
    last = column([10 + came[0], 20 + came[1], 30 + came[2], 9 + came[3], 12 + came[4]], NEXT)
    year = row_of(first, told(first).column.hidden)
    hidden = told(last, [year]).column.hidden
    gone = [p for p in range(PLACES) if hidden[p]]
    assert {p for p, more in enumerate(came) if more in (1, 2)} <= set(gone)
    assert len([*gone, *([SUM] if hidden[SUM] else [])]) != 1


def test_what_is_corrected_downwards_is_shielded_like_any_other():
    values = [[5, 6, 9, 9, 9], [2, 6, 9, 9, 9], [2, 6, 9, 9, 8]]
    rows = []
    for row in values:
        made = told(column(row), rows).column
        rows.append(row_of(column(row), made.hidden))
    hidden = [[p for p, gone in enumerate(row.hidden) if gone] for row in rows]
    assert hidden[0] == []
    assert all(0 in gone and len(gone) > 1 for gone in hidden[1:])
