"""A price far from what others pay for the same: median and MAD, exact. Pure.

The median and the median of the distances from it (MAD) are not moved by the odd price itself. A
price is told when it lies more than 3.5 scaled MAD above the median (Iglewicz and Hoaglin 1993;
1.4826 makes the MAD comparable with a standard deviation) and at least half above it, unless the
ward has set other limits. Low prices do no harm to the public purse and are not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from subsidies.watch.rules.limits import STANDARD, Limits

SCALE = Fraction(14826, 10000)
# Where (nearly) all pay the same, the MAD is 0: [K] a twentieth of the median stands in.
LEAST_MAD = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Standing:
    """A price beside its peers. Yen, 税抜; `median` and `mad` are exact, `times` = price ÷ median."""

    price: int
    n: int
    median: Fraction
    mad: Fraction
    bound: Fraction
    times: Fraction
    is_outlier: bool


def median(values: Sequence[int | Fraction]) -> Fraction:
    """The middle value, of an even number the mean of the two. Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return (Fraction(ordered[half - 1]) + Fraction(ordered[half])) / 2


def standing(price: int, peers: Sequence[int], limits: Limits = STANDARD) -> Standing | None:
    """Where a price stands among its peers (which do not hold it); None for too few of them."""
    if len(peers) < limits.price_peers:
        return None
    middle = median(peers)
    mad = median([abs(peer - middle) for peer in peers])
    spread = max(mad, middle * LEAST_MAD)
    far = middle + limits.price_limit * SCALE * spread
    bound = max(far, middle * limits.price_factor)
    times = Fraction(price) / middle if middle else Fraction(0)
    return Standing(price, len(peers), middle, mad, bound, times, price > bound)
