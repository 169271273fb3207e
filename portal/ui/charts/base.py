"""What all charts share: numbers, the caption, units in words."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.ui.parts import Crumb

Number = int | Decimal | Fraction
# A word behind the number, or what gives the word for a number where the language has a plural.
Unit = str | Callable[[Number], str]

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart says. `title` is the finding as a sentence, `note` how to read the drawing."""

    key: str
    title: str
    note: str = ""
    source: str = ""
    links: tuple[Crumb, ...] = ()


def with_unit(value: Number, unit: Unit) -> str:
    """1234 → 「1,234件」."""
    return f"{plain(value)}{word(unit, value)}"


def word(unit: Unit, value: Number) -> str:
    """The unit's word for this number."""
    return unit(value) if callable(unit) else unit


def per_mille(part: Number, whole: Number) -> int:
    """0–1000; 0 when there is no whole."""
    if not whole or part <= 0:
        return 0
    return min(1000, round(Fraction(part) / Fraction(whole) * 1000))


def plain(value: Number) -> str:
    """1234 → 1,234; 57.7 stays; a fraction is shown with one decimal."""
    if isinstance(value, Fraction):
        return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.1f}"
    return f"{value:,}"
