"""An iCalendar (RFC 5545) of obligations: whole days, no names of firms or persons in it."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from portal.kernel import icalendar
from portal.kernel.icalendar import CONTENT_TYPE
from subsidies.obligations.models import Obligation

__all__ = ["CONTENT_TYPE", "calendar"]


def calendar(rows: Iterable[Obligation], *, stamp: dt.datetime, host: str) -> bytes:
    """The calendar of the rows; `stamp` (UTC) is the moment it was made, `host` names the portal."""
    lines: list[str] = []
    for row in rows:
        lines += _event(row, stamp, host)
    return icalendar.calendar(lines, product="obligations", name="町工場DXポータル 義務の期限")


def _event(row: Obligation, stamp: dt.datetime, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:obligation-{row.pk}@{host}",
        f"DTSTAMP:{icalendar.moment(stamp)}",
        f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.due_on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{icalendar.text(f'{row.get_kind_display()} {row.receipt_no}')}",
        f"URL:{settings.SITE_URL}{reverse('obligations:item', args=[row.pk])}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
