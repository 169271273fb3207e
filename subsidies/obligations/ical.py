"""An iCalendar (RFC 5545) of obligations: whole days, no names of firms or persons in it."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from subsidies.obligations.models import Obligation

CONTENT_TYPE = "text/calendar; charset=utf-8"
_FOLD = 73  # bytes; a line ends at 75 with its break


def calendar(rows: Iterable[Obligation], *, stamp: dt.datetime, host: str) -> bytes:
    """The calendar of the rows; `stamp` (UTC) is the moment it was made, `host` names the portal."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//machikoba-dx//obligations//JA",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:町工場DXポータル 義務の期限",
    ]
    for row in rows:
        lines += _event(row, stamp, host)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(row: Obligation, stamp: dt.datetime, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:obligation-{row.pk}@{host}",
        f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.due_on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'{row.get_kind_display()} {row.receipt_no}')}",
        f"URL:{settings.SITE_URL}{reverse('obligations:item', args=[row.pk])}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> bytes:
    """The line with CRLF, folded between characters so that no part exceeds 75 octets."""
    parts, part = [], b""
    for character in line:
        encoded = character.encode()
        if len(part) + len(encoded) > _FOLD:
            parts.append(part)
            part = b""
        part += encoded
    return b"\r\n ".join([*parts, part]) + b"\r\n"
