"""iCalendar of one person's sessions. The address is signed, so that it needs no sign-in; it ends with the seat."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.urls import reverse

from dojo.models import Enrolment, Session
from portal.kernel import icalendar

SALT = "dojo.calendar"


def address(row: Enrolment) -> str:
    """The private address of one person's calendar."""
    token = signing.dumps(row.pk, salt=SALT)
    return settings.SITE_URL + reverse("dojo:ics", args=[token])


def enrolment_of(token: str) -> int:
    """The enrolment of an address. Raises signing.BadSignature."""
    return int(signing.loads(token, salt=SALT))


def calendar(row: Enrolment, sessions: Iterable[Session], *, stamp: dt.datetime) -> bytes:
    """The person's sessions; `stamp` is the moment it was made."""
    lines: list[str] = []
    for session in sessions:
        lines += _event(row, session, stamp)
    name = f"{row.cohort.course.name} 第{row.cohort.number}期"
    return icalendar.calendar(lines, product="dojo", name=name)


def _event(row: Enrolment, session: Session, stamp: dt.datetime) -> list[str]:
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    extra = "（補講）" if session.is_make_up else ""
    title = f"{row.cohort.course.name} 第{session.unit.number}回{extra} {session.unit.title}"
    link = session.online_url or row.cohort.online_url
    notes = "\n".join(
        part
        for part in (f"準備：{session.unit.prework}" if session.unit.prework else "", link)
        if part
    )
    return [
        "BEGIN:VEVENT",
        f"UID:dojo-session-{session.pk}@{host}",
        f"DTSTAMP:{icalendar.moment(stamp)}",
        f"DTSTART:{icalendar.moment(session.starts_at)}",
        f"DTEND:{icalendar.moment(session.ends_at)}",
        f"SUMMARY:{icalendar.text(title)}",
        f"LOCATION:{icalendar.text(session.place or row.cohort.place)}",
        f"DESCRIPTION:{icalendar.text(notes)}",
        f"URL:{settings.SITE_URL}{reverse('dojo:enrolment', args=[row.public_id])}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{icalendar.text(title)}",
        "END:VALARM",
        "END:VEVENT",
    ]
