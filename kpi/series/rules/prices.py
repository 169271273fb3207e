"""Real values from nominal ones. Pure; exact fractions.

The official 1-KGI is nominal, the real one stands beside it and is never mixed with it
(kpi_matching.md 1b: "Nominal official, deflated secondary").
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Prices:
    """A deflator in force: year → index, 100 in `base_year`."""

    name: str
    base_year: int
    source: str
    index: Mapping[int, Fraction]
    published_on: dt.date | None = None
    retrieved_on: dt.date | None = None

    def real(self, value: Fraction, year: int) -> Fraction | None:
        """The nominal value of a year in prices of the base year; None where the index is not known."""
        index = self.index.get(year)
        return None if index is None else value * 100 / index

    def growth(self, before: Fraction, was: int, after: Fraction, now: int) -> Fraction | None:
        """In %, from nominal values of the years `was` and `now`; None where there is nothing to grow from."""
        old, new = self.real(before, was), self.real(after, now)
        if old is None or new is None or old <= 0:
            return None
        return 100 * (new / old - 1)

    def missing(self, *years: int) -> list[int]:
        """Years without an index, in order."""
        return sorted({year for year in years if year not in self.index})
