"""iCalendar out: a firm's bookings, and a lab's for its staff. The addresses are signed and need no sign-in;
asking for another one ends them.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lab.booking.models import Feed, Reservation
from lab.booking.services import feeds
from portal.kernel import icalendar

SALT = "booking.calendar"
FIRM, LAB = Feed.Kind.FIRM, Feed.Kind.LAB


def address(kind: str, key: int, person_id: int) -> str:
    """The private address of one person's calendar: it ends with the person's place in the firm or lab."""
    parts = [str(kind), key, person_id, feeds.number_of(kind, key, person_id)]
    token = signing.dumps(parts, salt=SALT)
    return settings.SITE_URL + reverse("booking:ics", args=[token])


def read(token: str) -> tuple[str, int, int]:
    """(kind, key, person). Raises signing.BadSignature, ValueError where another was asked for since."""
    # One that was given out before they had numbers has none.
    kind, key, person, *number = signing.loads(token, salt=SALT)
    feeds.require(number, kind=str(kind), place=int(key), person_id=int(person))
    return str(kind), int(key), int(person)


def calendar(
    rows: Iterable[tuple[Reservation, str]], *, name: str, stamp: dt.datetime, for_staff: bool
) -> bytes:
    """The bookings with the names of their machines."""
    lines: list[str] = []
    for row, machines in rows:
        about = f"{row.firm_name} {machines}" if for_staff else f"{row.lab.name} {machines}"
        text = icalendar.text
        lines += [
            "BEGIN:VEVENT",
            f"UID:booking-{row.public_id}@machikoba-dx",
            f"DTSTAMP:{icalendar.moment(stamp)}",
            f"DTSTART:{icalendar.moment(row.starts_at)}",
            f"DTEND:{icalendar.moment(row.ends_at)}",
            f"SUMMARY:{text(about)}",
            f"LOCATION:{text(row.lab.place)}",
            f"DESCRIPTION:{text(f'{row.state.label} {row.get_purpose_display()}')}",
            f"STATUS:{'CONFIRMED' if row.status != 'requested' else 'TENTATIVE'}",
            "END:VEVENT",
        ]
    return icalendar.calendar(lines, product="lab", name=name)
