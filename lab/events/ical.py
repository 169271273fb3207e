"""iCalendar of one person's events. The address is signed, so that it needs no sign-in."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lab.booking.models import Feed
from lab.booking.services import feeds
from lab.events.models import Registration
from portal.kernel import icalendar

SALT = "events.calendar"


def address(firm_id: int, person_id: int) -> str:
    """The private address of one person's calendar: it ends with the person's place in the firm."""
    number = feeds.number_of(Feed.Kind.EVENTS, firm_id, person_id)
    token = signing.dumps([firm_id, person_id, number], salt=SALT)
    return settings.SITE_URL + reverse("events:ics", args=[token])


def read(token: str) -> tuple[int, int]:
    """(firm, person). Raises signing.BadSignature, ValueError (another was asked for since), TypeError."""
    # One that was given out before they had numbers has none.
    firm, person, *number = signing.loads(token, salt=SALT)
    feeds.require(number, kind=Feed.Kind.EVENTS, place=int(firm), person_id=int(person))
    return int(firm), int(person)


def calendar(rows: Iterable[Registration], *, name: str, stamp: dt.datetime) -> bytes:
    """The events in which the person has a seat; times in UTC."""
    lines: list[str] = []
    for row in rows:
        event, text = row.event, icalendar.text
        url = settings.SITE_URL + reverse("events:registration", args=[row.public_id])
        lines += [
            "BEGIN:VEVENT",
            f"UID:lab-event-{event.public_id}@machikoba-dx",
            f"DTSTAMP:{icalendar.moment(stamp)}",
            f"DTSTART:{icalendar.moment(event.starts_at)}",
            f"DTEND:{icalendar.moment(event.ends_at)}",
            f"SUMMARY:{text(event.display_title)}",
            f"LOCATION:{text(event.place)}",
            f"DESCRIPTION:{text(event.bring)}",
            f"URL:{url}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P1D",
            f"DESCRIPTION:{text(event.display_title)}",
            "END:VALARM",
            "END:VEVENT",
        ]
    return icalendar.calendar(lines, product="lab-events", name=name)
