"""Reading an iCalendar file (RFC 5545) of closures: bounded, with an error for every line left out.

A repeated event is a closure for each time, up to two years ahead; a single time that the file moves or
cancels (RECURRENCE-ID, EXDATE) is moved or left out.
"""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lab.booking.rules import repeats
from lab.booking.rules.hours import Span
from portal.kernel import clock

MOST_EVENTS = 10_000
MOST_BYTES = 8 * 1024 * 1024
MOST_TOLD = 20
# How far repeated events are followed.
DAYS_AHEAD = 2 * 366
# What lies beyond is a slip of the hand or a calendar's "for ever", which no page could show.
FIRST_YEAR, LAST_YEAR = 1926, 2199
_LENGTH = re.compile(
    r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?"
)


# Name → its lines: (parameters, value).
Lines = dict[str, list[tuple[dict[str, str], str]]]


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
    # Events of which the file tells every time: one that it does not name takes place no more.
    whole: set[str] = field(default_factory=set)
    window: Span | None = None

    def is_gone(self, uid: str, span: Span) -> bool:
        """Whether a closure of this calendar that the file does not name takes place no more.

        An event that the file tells has the times that it tells, and no others. Of one that the file does not
        name, what lies outside the file's window may have been left out when it was written; what could not
        be read may still be meant.
        """
        if self.window is None or not self.unread.isdisjoint(_whole(uid)):
            return False
        if _whole(uid)[1] in self.whole:
            return True
        return self.window.start <= span.start and span.end <= self.window.end

    def is_cancelled(self, uid: str) -> bool:
        """The event, or all that it repeats."""
        return not self.cancelled.isdisjoint(_whole(uid))


def _whole(uid: str) -> tuple[str, str]:
    """One time of a repeated event, and the event."""
    return uid, uid.rpartition("|")[0] or uid


def read(content: bytes, *, since: dt.datetime) -> Read:
    """The file's events that end after `since`. Raises NotACalendar.

    Left out, each with its line: ones that repeat in a way not understood, without a beginning, in an
    unknown time zone, before 1926 or after 2199, ending before they begin, or cancelled. A time without a
    zone is Tokyo's.
    """
    text = _decoded(content)
    reader = _Reader(_name(text), since)
    for count, (number, lines) in enumerate(_events(text), start=1):
        if count > MOST_EVENTS:
            raise NotACalendar("many")
        reader.take(number, lines)
    return reader.done()


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise NotACalendar("large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotACalendar("encoding") from error
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise NotACalendar("calendar")
    return text


class _Reader:
    """Collects the events of one file."""

    def __init__(self, name: str, since: dt.datetime) -> None:
        self.since = since
        self.found = Read(calendar=name)
        self.repeated: list[Event] = []
        # Times of repeated events that the file tells of one by one.
        self.singled: set[str] = set()
        self.steps = repeats.Steps()

    def take(self, number: int, lines: Lines) -> None:
        """One VEVENT, which begins on that line. Raises NotACalendar."""
        if "RECURRENCE-ID" in lines:
            self.singled.add(_uid(lines))
        event, reason = _event(lines)
        if event is None:
            self._leave_out(number, lines, reason)
        elif lines.keys().isdisjoint(("RRULE", "RDATE")):
            self._told(event, lines)
            self._widen(event.span)
            if event.span.end > self.since:
                self.found.events.append(event)
        else:
            self._repeat(number, event, lines)

    def _repeat(self, number: int, event: Event, lines: Lines) -> None:
        try:
            times = _repeated(event, lines, since=self.since, steps=self.steps)
        except repeats.TooManySteps as error:
            raise NotACalendar("repeats") from error
        except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError, KeyError):
            self._leave_out(number, lines, "repeats")
            return
        self._told(event, lines)
        self.repeated += times
        for item in (event, *times[-1:]):
            self._widen(item.span)

    def _told(self, event: Event, lines: Lines) -> None:
        if "RECURRENCE-ID" not in lines:
            self.found.whole.add(event.uid)

    def _leave_out(self, number: int, lines: Lines, reason: str) -> None:
        self.found.left_out.append((number, reason))
        names = self.found.cancelled if reason == "cancelled" else self.found.unread
        names.add(_uid(lines))

    def _widen(self, span: Span) -> None:
        known = self.found.window or span
        self.found.window = Span(min(known.start, span.start), max(known.end, span.end))

    def done(self) -> Read:
        """Raises NotACalendar."""
        self.found.events += [item for item in self.repeated if item.uid not in self.singled]
        if len(self.found.events) > MOST_EVENTS:
            raise NotACalendar("many")
        return self.found


def _repeated(
    event: Event, lines: Lines, *, since: dt.datetime, steps: repeats.Steps
) -> list[Event]:
    """A closure for each time that ends after `since`. Raises ValueError, TooManySteps."""
    zone = event.span.start.tzinfo or clock.TOKYO
    first = event.span.start.replace(tzinfo=None)
    length = event.span.end - event.span.start
    begun = (since - length).astimezone(zone).date() - dt.timedelta(days=1)
    last = (since + dt.timedelta(days=DAYS_AHEAD)).astimezone(zone).date()
    moments = {event.span.start}
    for _parameters, value in lines.get("RRULE", ()):
        rule = repeats.parse(value, zone=zone)
        found = repeats.starts(rule, first, since=begun, last=last, steps=steps)
        moments.update(item.replace(tzinfo=zone) for item in found)
    moments.update(_moments(lines.get("RDATE", ())))
    gone = {item.astimezone(dt.UTC) for item in _moments(lines.get("EXDATE", ()))}
    spans = (
        Span(item, item + length) for item in sorted(moments) if item.astimezone(dt.UTC) not in gone
    )
    return [
        Event(_time_of(event.uid, item.start), item, event.summary)
        for item in spans
        if item.end > since
    ]


def _moments(given: Iterable[tuple[dict[str, str], str]]) -> list[dt.datetime]:
    return [
        _moment(parameters, value)[0] for parameters, values in given for value in values.split(",")
    ]


def _time_of(uid: str, start: dt.datetime) -> str:
    """The name of one time of a repeated event."""
    return f"{uid}|{start.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"[-255:]


def _name(text: str) -> str:
    """What the calendar calls itself, else who wrote the file."""
    given: dict[str, str] = {}
    for _number, line in _unfolded(
        re.split("BEGIN:VEVENT", text, maxsplit=1, flags=re.IGNORECASE)[0]
    ):
        name, _colon, value = line.partition(":")
        given.setdefault(name.split(";")[0].upper(), _plain(value))
    return (given.get("X-WR-CALNAME") or given.get("PRODID") or "")[:100]


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
            values = ({k.upper(): v for k, v in parameters.items()}, value)
            event.setdefault(name.upper(), []).append(values)


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


def _value(lines: Lines, name: str) -> str:
    """What the first line of that name says."""
    return lines[name][0][1] if name in lines else ""


def _event(lines: Lines) -> tuple[Event | None, str]:
    if _value(lines, "STATUS").strip().upper() == "CANCELLED":
        return None, "cancelled"
    if "RANGE" in lines.get("RECURRENCE-ID", [({}, "")])[0][0]:
        return None, "repeats"
    if "DTSTART" not in lines:
        return None, "start"
    try:
        start, is_day = _moment(*lines["DTSTART"][0])
        if "DTEND" in lines:
            end, _ = _moment(*lines["DTEND"][0])
        elif "DURATION" in lines:
            end = start + _length(_value(lines, "DURATION"))
        else:
            end = start + dt.timedelta(days=1 if is_day else 0)
    except (ValueError, OverflowError):
        return None, "time"
    except (zoneinfo.ZoneInfoNotFoundError, KeyError):
        return None, "zone"
    if end <= start:
        return None, "order"
    summary = _plain(_value(lines, "SUMMARY"))[:200]
    uid = _uid(lines) or f"{start.isoformat()}|{summary}"[:255]
    return Event(uid, Span(start, end), summary), ""


def _length(text: str) -> dt.timedelta:
    """P1DT2H30M. Raises ValueError."""
    found = _LENGTH.fullmatch(text.strip().upper())
    if found is None:
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _uid(lines: Lines) -> str:
    """One time of a repeated event bears the name of them all, and for which time it stands."""
    uid = _plain(_value(lines, "UID"))[-235:]
    if "RECURRENCE-ID" not in lines:
        return uid
    parameters, value = lines["RECURRENCE-ID"][0]
    try:
        return _time_of(uid, _moment(parameters, value)[0])
    except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError, KeyError):
        return f"{uid}|{_plain(value)}"[-255:]


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
