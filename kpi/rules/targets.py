"""How a policy target is shared among the wards, and how much of a target is due on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

# Days of a fiscal year that are over at the end of June, September and December.
QUARTERS = (91, 183, 275)


@dataclass(frozen=True, slots=True)
class TargetPath:
    """From `begun`, when the fiscal year begins, to `value`, when it ends: totals.

    `steps` are those due at the end of June, September and December; without them it goes evenly.
    """

    begun: int
    value: int
    steps: tuple[int, ...] = ()

    def due(self, days: int, whole: int) -> Fraction:
        """What is due when `days` of the year's `whole` days are over; even within a quarter."""
        knots = [(0, self.begun), *zip(QUARTERS, self.steps, strict=False), (whole, self.value)]
        for (since, before), (until, then) in pairwise(knots):
            if days <= until:
                return before + Fraction((then - before) * (days - since), until - since)
        return Fraction(self.value)


def together(paths: Iterable[TargetPath]) -> list[TargetPath]:
    """Added up: those that go evenly to one, those with steps to another."""
    added: dict[int, TargetPath] = {}
    for path in paths:
        kind = len(path.steps)
        known = added.get(kind)
        added[kind] = path if known is None else _sum(known, path)
    return list(added.values())


def _sum(one: TargetPath, other: TargetPath) -> TargetPath:
    steps = tuple(a + b for a, b in zip(one.steps, other.steps, strict=True))
    return TargetPath(one.begun + other.begun, one.value + other.value, steps)


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
