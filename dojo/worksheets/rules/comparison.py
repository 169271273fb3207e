"""道具の比較: weighted means, told neutrally: in the order of the sheet, without a winner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

BEST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate. `scores` by criterion, None where not judged; `mean` of those that are."""

    name: str
    scores: tuple[int | None, ...]
    mean: Fraction | None

    @property
    def judged(self) -> int:
        """How many criteria were judged."""
        return sum(score is not None for score in self.scores)


def lines(
    names: Sequence[tuple[str, str]],
    weights: Sequence[tuple[str, int]],
    scores: Mapping[tuple[str, str], int],
) -> list[Line]:
    """`names` are (id, name) of the candidates, `weights` (id, weight) of the criteria."""
    return [_line(candidate, name, weights, scores) for candidate, name in names]


def _line(
    candidate: str,
    name: str,
    weights: Sequence[tuple[str, int]],
    scores: Mapping[tuple[str, str], int],
) -> Line:
    found = [(scores.get((candidate, criterion)), weight) for criterion, weight in weights]
    heavy = sum(weight for score, weight in found if score is not None)
    mean = (
        Fraction(sum(score * weight for score, weight in found if score is not None), heavy)
        if heavy
        else None
    )
    return Line(name, tuple(score for score, _weight in found), mean)
