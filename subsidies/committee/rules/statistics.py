"""What the scores of several reviewers tell: averages, spread, outliers, how strict each one is.

Exact fractions throughout; a screen rounds, a ranking never does. Normalised scores answer "what if
everybody were equally strict"; they are shown beside the real ones and decide nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

# A reviewer's total further from the others' average than this part of the full points stands out.
OUTLIER = Fraction(1, 5)
_SCALE = 10**6


@dataclass(frozen=True, slots=True)
class Given:
    """One submitted sheet, reduced to what is counted. `case` and `member` are ids."""

    case: int
    member: int
    scores: Mapping[str, int]
    total: Fraction


@dataclass(frozen=True, slots=True)
class Average:
    """The scores of one case taken together. `spread` is the highest total less the lowest."""

    count: int
    total: Fraction
    by_criterion: Mapping[str, Fraction]
    lowest: Fraction
    highest: Fraction
    deviation: Fraction

    @property
    def spread(self) -> Fraction:
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class Strictness:
    """How one reviewer scores: average and deviation (標準偏差) of the totals given."""

    count: int
    mean: Fraction
    deviation: Fraction


def average(sheets: Sequence[Given]) -> Average:
    """Of the sheets of one case; at least one. Raises ValueError for none."""
    if not sheets:
        raise ValueError("no sheet, no average")
    totals = [sheet.total for sheet in sheets]
    codes = dict.fromkeys(code for sheet in sheets for code in sheet.scores)
    return Average(
        count=len(sheets),
        total=mean(totals),
        by_criterion={
            code: mean([Fraction(s.scores[code]) for s in sheets if code in s.scores])
            for code in codes
        },
        lowest=min(totals),
        highest=max(totals),
        deviation=deviation(totals),
    )


def averages(sheets: Iterable[Given]) -> dict[int, Average]:
    """Case → its average."""
    return {case: average(found) for case, found in _grouped(sheets, "case").items()}


def strictness(sheets: Iterable[Given]) -> dict[int, Strictness]:
    """Member → how strictly they score."""
    return {
        member: Strictness(
            len(found),
            mean([sheet.total for sheet in found]),
            deviation([sheet.total for sheet in found]),
        )
        for member, found in _grouped(sheets, "member").items()
    }


def outliers(sheets: Iterable[Given], *, points: Fraction) -> set[tuple[int, int]]:
    """(case, member) of totals far from the average of the case's other reviewers.

    `points` is the full score. With two reviewers each is far from the other or neither is.
    """
    found = set()
    for case, group in _grouped(sheets, "case").items():
        for sheet in group:
            others = [other.total for other in group if other is not sheet]
            if others and abs(sheet.total - mean(others)) > points * OUTLIER:
                found.add((case, sheet.member))
    return found


def normalised(sheets: Iterable[Given]) -> dict[int, Fraction]:
    """Case → average of its totals if every reviewer had the mean and deviation of all of them.

    A reviewer who gives everybody the same total, or has scored but one case, is only moved to the
    common mean: there is nothing to stretch.
    """
    every = list(sheets)
    if not every:
        return {}
    common = mean([sheet.total for sheet in every])
    width = deviation([sheet.total for sheet in every])
    by_member = strictness(every)

    def moved(sheet: Given) -> Fraction:
        own = by_member[sheet.member]
        away = sheet.total - own.mean
        return common + (away * width / own.deviation if own.deviation else 0)

    return {
        case: mean([moved(sheet) for sheet in group])
        for case, group in _grouped(every, "case").items()
    }


def mean(values: Sequence[Fraction]) -> Fraction:
    """The exact average. Raises ZeroDivisionError for none."""
    return sum(values, Fraction(0)) / len(values)


def deviation(values: Sequence[Fraction]) -> Fraction:
    """The standard deviation of the population, to a millionth."""
    middle = mean(values)
    variance = mean([(value - middle) ** 2 for value in values])
    return Fraction(isqrt(int(variance * _SCALE * _SCALE)), _SCALE)


def _grouped(sheets: Iterable[Given], key: str) -> dict[int, list[Given]]:
    groups: dict[int, list[Given]] = {}
    for sheet in sheets:
        groups.setdefault(getattr(sheet, key), []).append(sheet)
    return groups
