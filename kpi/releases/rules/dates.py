"""When figures are due (R8): 速報 ten working days after the month, 確報 on 31 May after the year."""

import datetime as dt

from subsidies.rules.due import is_open

PRELIMINARY_DAYS = 10


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The `count`-th day after `day` on which the wards' offices work (初日不算入)."""
    while count:
        day += dt.timedelta(days=1)
        count -= is_open(day)
    return day


def preliminary_due(as_of: dt.date) -> dt.date:
    """速報 of the month that ends on `as_of`."""
    return working_days_after(as_of, PRELIMINARY_DAYS)


def final_due(fiscal_year: int) -> dt.date:
    """確報 of a fiscal year: 31 May after its end."""
    return dt.date(fiscal_year + 1, 5, 31)
