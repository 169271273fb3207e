"""2-KGI: which accounting years of a firm are compared. Pure (kpi_matching.md 1b).

VA₋₁ is the last closed year before the decision (交付決定), VA₊₁ the first full accounting year that begins
after the project was completed. While that is missing the firm is pending, in neither mean.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kpi.rules import Growth
from portal.kernel import clock


@dataclass(frozen=True, slots=True)
class Granted:
    """A firm's first grant whose amount was settled and stands. `completed_on` is the project's end."""

    firm_id: int
    ward_id: int
    decided_on: dt.date
    completed_on: dt.date

    @property
    def fiscal_year(self) -> int:
        return clock.fiscal_year(self.completed_on)


# The last day of an accounting year of 12 months → 付加価値額 by formula A in 円, None where it is not known.
Years = Mapping[dt.date, int | None]


def begins(ends: dt.date) -> dt.date:
    """The first day of the year of 12 months that ends then: 2025-03-31 → 2024-04-01, 29 February too."""
    following = ends + dt.timedelta(days=1)
    if (following.month, following.day) == (2, 29):
        return dt.date(following.year - 1, 3, 1)
    return following.replace(year=following.year - 1)


def compared(years: Years, *, before: dt.date, after: dt.date, ward_id: int) -> Growth | None:
    """The growth from the last year that ended before `before` to the first that begins after `after`.

    None while one of both is missing, or was told without its components.
    """
    earlier = [ends for ends in years if ends < before]
    later = [ends for ends in years if begins(ends) > after]
    if not earlier or not later:
        return None
    base, now = years[max(earlier)], years[min(later)]
    if base is None or now is None:
        return None
    return Growth(before=base, after=now, ward_id=ward_id)


def compared_user(years: Years, grant: Granted) -> Growth | None:
    """Of a user: around its own grant."""
    return compared(years, before=grant.decided_on, after=grant.completed_on, ward_id=grant.ward_id)


def compared_other(years: Years, fiscal_year: int, ward_id: int) -> Growth | None:
    """Of a firm without a grant: around the fiscal year in which the users completed theirs."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    return compared(years, before=first, after=last, ward_id=ward_id)
