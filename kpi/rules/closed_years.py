"""2-KGI: which accounting years of a firm are compared (kpi_matching.md 1b).

VA₋₁ is the last closed year before the decision (交付決定), VA₊₁ the first full accounting year that begins
after the project was completed. While that is missing the firm is pending, in neither mean.
"""

import datetime as dt
from collections.abc import Mapping

from kpi.rules.ratios import Growth

# The last day of an accounting year of 12 months → 付加価値額 by formula A in 円, None where it is not known.
Years = Mapping[dt.date, int | None]


def begins(ends: dt.date) -> dt.date:
    """The first day of the 12 months that end then: 2025-03-31 → 2024-04-01, 2028-02-28 → 2027-03-01."""
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
