"""The rows of the process figures, counted anew every night."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from kpi.indicators.process import ROWS
from kpi.models import ProcessCell
from kpi.services.standing import fetch
from lab.booking.selectors.calendar import is_holiday
from portal.kernel import clock

MONTHS = 24


def process_rebuild(*, as_of: dt.date | None = None) -> int:
    """Count the last two years anew and replace the rows; returns how many there are."""
    day = as_of or clock.today()
    first = (day.replace(day=1) - dt.timedelta(days=MONTHS * 30)).replace(day=1)
    values = {
        "first": first,
        "as_of": day,
        "year": clock.fiscal_year(day),
        "holidays": [at for at in _days(first, day) if is_holiday(at)],
    }
    with transaction.atomic():
        ProcessCell.objects.all().delete()
        made = ProcessCell.objects.bulk_create(
            ProcessCell(
                code=code,
                ward_id=ward,
                month=month,
                part=part,
                numerator=numerator,
                denominator=denominator,
            )
            for code, sql in ROWS.items()
            for ward, month, part, numerator, denominator in fetch(sql, values)
        )
    return len(made)


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
