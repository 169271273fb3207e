"""The only place that reads the time. Everything else takes `now`, `today` or `as_of`.

Times are aware; dates are dates of Asia/Tokyo. A fiscal year (年度) runs from 1 April to 31 March
and is named by the year in which it begins: 2026-04-01 … 2027-03-31 is 2026, 令和8年度.
"""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection

TOKYO = ZoneInfo("Asia/Tokyo")

# First day of each era and its name (元号を定める政令).
_ERAS = (
    (dt.date(2019, 5, 1), "令和"),
    (dt.date(1989, 1, 8), "平成"),
    (dt.date(1926, 12, 25), "昭和"),
)


def now() -> dt.datetime:
    """The application server's time, aware, in Asia/Tokyo. For display and due dates."""
    return dt.datetime.now(TOKYO)


def today() -> dt.date:
    """Today's date in Tokyo."""
    return now().date()


def database_now() -> dt.datetime:
    """PostgreSQL's `statement_timestamp()`: the one clock that decides deadlines.

    Unlike `now()` of SQL it moves within a transaction, and unlike ours it is the same for all
    application servers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0].astimezone(TOKYO)


def to_date(moment: dt.datetime) -> dt.date:
    """The Tokyo date of an aware moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(TOKYO).date()


def midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day in Tokyo."""
    return dt.datetime.combine(day, dt.time(), tzinfo=TOKYO)


def fiscal_year(day: dt.date) -> int:
    """年度 of a date: 2027-03-31 → 2026."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_bounds(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of a fiscal year."""
    return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)


def month_end(day: dt.date) -> dt.date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def era_year(day: dt.date) -> tuple[str, int]:
    """(era, year in era). Raises ValueError before 昭和."""
    for first, era in _ERAS:
        if day >= first:
            return era, day.year - first.year + 1
    raise ValueError(f"no era known for {day}")


def wareki(day: dt.date) -> str:
    """和暦: 2026-11-21 → 令和8年11月21日; 2019-05-01 → 令和元年5月1日."""
    return f"{wareki_month(day)}{day.day}日"


def wareki_month(day: dt.date) -> str:
    """2026-11-21 → 令和8年11月; 2019-05-01 → 令和元年5月."""
    era, year = era_year(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月"


def wareki_fiscal_year(year: int) -> str:
    """2026 → 令和8年度; 2019 → 令和元年度 (named after the era at its end, as wards do)."""
    era, number = era_year(dt.date(year, 12, 31))
    return f"{era}{'元' if number == 1 else number}年度"


def fiscal_year_mark(year: int) -> str:
    """The short mark used in receipt numbers: 2026 → R8."""
    letters = {"令和": "R", "平成": "H", "昭和": "S"}
    era, number = era_year(dt.date(year, 12, 31))
    return f"{letters[era]}{number}"
