"""From numerator and denominator to the value that is read (R6, R7)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum


class Kind(Enum):
    """How a figure is read."""

    COUNT = "count"
    PERCENT = "percent"  # 100 × numerator / denominator
    QUOTIENT = "quotient"  # numerator / denominator: productivity, a mean growth in %


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, rounded for display alone; None: nothing, or a denominator of 0. `is_hidden`: 非公表."""

    value: Decimal | None
    kind: Kind
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int | None = None
    is_hidden: bool = False

    @property
    def text(self) -> str:
        """1,234 or 57.7; — for what cannot be said, an x for what is not told."""
        if self.value is None:
            return "—"
        if self.kind is Kind.COUNT:
            return f"{self.value:,.0f}"
        return f"{rounded(self.value):,}"


def read(
    kind: Kind,
    numerator: Decimal | None,
    denominator: Decimal | None,
    n: int | None = None,
    *,
    is_hidden: bool = False,
) -> Reading:
    """The value of one place."""
    if is_hidden or numerator is None:
        return Reading(None, kind, is_hidden=is_hidden)
    if kind is Kind.COUNT:
        return Reading(numerator, kind, numerator, None, n)
    value = numerator / denominator if denominator else None
    if value is not None and kind is Kind.PERCENT:
        value *= 100
    return Reading(value, kind, numerator, denominator, n)


def rounded(value: Decimal) -> Decimal:
    """One decimal, half up."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
