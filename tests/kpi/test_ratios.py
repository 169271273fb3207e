"""1-KGI, 1-KSI, 2-KGI, 2-OC: ratios of sums, exact, and None for what cannot be said."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rules import (
    Answer,
    Growth,
    Sum,
    Weighted,
    felt_share,
    growth_gap,
    productivity_growth,
    survey_share,
    tenths_text,
)

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def answer(firm, state, weight=1, day=0):
    return Answer(firm, Fraction(weight), state, AT + dt.timedelta(days=day))


@pytest.mark.parametrize(
    ("base", "now", "text"),
    [
        (Sum(1_000_000, 100), Sum(1_150_000, 100), "15.0"),
        (Sum(1_000_000, 100), Sum(900_000, 90), "0.0"),  # fewer people with as much a head
        (Sum(1_000_000, 100), Sum(500_000, 100), "−50.0"),
        (Sum(1_000_000, 100), Sum(-1, 100), "−100.0"),
        (Sum(1_000_000, 0), Sum(1_150_000, 100), "—"),  # nobody in the base year
        (Sum(1_000_000, 100), Sum(0, 0), "—"),
        (Sum(0, 100), Sum(1_150_000, 100), "—"),
        (Sum(-5, 100), Sum(1_150_000, 100), "—"),
    ],
)
def test_productivity_grows_by_the_quotient_of_sums(base, now, text):
    assert tenths_text(productivity_growth(base, now)) == text


def test_the_growth_of_two_wards_is_not_the_mean_of_their_growths():
    base, now = Sum(1000, 10) + Sum(9000, 10), Sum(2000, 10) + Sum(9000, 10)
    assert productivity_growth(base, now) == 10  # one ward +100 %, the other 0 %


def test_the_last_answer_of_a_firm_counts_with_its_weight():
    found = survey_share(
        [
            answer("a", "none", 2),
            answer("a", "considering", 2, day=3),
            answer("b", "none", 3),
            answer("c", "unknown", 50),
            answer("d", "done", 0),
        ]
    )
    assert (found.positive, found.valid, found.n) == (2, 5, 2)
    assert found.share == 40
    assert found.is_small


def test_a_survey_without_a_valid_answer_says_nothing():
    found = survey_share([answer("a", "unknown")])
    assert (found.share, found.interval, found.n) == (None, None, 0)
    with pytest.raises(ValueError, match="no such answer"):
        survey_share([answer("a", "たぶん")])


def test_the_interval_of_even_weights_is_wilsons():
    """Newcombe 1998: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    found = survey_share([answer(str(n), "done" if n < 81 else "none", 7) for n in range(263)])
    assert found.interval == pytest.approx((25.53, 36.62), abs=0.01)
    assert not found.is_small
    nobody = survey_share([answer(str(n), "none") for n in range(20)])
    assert nobody.interval == pytest.approx((0, 16.11), abs=0.01)


def test_uneven_weights_widen_the_interval():
    even = survey_share([answer(str(n), "done" if n % 2 else "none") for n in range(40)])
    uneven = survey_share(
        [answer(str(n), "done" if n % 2 else "none", 9 if n < 4 else 1) for n in range(40)]
    )
    assert even.share == uneven.share == 50
    assert uneven.interval[1] - uneven.interval[0] > even.interval[1] - even.interval[0]


def test_a_typing_error_does_not_carry_the_gap():
    users = [Growth(100, 110)] * 60 + [Growth(100, 1100)]
    others = [Growth(100, 105)] * 60
    assert growth_gap(users, others).points == 5


def test_firms_with_a_loss_before_are_in_no_mean():
    gap = growth_gap([Growth(100, 120), Growth(0, 50), Growth(-30, 10)], [Growth(100, 100)])
    assert (gap.users.n, gap.points) == (1, Fraction(96, 5))  # cut at 0.4 and 19.6


def test_a_gap_needs_firms_on_both_sides():
    assert growth_gap([Growth(100, 120)], [Growth(0, 10)]).points is None
    assert growth_gap([], []).points is None


def test_a_firm_answers_once_and_one_yes_is_enough():
    found = felt_share(
        ["a", "a", "b", "c", "d"], [("a", False), ("a", True), ("b", False), ("gone", True)]
    )
    assert (found.completions, found.answered, found.felt) == (4, 2, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5, 100), "0.1"),
        (Fraction(-5, 100), "−0.1"),
        (Fraction(-4, 100), "0.0"),
        (Fraction(4995, 100), "50.0"),
        (Fraction(123456), "123,456.0"),
    ],
)
def test_half_is_rounded_up_for_display(value, text):
    assert tenths_text(value) == text


grown = st.builds(Growth, st.integers(-50, 500), st.integers(-50, 500), st.integers(13101, 13103))


@given(st.lists(grown, max_size=30), st.lists(grown, max_size=30))
def test_both_sides_of_the_gap_hold_every_firm_that_had_value_to_grow_from(users, others):
    gap = growth_gap(users, others)
    pooled = [row.percent for row in (*users, *others) if row.before > 0]
    for side, rows in ((gap.users, users), (gap.others, others)):
        assert side.n == sum(row.before > 0 for row in rows)
        assert side.mean is None or min(pooled) <= side.mean <= max(pooled)


answers = st.lists(
    st.builds(
        Answer,
        st.sampled_from("abcdefgh"),
        st.fractions(0, 9, max_denominator=7),
        st.sampled_from(["done", "considering", "none", "unknown"]),
        st.just(AT),
    ),
    max_size=20,
)


@given(answers)
def test_shares_of_a_survey_lie_within_their_interval_and_wards_add_up(rows):
    whole = survey_share(rows)
    parts = [survey_share([row for row in rows if row.firm_key == key]) for key in "abcdefgh"]
    assert sum(parts, Weighted()) == whole
    if whole.share is not None:
        low, high = whole.interval
        assert 0 <= low <= float(whole.share) + 1e-9
        assert float(whole.share) - 1e-9 <= high <= 100
