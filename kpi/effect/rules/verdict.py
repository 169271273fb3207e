"""The verdict in words: 達成, 未達 or 判定不能. A pure rule; never an average alone (kpi_matching.md 1d).

Estimates on the logarithm are told as points of growth: 100 × (e^x − 1), how much more value the
users added than they would have without.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp

from kpi.effect.rules.beside import DETECTABLE
from kpi.effect.rules.staggered import Z95, Estimate

# With fewer, standard errors from large-sample theory are not to be believed.
FEWEST = 20
# Before the treatment users moved otherwise: the comparison is not to be believed.
DOUBTFUL = 0.05


class Word(StrEnum):
    """What may be said of a target."""

    REACHED = "reached"
    MISSED = "missed"
    OPEN = "open"


class Why(StrEnum):
    """Why nothing can be said."""

    NONE = ""
    WIDE = "wide"
    FEW = "few"
    TREND = "trend"
    APART = "apart"
    UNTESTED = "untested"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Points:
    """An estimate with its 95 % interval, in points."""

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        return (self.high - self.low) / (2 * Z95)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`more`: treated units that are lacking, with controls in proportion; `years` at the present pace."""

    word: Word
    why: Why
    more: int | None = None
    years: int | None = None


def growth_points(estimate: Estimate) -> Points:
    """From the logarithm: 0.05 → 5.1 points."""
    value, low, high = (100 * (exp(x) - 1) for x in (estimate.value, estimate.low, estimate.high))
    return Points(value, low, high)


def share_points(estimate: Estimate) -> Points:
    """From a difference in shares: 0.05 → 5 points."""
    return Points(100 * estimate.value, 100 * estimate.low, 100 * estimate.high)


def judge(
    points: Points | None,
    *,
    target: float,
    treated: int,
    others: int,
    trend_p: float | None = None,
    level_p: float | None = None,
    a_year: float = 0,
) -> Verdict:
    """The interval wholly at or above the target: reached; wholly below: missed; else open.

    `a_year` is how many treated units come in a year. The order is that of what is to be mended first:
    no data, too few firms, another trend before (`trend_p`; at a line: firms that crowd on one side),
    another level before where no trend is known (`level_p`: a side that stood high falls back by
    itself), too wide an interval.
    """
    if points is None:
        return Verdict(Word.OPEN, Why.NO_DATA)
    if min(treated, others) < FEWEST:
        return _open(Why.FEW, max(FEWEST - treated, 0) or None, a_year)
    if trend_p is not None and trend_p < DOUBTFUL:
        return Verdict(Word.OPEN, Why.TREND)
    if trend_p is None and level_p is not None and level_p < DOUBTFUL:
        return Verdict(Word.OPEN, Why.APART)
    if points.low >= target:
        return Verdict(Word.REACHED, Why.NONE)
    if points.high < target:
        return Verdict(Word.MISSED, Why.NONE)
    return _open(Why.WIDE, _lacking(points, target, treated), a_year)


def judge_line(
    points: Points | None, *, target: float, above: int, below: int, density: float | None
) -> Verdict:
    """Of the firms near a line of scores alone. Whether firms crowd on one side of it has to be known:
    without a test (`density`) the line might have been aimed at, and its jump is no effect.
    """
    judged = judge(points, target=target, treated=above, others=below, trend_p=density)
    is_untested = density is None and judged.why not in {Why.NO_DATA, Why.FEW}
    return Verdict(Word.OPEN, Why.UNTESTED) if is_untested else judged


def _lacking(points: Points, target: float, treated: int) -> int | None:
    """Until the target could be told from 0 with 80 %; once it could, until this estimate is apart from
    the target. None where the estimate lies so near the target that no number would do.
    """
    error = points.error
    wanted = target / DETECTABLE if target else 0.0
    if not wanted or error <= wanted:
        wanted = abs(points.value - target) / Z95
        if wanted < 0.05:
            return None
    return max(ceil(treated * (error / wanted) ** 2) - treated, 1)


def _open(why: Why, more: int | None, a_year: float) -> Verdict:
    years = ceil(more / a_year) if more and a_year > 0 else None
    return Verdict(Word.OPEN, why, more, years)
