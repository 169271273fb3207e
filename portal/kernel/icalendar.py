"""Pieces of an iCalendar file (RFC 5545) that every calendar of the portal needs."""

import datetime as dt
from collections.abc import Iterable

CONTENT_TYPE = "text/calendar; charset=utf-8"
_FOLD = 73  # bytes; a line ends at 75 with its break


def calendar(lines: Iterable[str], *, product: str, name: str) -> bytes:
    """A calendar of finished event lines."""
    frame = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//machikoba-dx//{product}//JA",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{text(name)}",
        *lines,
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in frame)


def moment(at: dt.datetime) -> str:
    """An aware moment in UTC: 20261121T090000Z."""
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    """A value with what separates fields escaped."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def folded(line: str) -> bytes:
    """The line with CRLF, folded between characters so that no part exceeds 75 octets."""
    parts, part = [], b""
    for character in line:
        encoded = character.encode()
        if len(part) + len(encoded) > _FOLD:
            parts.append(part)
            part = b""
        part += encoded
    return b"\r\n ".join([*parts, part]) + b"\r\n"
