"""Where a running year will end: the chance of reaching the target, and a range (R10, "On-track status").

Counts: what is still to come is Gamma–Poisson. With the part `s` of the year's events expected by now
and `x` counted, the rate has the posterior Gamma(x + 1/2, s) (Jeffreys), and what follows is negative
binomial with r = x + 1/2 and p = s. A running value is never stretched to a year: the official figure
stays what was counted, the range stands beside it.

Ratios: of those whose answer is still open, the number of hits is beta-binomial.

Plain arithmetic, because every page of the dashboard asks for it.
"""

import datetime as dt
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil

MONTHS = 12
# Half a month of the year must be over: before that, one event more or less turns the forecast over.
TOO_EARLY = Fraction(1, 24)
# Past years say how a year is spread over its months; they are joined by one event for each month of a year
# that runs evenly, so that a month in which nothing has happened yet is rare, not impossible.
EVEN = 1
GREEN, AMBER = 0.8, 0.4
# The range that is shown holds the middle 80 %.
LOW, HIGH = 0.1, 0.9
_SMALLEST = 1e-13


class Light(Enum):
    """How likely the target is. Always with words and counts beside the colour."""

    GREEN = "green"  # at least 80 %
    AMBER = "amber"  # at least 40 %
    RED = "red"
    NONE = "none"  # cannot be judged


def light(chance: float | None) -> Light:
    """The light of a chance; of none, NONE."""
    if chance is None:
        return Light.NONE
    if chance >= GREEN:
        return Light.GREEN
    return Light.AMBER if chance >= AMBER else Light.RED


def month_shares(past: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """The part of a year's events expected by the end of each month from April; the last is 1.

    `past` are whole years of twelve monthly counts; without any, each month is alike. A negative month of
    a stock (more left than joined) counts 0.
    """
    months = [EVEN + sum(max(year[n], 0) for year in past) for n in range(MONTHS)]
    whole = sum(months)
    return tuple(Fraction(part, whole) for part in accumulate(months))


def expected_by(shares: Sequence[Fraction], as_of: dt.date, fiscal_year: int) -> Fraction:
    """The part expected by the end of that day: whole months, and the running one by its days."""
    number = (as_of.year - fiscal_year) * 12 + as_of.month - 4
    if number < 0:
        return Fraction(0)
    if number >= MONTHS:
        return Fraction(1)
    before = shares[number - 1] if number else Fraction(0)
    days = Fraction(as_of.day, monthrange(as_of.year, as_of.month)[1])
    return before + (shares[number] - before) * days


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution of a whole number: the chance of at most `first`, of at most the next, and so on."""

    first: int
    below: tuple[float, ...]

    def at_least(self, number: int) -> float:
        """The chance of `number` or more."""
        place = number - self.first
        if place <= 0:
            return 1.0
        return 1.0 - self.below[place - 1] if place <= len(self.below) else 0.0

    def quantile(self, chance: float) -> int:
        """The smallest number that is not passed with that chance."""
        return self.first + min(bisect_left(self.below, chance), len(self.below) - 1)


def still_to_come(counted: int, share: Fraction, until: Fraction = Fraction(1)) -> Spread:
    """What comes between `share` (> 0) and `until` of the year, after `counted` in `share` of it."""
    if until <= share:
        return Spread(0, (1.0,))
    shape = max(counted, 0) + 0.5
    go = 1.0 - float(share / until)
    mode = int((shape - 1) * go / (1 - go)) if shape > 1 else 0
    return _outwards(
        mode,
        None,
        lambda k: (k + shape) / (k + 1) * go,
        lambda k: k / ((k - 1 + shape) * go),
    )


def still_to_hit(hits: int, tried: int, left: int) -> Spread:
    """Of `left` that are still open, how many will hit, after `hits` of `tried`: beta-binomial (Jeffreys)."""
    a, b = hits + 0.5, tried - hits + 0.5
    mode = min(left, int((left + 1) * (a - 1) / (tried - 1))) if tried > 1 and hits else 0
    return _outwards(
        mode,
        left,
        lambda k: (left - k) / (k + 1) * (k + a) / (left - k - 1 + b),
        lambda k: k / (left - k + 1) * (left - k + b) / (k - 1 + a),
    )


def _outwards(
    mode: int, last: int | None, up: Callable[[int], float], down: Callable[[int], float]
) -> Spread:
    """From the mode to both sides by the ratios of neighbours, until nothing is left to add."""
    right, left = [1.0], []
    number, weight = mode, 1.0
    while weight >= _SMALLEST and (last is None or number < last):
        weight *= up(number)
        right.append(weight)
        number += 1
    number, weight = mode, 1.0
    while weight >= _SMALLEST and number > 0:
        weight *= down(number)
        left.append(weight)
        number -= 1
    weights = [*reversed(left), *right]
    whole = sum(weights)
    return Spread(mode - len(left), tuple(part / whole for part in accumulate(weights)))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the year will end: `low` to `high` holds the middle 80 %, `middle` is as likely passed as not.

    `chance` of reaching the target is None without a target, and while it is too early to say. After the
    year's end all three are the figure itself. `path` are (low, high) by month, from the running one on.
    """

    low: int
    middle: int
    high: int
    chance: float | None
    path: tuple[tuple[int, int], ...] = ()
    is_over: bool = False

    @property
    def light(self) -> Light:
        return light(self.chance)


# Summing a distribution takes longer the more has been counted: a page that is opened again, or by
# somebody else, finds what was summed for the same counts.
@lru_cache(maxsize=4096)
def forecast(
    *,
    before: int,
    counted: int,
    target: int,
    shares: tuple[Fraction, ...],
    as_of: dt.date,
    fiscal_year: int,
    with_path: bool = False,
) -> Forecast | None:
    """The year's end of a figure that stood at `before` when it began (0 for an annual count) and has grown
    by `counted`. None while it is too early to say. What has left a stock is taken off `counted`.
    """
    elapsed = expected_by(shares, as_of, fiscal_year)
    now = before + counted
    if elapsed >= 1:
        reached = float(now >= target) if target else None
        return Forecast(now, now, now, reached, is_over=True)
    if elapsed < TOO_EARLY:
        return None
    coming = still_to_come(counted, elapsed)
    return Forecast(
        low=now + coming.quantile(LOW),
        middle=now + coming.quantile(0.5),
        high=now + coming.quantile(HIGH),
        chance=coming.at_least(target - now) if target else None,
        path=_path(now, counted, elapsed, shares, as_of, fiscal_year) if with_path else (),
    )


def _path(
    now: int,
    counted: int,
    elapsed: Fraction,
    shares: Sequence[Fraction],
    as_of: dt.date,
    fiscal_year: int,
) -> tuple[tuple[int, int], ...]:
    """The range at the end of the running month and of those to come."""
    first = (as_of.year - fiscal_year) * MONTHS + as_of.month - 4
    ends = (still_to_come(counted, elapsed, until) for until in shares[first:])
    return tuple((now + end.quantile(LOW), now + end.quantile(HIGH)) for end in ends)


@lru_cache(maxsize=4096)
def ratio_chance(*, hits: int, tried: int, left: int, target: Fraction) -> float | None:
    """The chance that hits reach `target` of all once the `left` open ones are told; None before the first."""
    if not tried:
        return None
    needed = ceil(target * (tried + left)) - hits
    if not left:
        return float(needed <= 0)
    return still_to_hit(hits, tried, left).at_least(needed)
