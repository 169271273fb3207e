"""How a policy target is shared among the wards."""

from collections.abc import Mapping
from fractions import Fraction


def allocate(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Share a whole number out by weight (最大剰余法); the shares always add up to `total`.

    Used for the wards' parts of a policy target: `weights` is ward → number of factories.
    Raises ValueError without a positive weight.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("weights must be non-negative with a positive sum")
    exact = {key: Fraction(total * weight, whole) for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares
