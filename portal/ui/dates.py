"""Dates as people write them, in either calendar and with full-width digits."""

import datetime as dt
import re
import unicodedata

from portal.kernel import clock

# The year before each era's first: 令和8年 → 2018 + 8.
_ERA_BASE = {"令和": 2018, "平成": 1988, "昭和": 1925}
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_ERA = re.compile(
    r"(令和|平成|昭和|[RHS])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII
)
# NFKC leaves these hyphens and dashes as they are.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))


# Pages write days in 和暦, which begins with 昭和; what lies beyond is a slip of the hand.
_FIRST, _LAST = dt.date(1926, 12, 25), dt.date(2199, 12, 31)


class NotADate(ValueError):
    """The text is no date that exists, or none that anybody means."""


def parse_date(text: str) -> dt.date:
    """「2026-11-21」「2026/11/21」「令和8年11月21日」「R8.11.21」「２０２６年１１月２１日」.

    A year beyond an era's end is carried on (平成35年 is 2023, as old contracts write it); a day
    before an era's first day is refused, and so is one before 昭和 or after 2199. Raises NotADate.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = re.sub(r"\s", "", plain).upper()
    try:
        if match := _WESTERN.fullmatch(plain):
            year, month, day = (int(part) for part in match.groups() if part is not None)
            return _within(dt.date(year, month, day))
        if match := _ERA.fullmatch(plain):
            return _within(_from_era(*match.groups()))
    except ValueError as error:
        raise NotADate(text) from error
    raise NotADate(text)


def _within(day: dt.date) -> dt.date:
    """Raises ValueError for a day that nobody means."""
    if not _FIRST <= day <= _LAST:
        raise ValueError(f"{day} is far away")
    return day


def _from_era(era: str, year: str, month: str, day: str) -> dt.date:
    """Raises ValueError for a day that does not exist or lies before the era."""
    base = _ERA_BASE[_LETTERS.get(era, era)]
    found = dt.date(base + (1 if year == "元" else int(year)), int(month), int(day))
    if _ERA_BASE[clock.era_year(found)[0]] < base:
        raise ValueError(f"{found} lies before the era")
    return found
