"""試算: what would come out if more or less were put in, by what a place has made of it before.

Plain proportions, because nothing else can be defended with three years of a ward. The middle is the years
together, the range their lowest and highest; whoever has one year has no range. More never gives less, and
nothing passes its limit (seats; applications that are expected).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True)
class Past:
    """A whole year: what was put in (seats, advisors, hours), and what came out of it."""

    year: int
    given: int
    made: int


@dataclass(frozen=True, slots=True)
class PastGrants:
    """A year's grants of one stage: how many, 円 decided, and 円 of the expenses they were decided for."""

    year: int
    grants: int
    granted_yen: int
    eligible_yen: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many will come out; `years` of the past stand behind it, `at_limit` says what held it back."""

    low: int
    middle: int
    high: int
    years: int
    at_limit: bool = False

    @property
    def has_range(self) -> bool:
        return self.years > 1


def usable(past: Iterable[Past]) -> list[Past]:
    """The years in which something was put in: the others say nothing."""
    return [year for year in past if year.given > 0]


def rate(past: Sequence[Past]) -> Fraction | None:
    """What came out for each one put in, all years together; None without a past."""
    known = usable(past)
    if not known:
        return None
    return Fraction(sum(year.made for year in known), sum(year.given for year in known))


def by_rate(past: Sequence[Past], given: int, *, most: int | None = None) -> Estimate | None:
    """Of `given` as much comes out as before, at most `most`. None without a past."""
    middle = rate(past)
    if middle is None:
        return None
    known = usable(past)
    rates = [Fraction(year.made, year.given) for year in known]
    return _estimate(min(rates) * given, middle * given, max(rates) * given, len(known), most)


def usable_grants(past: Iterable[PastGrants]) -> list[PastGrants]:
    """The years with a grant of which the sums are on record."""
    return [year for year in past if year.grants > 0 and year.granted_yen > 0]


def mean_grant(
    past: Sequence[PastGrants], *, share: Fraction | None = None, cap_yen: int = 0
) -> Fraction | None:
    """円 for one grant, all years together; with another `share` of the same expenses, at most `cap_yen`.

    None without a past, and for another share where no expenses are on record.
    """
    known = usable_grants(past)
    grants = sum(year.grants for year in known)
    if not grants:
        return None
    if share is None:
        return Fraction(sum(year.granted_yen for year in known), grants)
    eligible = sum(year.eligible_yen for year in known)
    if not eligible:
        return None
    wanted = Fraction(eligible, grants) * share
    return min(wanted, Fraction(cap_yen)) if cap_yen else wanted


def by_budget(
    past: Sequence[PastGrants],
    budget_yen: int,
    *,
    asked: int,
    share: Fraction | None = None,
    cap_yen: int = 0,
) -> Estimate | None:
    """So many grants does a budget pay for, and no more than are asked for. None without a past."""
    middle = mean_grant(past, share=share, cap_yen=cap_yen)
    if not middle:
        return None
    known = usable_grants(past)
    means = [mean_grant([year], share=share, cap_yen=cap_yen) or middle for year in known]
    return _estimate(
        budget_yen / max(means), budget_yen / middle, budget_yen / min(means), len(known), asked
    )


def _estimate(
    low: Fraction, middle: Fraction, high: Fraction, years: int, most: int | None
) -> Estimate:
    def told(value: Fraction) -> int:
        return floor(value) if most is None else min(floor(value), most)

    return Estimate(
        low=told(low),
        middle=told(middle),
        high=told(high),
        years=years,
        at_limit=most is not None and middle >= most,
    )


def whole_year(value: int, months: int) -> int:
    """A running year's sum of `months` as that of twelve, rounded half up; 0 of none."""
    return floor(Fraction(value * 12, months) + Fraction(1, 2)) if months else 0
