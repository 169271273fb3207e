"""基準: from where on something is told, as a ward has set it or as it is everywhere. Pure.

No source names these figures [K] (domain.md A6 names what to look for, not from where on), so each
ward may set its own within bounds in which the comparison still finds what it looks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """`number` is the version that the ward has set, 0 the standard.

    `vendor_firms` firms and one applicant in `vendor_one_in` make a vendor's cluster; plans alike
    in `text_percent` percent of their words are told; a file in the hands of `file_firms` firms is
    a common paper; a price is compared with `price_peers` firms or more, and told from
    `price_tenths` tenths of the scaled MAD and `price_percent` percent of the median on; two vendors quote together
    when `pair_firms` firms have quotes of both, and these are `pair_percent` percent of those to whom
    the more frequent of the two has quoted.
    """

    number: int = 0
    vendor_firms: int = 6
    vendor_one_in: int = 3
    text_percent: int = 70
    file_firms: int = 6
    price_peers: int = 8
    price_tenths: int = 35
    price_percent: int = 150
    pair_firms: int = 4
    pair_percent: int = 50

    @property
    def price_limit(self) -> Fraction:
        """How many scaled MAD above the median."""
        return Fraction(self.price_tenths, 10)

    @property
    def price_factor(self) -> Fraction:
        """How many times the median."""
        return Fraction(self.price_percent, 100)

    def is_alike(self, degree: Fraction) -> bool:
        """Whether two plans are so alike that officials should know."""
        return degree >= Fraction(self.text_percent, 100)

    def values(self) -> dict[str, int]:
        """All but the number, by name."""
        return {name: getattr(self, name) for name in BOUNDS}


STANDARD = Limits()

# Least and most of each. Below 50 percent the sketches of two texts would not agree often enough to
# be compared at all; above 50 firms more rows than one look-up reads would be needed.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "vendor_firms": (2, 100),
    "vendor_one_in": (1, 20),
    "text_percent": (50, 100),
    "file_firms": (3, 50),
    "price_peers": (5, 100),
    "price_tenths": (20, 100),
    "price_percent": (110, 1000),
    "pair_firms": (2, 50),
    "pair_percent": (20, 100),
}
# Which of them a finding of a kind rests on.
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "vendor": ("vendor_firms", "vendor_one_in"),
    "text": ("text_percent",),
    "file": ("file_firms",),
    "price": ("price_peers", "price_tenths", "price_percent"),
    "together": ("pair_firms", "pair_percent"),
}


def frozen(kind: str, limits: Limits) -> dict[str, int]:
    """What a finding's evidence keeps of them: numbers only, which outlive a disposal."""
    return {"number": limits.number, **{name: getattr(limits, name) for name in OF_KIND[kind]}}


def thawed(evidence: Mapping[str, Any]) -> Limits:
    """The limits a finding was found with; of one from before they could be set, the standard."""
    return Limits(**evidence.get("limits", {}))


def outside(values: Mapping[str, int]) -> list[str]:
    """Names of the values that are beyond their bounds."""
    return [
        name for name, (least, most) in BOUNDS.items() if not least <= values.get(name, -1) <= most
    ]
