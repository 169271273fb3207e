"""試算: what the rules promise whatever the past was, and a ward without one borrows and says so."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kpi.policy import outlook
from kpi.policy.rules.whatif import (
    Estimate,
    Past,
    PastGrants,
    by_budget,
    by_rate,
    mean_grant,
    whole_year,
)
from kpi.policy.selectors.inputs import Given

numbers = st.integers(0, 10**6)
pasts = st.lists(st.builds(Past, st.just(2025), numbers, numbers), max_size=4)
grant_pasts = st.lists(
    st.builds(PastGrants, st.just(2025), st.integers(0, 500), numbers, numbers), max_size=4
)
shares = st.sampled_from([None, *outlook.SHARES.values()])


@given(pasts, numbers, numbers, st.none() | numbers)
def test_more_put_in_never_gives_less_and_no_limit_is_passed(past, less, more, most):
    less, more = sorted((less, more))
    few, many = by_rate(past, less, most=most), by_rate(past, more, most=most)
    assert (few is None) == (not any(year.given for year in past))
    if few is None or many is None:
        return
    assert few.low <= few.middle <= few.high
    assert (few.low, few.middle, few.high) <= (many.low, many.middle, many.high)
    assert few.middle <= many.middle
    assert few.high <= many.high
    assert most is None or many.high <= most


@given(grant_pasts, numbers, numbers, numbers, shares, st.integers(0, 10**7))
def test_a_larger_budget_never_gives_fewer_grants_and_no_more_than_are_asked_for(
    past, less, more, asked, share, cap
):
    less, more = sorted((less, more))
    few = by_budget(past, less, asked=asked, share=share, cap_yen=cap)
    many = by_budget(past, more, asked=asked, share=share, cap_yen=cap)
    if few is None or many is None:
        return
    assert few.low <= few.middle <= few.high <= asked
    assert few.low <= many.low
    assert few.middle <= many.middle
    assert few.high <= many.high <= asked


def test_the_years_together_are_the_middle_and_the_range_is_that_of_the_years():
    past = [Past(2023, 100, 90), Past(2024, 100, 60), Past(2025, 0, 5)]
    assert by_rate(past, 20, most=20) == Estimate(12, 15, 18, 2)
    assert by_rate([Past(2025, 10, 12)], 5, most=5) == Estimate(5, 5, 5, 1, at_limit=True)
    assert by_rate([], 20) is None
    grants = [
        PastGrants(2024, 10, 3_000_000, 4_000_000),
        PastGrants(2025, 10, 5_000_000, 8_000_000),
    ]
    assert mean_grant(grants) == 400_000
    assert by_budget(grants, 2_000_000, asked=100) == Estimate(4, 5, 6, 2)
    # Half of 600,000 円, and of 3/4 no more than the upper limit.
    assert mean_grant(grants, share=Fraction(1, 2)) == 300_000
    assert mean_grant(grants, share=Fraction(3, 4), cap_yen=440_000) == 440_000
    assert whole_year(500, 8) == 750
    assert whole_year(500, 0) == 0


def known(own, everywhere):
    years = range(2023, 2027)
    own = {year: Given(year, own.get(year, {})) for year in years}
    return outlook.Known(2026, own, {y: Given(y, everywhere.get(y, {})) for y in years}, True)


def line(place, code):
    today = outlook.defaults(place)
    asked = {**today, **{f"share_{stage}": "" for stage in (1, 2, 3)}}
    return next(one for one in outlook.lines(place, today, asked, []) if one.code == code)


def test_a_ward_without_a_past_borrows_that_of_all_and_without_any_there_are_words():
    now = {2026: {"seats_dojo": 20}}
    past = {2025: {"seats_dojo": 100, "1-OP1": 80}}
    borrowed = line(known(now, past), "1-OP1")
    assert borrowed.today == "16人"
    assert "この区に実績がない" in borrowed.basis
    assert "1年だけ" in borrowed.basis
    own = line(known(now | {2024: {"seats_dojo": 10, "1-OP1": 5}}, past), "1-OP1")
    assert own.today == "10人"
    assert "23区" not in own.basis
    nothing = line(known(now, {}), "1-OP1")
    assert nothing.asked == "—"
    assert nothing.basis == "過去の実績がないため、計算できません。"
