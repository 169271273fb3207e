"""A published figure: what one indicator came to in one ward and period."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# JIS codes of the 23 wards.
WARDS = tuple(range(13101, 13124))
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """Numerator and denominator of a ward and period; a count has no denominator (None).

    `period` is the first day of the fiscal year, of the year of a statistic or of a survey's wave. `n` is
    how many answers, firms or records it rests on. Of what goes on over the years it is the figure at the
    end of that year (or as of the day asked for), so figures add up over wards, never over periods.
    """

    indicator: str
    ward_id: int
    period: dt.date
    numerator: Decimal
    denominator: Decimal | None
    n: int


def stored(value: Fraction) -> Decimal:
    """With the four decimals that tables of figures have."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES)


def plain(value: Decimal | None) -> str:
    """12.5000 → 12.5; 100.0000 → 100; None → empty."""
    if value is None:
        return ""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
