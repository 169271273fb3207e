"""Drawing: reproducible, fair to strata and to yen, and refused in words where it cannot be."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.auditing.rules.sampling import BadDraw, Unit, allocation, band, draw

UNITS = [
    Unit(f"R8-{number:04d}", yen=number * 1_000, stratum="ab"[number % 2])
    for number in range(1, 41)
]
populations = st.lists(st.integers(0, 10**7), min_size=1, max_size=60).map(
    lambda amounts: [Unit(f"{n:04d}", yen, str(yen % 3)) for n, yen in enumerate(amounts)]
)


def keys(found):
    return [picked.unit.key for picked in found.picked]


def test_the_same_seed_draws_the_same_cases_whatever_their_order():
    """Pinned: an auditor's sample of today must come out of tomorrow's version as well."""
    first = draw("simple", UNITS, size=5, seed=2026)
    assert keys(first) == keys(draw("simple", UNITS[::-1], size=5, seed=2026))
    assert keys(first) == ["R8-0001", "R8-0032", "R8-0022", "R8-0029", "R8-0006"]
    assert keys(first) != keys(draw("simple", UNITS, size=5, seed=2027))


@given(populations, st.integers(1, 60), st.integers(0, 10**15))
def test_by_count_as_many_come_out_as_were_asked_for_each_once(units, size, seed):
    for method in ("simple", "stratified"):
        if size > len(units):
            with pytest.raises(BadDraw) as refused:
                draw(method, units, size=size, seed=seed)
            assert (refused.value.reason, refused.value.most) == ("too_many", len(units))
            continue
        found = keys(draw(method, units, size=size, seed=seed))
        assert len(found) == len(set(found)) == size


@given(populations, st.integers(1, 60), st.integers(0, 10**15))
def test_by_amount_every_interval_is_hit_once_and_what_is_larger_is_always_in(units, size, seed):
    paid = [unit for unit in units if unit.yen]
    if size > len(paid):
        with pytest.raises(BadDraw):
            draw("monetary", units, size=size, seed=seed)
        return
    found = draw("monetary", units, size=size, seed=seed)
    assert sum(picked.hits for picked in found.picked) == size
    assert 1 <= found.start_yen <= found.interval_yen == max(1, found.population_yen // size)
    large = {unit.key for unit in units if unit.yen >= 2 * found.interval_yen}
    assert large <= set(keys(found))


def test_strata_get_their_share_by_the_largest_remainder():
    assert allocation({"a": 5, "b": 3, "c": 2}, 4) == {"a": 2, "b": 1, "c": 1}
    shares = Counter(
        picked.unit.stratum for picked in draw("stratified", UNITS, size=10, seed=1).picked
    )
    assert shares == {"a": 5, "b": 5}


def test_nothing_to_draw_from_is_told_apart():
    cases = {"empty": [], "no_money": [Unit("a"), Unit("b")]}
    for reason, units in cases.items():
        with pytest.raises(BadDraw) as refused:
            draw("monetary", units, size=1, seed=1)
        assert refused.value.reason == reason
    assert [band(yen) for yen in (0, 99_999, 100_000, 4_999_999, 5_000_000)] == [0, 0, 1, 3, 4]
