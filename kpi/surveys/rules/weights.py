"""Weights by post-stratification, ward × size: an answer stands for as many firms as its cell has a head.

A size with fewer than `FEWEST` answers is put together with the neighbouring size of the same ward that
has fewer of them (of equals the smaller size), the one with the fewest first, until every cell has enough or
the ward is one cell. Wards are never put together. Firms found to be outside (closed, no factory, moved
away) take their share of the register with them: of 10 asked, 1 outside → 90 % of the population.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

# Answers of a cell that may stand for others.
FEWEST = 5
# 規模モデル from the largest ("" above 300 people) to the smallest.
SIZES = ("", "A", "B", "C", "D")

Place = tuple[int, str]  # ward and size


@dataclass(frozen=True, slots=True)
class Count:
    """Of one ward and size: firms on the register, asked, found outside, and answers."""

    population: int = 0
    asked: int = 0
    outside: int = 0
    answers: int = 0

    @property
    def eligible(self) -> Fraction:
        """Population less the share found outside."""
        if not self.asked:
            return Fraction(self.population)
        return Fraction(self.population * (self.asked - self.outside), self.asked)

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.population + other.population,
            self.asked + other.asked,
            self.outside + other.outside,
            self.answers + other.answers,
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """Sizes of one ward that are weighted together."""

    ward_id: int
    sizes: tuple[str, ...]
    population: Fraction
    answers: int

    @property
    def weight(self) -> Fraction | None:
        """Firms for which one answer stands; None without an answer."""
        return self.population / self.answers if self.answers else None


def cells(counts: Mapping[Place, Count], *, fewest: int = FEWEST) -> list[Cell]:
    """The cells of all wards; every ward and size of `counts` lies in exactly one."""
    found = []
    for ward in sorted({ward for ward, _size in counts}):
        sizes = [size for size in SIZES if (ward, size) in counts]
        groups = [
            Cell(ward, (size,), counts[ward, size].eligible, counts[ward, size].answers)
            for size in sizes
        ]
        while len(groups) > 1 and min(group.answers for group in groups) < fewest:
            groups = _joined(groups)
        found += groups
    return found


def weights(found: list[Cell]) -> dict[Place, Fraction]:
    """Ward and size → weight of an answer; cells without an answer have none."""
    return {
        (cell.ward_id, size): cell.weight
        for cell in found
        for size in cell.sizes
        if cell.weight is not None
    }


def _joined(groups: list[Cell]) -> list[Cell]:
    """The same groups with the one of fewest answers (of equals the larger size) put to a neighbour."""
    at = min(range(len(groups)), key=lambda index: (groups[index].answers, index))
    beside = [index for index in (at + 1, at - 1) if 0 <= index < len(groups)]
    to = min(beside, key=lambda index: (groups[index].answers, -index))
    first, second = sorted((at, to))
    one, other = groups[first], groups[second]
    together = Cell(
        one.ward_id,
        one.sizes + other.sizes,
        one.population + other.population,
        one.answers + other.answers,
    )
    return [*groups[:first], together, *groups[second + 1 :]]
