"""相見積 that may be one in form only: quotes of one day, vendors that always quote together. Pure.

A vendor that brings its own "competitor" along gets the two papers written at one desk: the dates
agree, and the same pair stands in the applications of many firms. Both are only worth a question:
firms that ask two vendors on a Monday get two quotes of Friday.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from subsidies.rules.quotes import LineQuotes, Quote
from subsidies.watch.rules import names
from subsidies.watch.rules.limits import STANDARD, Limits


@dataclass(frozen=True, slots=True)
class Pair:
    """Two vendors in the order of their keys, so that A and B are B and A."""

    keys: tuple[str, str]
    vendors: tuple[str, str]

    @property
    def key(self) -> str:
        return names.digest("pair", *self.keys)

    @property
    def label(self) -> str:
        """Both names within a label's length."""
        return "／".join(name[:95] for name in self.vendors)


def share(firms: int, of: tuple[int, int]) -> Fraction:
    """The part of the firms of the more frequent vendor to whom the other has quoted as well."""
    return Fraction(firms, max(of)) if max(of) else Fraction(0)


def is_together(firms: int, of: tuple[int, int], limits: Limits = STANDARD) -> bool:
    """Whether two vendors quote together so often that officials should know. `firms` have quotes
    of both for one line, `of` have some of each."""
    least = Fraction(limits.pair_percent, 100)
    return firms >= limits.pair_firms and share(firms, of) >= least


def pairs(lines: Iterable[LineQuotes]) -> list[Pair]:
    """Vendors that quoted for the same line, each pair once."""
    found: dict[str, Pair] = {}
    for line in lines:
        for one, other in combinations(_named(line), 2):
            (first, a), (second, b) = sorted([one, other])
            pair = Pair((first, second), (a, b))
            if first != second:
                found.setdefault(pair.key, pair)
    return list(found.values())


def quoters(lines: Iterable[LineQuotes]) -> dict[str, str]:
    """Key → name of every vendor that quoted for a line beside another."""
    return {key: name for line in lines if len(line.quotes) > 1 for key, name in _named(line)}


def same_day(line: LineQuotes) -> list[Quote]:
    """The quotes of the first day that bears several, of different vendors; [] where none does."""
    for quote in line.quotes:
        alike = [other for other in line.quotes if other.quoted_on == quote.quoted_on]
        if quote.quoted_on and len({names.name_key(other.vendor) for other in alike}) > 1:
            return alike
    return []


def _named(line: LineQuotes) -> Iterator[tuple[str, str]]:
    return ((names.name_key(quote.vendor), quote.vendor) for quote in line.quotes if quote.vendor)
