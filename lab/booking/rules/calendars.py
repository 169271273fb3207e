"""Reading an iCalendar file (RFC 5545) of closures: bounded, with an error for every line left out."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.booking.rules.hours import Span
from portal.kernel import clock

MOST_EVENTS = 10_000
MOST_BYTES = 8 * 1024 * 1024
MOST_TOLD = 20
# What lies beyond is a slip of the hand or a calendar's "for ever", which no page could show.
FIRST_YEAR, LAST_YEAR = 1926, 2199


class NotACalendar(ValueError):
    """The file is no calendar, or too large to be one; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Event:
    """One closure: a stretch of time, what it is called, and the name under which it is known."""

    uid: str
    span: Span
    summary: str


@dataclass(slots=True)
class Read:
    """What was found, and what was left out: (line number, code of the reason).

    `calendar` is what the file calls itself. `cancelled` are the names of events that do not take place,
    `unread` of those that could not be read; `window` reaches from the first to the last that could.
    """

    calendar: str = ""
    events: list[Event] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    window: Span | None = None

    def is_gone(self, uid: str, span: Span) -> bool:
        """Whether a closure of this calendar that the file does not name takes place no more.

        What lies outside the file's window may have been left out when it was written; what could not be
        read may still be meant.
        """
        if self.window is None or uid in self.unread:
            return False
        return self.window.start <= span.start and span.end <= self.window.end


def read(content: bytes, *, since: dt.datetime) -> Read:
    """The file's events that end after `since`. Raises NotACalendar.

    Left out, each with its line: repeated ones (RRULE), ones without a beginning, in an unknown time
    zone, before 1926 or after 2199, ending before they begin, or cancelled. A time without a zone is
    Tokyo's.
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar("large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotACalendar("encoding") from error
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise NotACalendar("calendar")
    found = Read(calendar=_name(text))
    for count, (number, lines) in enumerate(_events(text), start=1):
        if count > MOST_EVENTS:
            raise NotACalendar("many")
        event, reason = _event(lines)
        if event is None:
            found.left_out.append((number, reason))
            (found.cancelled if reason == "cancelled" else found.unread).add(_uid(lines))
            continue
        known = found.window or event.span
        found.window = Span(min(known.start, event.span.start), max(known.end, event.span.end))
        if event.span.end > since:
            found.events.append(event)
    return found


def _name(text: str) -> str:
    """What the calendar calls itself, else who wrote the file."""
    given: dict[str, str] = {}
    for _number, line in _unfolded(
        re.split("BEGIN:VEVENT", text, maxsplit=1, flags=re.IGNORECASE)[0]
    ):
        name, _colon, value = line.partition(":")
        given.setdefault(name.split(";")[0].upper(), _plain(value))
    return (given.get("X-WR-CALNAME") or given.get("PRODID") or "")[:100]


# Name → (parameters, value).
Lines = dict[str, tuple[dict[str, str], str]]


def _events(text: str) -> Iterator[tuple[int, Lines]]:
    """(line of BEGIN, its lines) of every VEVENT; inner parts are passed over."""
    number, depth = 0, 0
    event: Lines | None = None
    for line_number, line in _unfolded(text):
        upper = line.upper()
        if upper == "BEGIN:VEVENT":
            number, event, depth = line_number, {}, 0
        elif event is None:
            continue
        elif upper == "END:VEVENT":
            yield number, event
            event = None
        elif upper.startswith("BEGIN:"):
            depth += 1
        elif upper.startswith("END:"):
            depth -= 1
        elif not depth and ":" in line:
            head, value = line.split(":", 1)
            name, *given = head.split(";")
            parameters = dict(part.split("=", 1) for part in given if "=" in part)
            event.setdefault(name.upper(), ({k.upper(): v for k, v in parameters.items()}, value))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    current, begun = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] in (" ", "\t"):
            current += line[1:]
            continue
        if current:
            yield begun, current
        current, begun = line.rstrip(), number
    if current:
        yield begun, current


def _event(lines: Lines) -> tuple[Event | None, str]:
    if "RRULE" in lines or "RDATE" in lines:
        return None, "repeats"
    if lines.get("STATUS", ({}, ""))[1].strip().upper() == "CANCELLED":
        return None, "cancelled"
    if "DTSTART" not in lines:
        return None, "start"
    try:
        start, is_day = _moment(*lines["DTSTART"])
        if "DTEND" in lines:
            end, _ = _moment(*lines["DTEND"])
        else:
            end = start + dt.timedelta(days=1 if is_day else 0)
    except (ValueError, OverflowError):
        return None, "time"
    except (zoneinfo.ZoneInfoNotFoundError, KeyError):
        return None, "zone"
    if end <= start:
        return None, "order"
    summary = _plain(lines.get("SUMMARY", ({}, ""))[1])[:200]
    uid = _uid(lines) or f"{start.isoformat()}|{summary}"[:255]
    return Event(uid, Span(start, end), summary), ""


def _uid(lines: Lines) -> str:
    """One day of a repeated event bears the name of them all, and which day it stands for."""
    parts = (lines.get(name, ({}, ""))[1] for name in ("UID", "RECURRENCE-ID"))
    return "|".join(part for part in map(_plain, parts) if part)[-255:]


def _moment(parameters: dict[str, str], value: str) -> tuple[dt.datetime, bool]:
    """(the moment, whether it is a whole day). Raises ValueError, ZoneInfoNotFoundError."""
    value = value.strip()
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise ValueError(value)
    if parameters.get("VALUE", "").upper() == "DATE" or len(value) == 8:
        day = dt.datetime.strptime(value, "%Y%m%d").replace(tzinfo=clock.TOKYO)
        return day, True
    if value.endswith("Z"):
        return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC), False
    naive = dt.datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the zone follows
    name = parameters.get("TZID", "").strip('"')
    zone = zoneinfo.ZoneInfo(name) if name else clock.TOKYO
    return naive.replace(tzinfo=zone), False


def _plain(value: str) -> str:
    for escaped, plain in (("\\n", " "), ("\\N", " "), ("\\,", ","), ("\\;", ";"), ("\\\\", "\\")):
        value = value.replace(escaped, plain)
    return "".join(sign for sign in value if sign >= " ").strip()
