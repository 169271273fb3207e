"""Where a running year will end: closed forms, golden values by scipy, and what must always hold."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, nbinom

from kpi.rules import forecasts
from kpi.rules.forecasts import Light, forecast, light, month_shares, ratio_chance

EVEN = month_shares([])
shares = st.fractions(Fraction(1, 24), Fraction(99, 100), max_denominator=400)


@given(counted=st.integers(0, 400), share=shares, more=st.integers(0, 600))
def test_what_is_to_come_is_negative_binomial(counted, share, more):
    found = forecasts.still_to_come(counted, share)
    exact = nbinom(counted + 0.5, float(share))
    assert found.at_least(more) == pytest.approx(exact.sf(more - 1), abs=1e-7)
    assert abs(found.quantile(0.1) - exact.ppf(0.1)) <= 1


@given(data=st.data(), tried=st.integers(0, 200), left=st.integers(0, 200))
def test_what_is_still_open_is_beta_binomial(data, tried, left):
    hits = data.draw(st.integers(0, tried))
    needed = data.draw(st.integers(0, left + 1))
    exact = betabinom(left, hits + 0.5, tried - hits + 0.5)
    found = forecasts.still_to_hit(hits, tried, left)
    assert found.at_least(needed) == pytest.approx(exact.sf(needed - 1), abs=1e-7)


def test_months_are_alike_without_a_past_and_follow_it_where_there_is_one():
    assert tuple(Fraction(n, 12) for n in range(1, 13)) == EVEN
    # 24 events, all in April: with one even event a month 25 of 36 are expected by its end.
    assert month_shares([[24, *[0] * 11]])[0] == Fraction(25, 36)
    assert month_shares([[-5, *[0] * 11]]) == EVEN


def test_the_running_month_counts_by_its_days():
    assert forecasts.expected_by(EVEN, dt.date(2026, 3, 31), 2026) == 0
    assert forecasts.expected_by(EVEN, dt.date(2026, 4, 15), 2026) == Fraction(1, 24)
    assert forecasts.expected_by(EVEN, dt.date(2027, 3, 31), 2026) == 1
    assert forecasts.expected_by(EVEN, dt.date(2028, 2, 29), 2027) == Fraction(11, 12)


def at(as_of, counted, *, target=100, before=0, **more):
    return forecast(
        before=before,
        counted=counted,
        target=target,
        shares=EVEN,
        as_of=as_of,
        fiscal_year=2026,
        **more,
    )


def test_half_of_the_target_after_half_of_the_year_is_as_likely_as_not():
    found = at(dt.date(2026, 9, 30), 50)
    assert found.chance == pytest.approx(0.5, abs=0.03)
    assert found.light == Light.AMBER
    assert found.low < 100 <= found.high
    assert (at(dt.date(2026, 9, 30), 30).light, at(dt.date(2026, 9, 30), 70).light) == (
        Light.RED,
        Light.GREEN,
    )


def test_what_is_reached_is_certain_and_what_is_over_is_told():
    assert at(dt.date(2026, 6, 1), 100).chance == 1.0
    over = at(dt.date(2027, 3, 31), 99)
    assert (over.low, over.high, over.chance, over.is_over) == (99, 99, 0.0, True)


def test_a_cumulative_figure_stands_on_the_years_before():
    """3-KGI: 8 of the years before, 10 to come by the end of the third year."""
    found = at(dt.date(2026, 9, 30), 5, before=8, target=18)
    assert found.chance == at(dt.date(2026, 9, 30), 5, target=10).chance
    assert found.middle == 8 + at(dt.date(2026, 9, 30), 5, target=10).middle


def test_nothing_is_foretold_too_early_or_without_a_target():
    assert at(dt.date(2026, 4, 10), 9) is None
    assert at(dt.date(2026, 9, 30), 9, target=0).chance is None
    # Nothing counted yet is not nothing to come.
    assert at(dt.date(2026, 9, 30), 0).high > 0
    # More have left than joined: what follows is not foretold below.
    assert at(dt.date(2026, 9, 30), -3, before=50).low >= 47


def test_the_range_by_month_opens_and_ends_where_the_year_does():
    found = at(dt.date(2026, 9, 15), 45, with_path=True)
    assert len(found.path) == 7
    assert found.path[-1] == (found.low, found.high)
    widths = [high - low for low, high in found.path]
    assert widths == sorted(widths)


@pytest.mark.parametrize(
    ("hits", "tried", "left", "expected"),
    [(7, 10, 0, 1.0), (6, 10, 0, 0.0), (0, 0, 20, None), (65, 70, 30, 1.0), (10, 70, 30, 0.0)],
)
def test_a_ratio_is_judged_by_what_is_still_open(hits, tried, left, expected):
    found = ratio_chance(hits=hits, tried=tried, left=left, target=Fraction(7, 10))
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_the_lights_change_at_40_and_80_percent():
    assert [light(chance) for chance in (0.8, 0.799, 0.4, 0.399, None)] == [
        Light.GREEN,
        Light.AMBER,
        Light.AMBER,
        Light.RED,
        Light.NONE,
    ]
