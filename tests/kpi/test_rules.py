from hypothesis import given
from hypothesis import strategies as st

from kpi.rules import allocate

weights = st.dictionaries(st.integers(13101, 13123), st.integers(0, 5000), min_size=1).filter(
    lambda value: sum(value.values()) > 0
)


@given(total=st.integers(0, 10_000), weights=weights)
def test_shares_add_up_and_stay_within_one_of_the_exact_share(total, weights):
    shares = allocate(total, weights)
    assert sum(shares.values()) == total
    for key, share in shares.items():
        assert abs(share - total * weights[key] / sum(weights.values())) < 1


def test_the_largest_remainder_gets_the_rest():
    assert allocate(10, {1: 1, 2: 1, 3: 1}) == {1: 4, 2: 3, 3: 3}
