"""A whole calendar of others: for the lab or one machine, large, and again."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lab.booking import states
from lab.booking.models import Closure, Maintenance
from lab.booking.rules import calendars
from lab.booking.selectors.free import free_at
from lab.booking.services import imports
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.notices.models import Notice
from tests.factories import booking
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def calendar(*events):
    return "\r\n".join(("BEGIN:VCALENDAR", "X-WR-CALNAME:施設", *events, "END:VCALENDAR")).encode()


def event(number, start, *more, minutes=30):
    begin = start.astimezone(dt.UTC)
    end = begin + dt.timedelta(minutes=minutes)
    lines = (
        "BEGIN:VEVENT", f"UID:n{number}", f"SUMMARY:点検{number}", f"DTSTART:{begin:%Y%m%dT%H%M%SZ}",
        f"DTEND:{end:%Y%m%dT%H%M%SZ}", *more, "END:VEVENT",
    )  # fmt: skip
    return "\r\n".join(lines)


def nights(count, begin=20):
    """So many half hours, none of them in opening hours."""
    start = booking.on(1, begin).start
    return [
        event(n, start + dt.timedelta(days=n // 16, minutes=30 * (n % 16))) for n in range(count)
    ]


def statements(staff, lab, content):
    with acting(staff), CaptureQueriesContext(connection) as caught:
        made = imports.calendar_import(actor=staff, lab_id=lab.pk, content=content)
    return made, len(caught)


def test_ten_thousand_events_take_as_many_statements_as_ten_and_tell_what_became_of_them(
    lab, machine, owner
):
    staff = booking.staff()
    _made, few = statements(staff, booking.make_lab(), calendar(*nights(10)))
    most = calendars.MOST_EVENTS
    row = booking.book(owner, machine)
    hit = event("hit", row.starts_at)
    broken = ["BEGIN:VEVENT\r\nUID:x\r\nDTSTART:bad\r\nEND:VEVENT"] * 30
    client, address = client_of(staff), reverse("booking:closures", args=[lab.public_id])
    content = calendar(*nights(most - 31), hit, *broken)
    page = client.post(
        address, {"step": "import", "target": "", "file": SimpleUploadedFile("a.ics", content)},
        follow=True,
    ).content.decode()  # fmt: skip
    for words in (
        "新しい予定9970件", "変わらない予定0件",
        "ほかに10件の予定を除きました", "予約していた1件の企業に",
    ):  # fmt: skip
        assert words in page
    assert lab.closures.count() == most - 30
    # Whoever had booked then is told by the worker.
    with acting(booking.SYSTEM):
        outbox.drain()
    assert booking.fresh(row).status == states.CALLED_OFF
    assert Notice.objects.filter(
        recipient_id=owner.user_id, subject__startswith="ラボの都合"
    ).exists()
    # All of them an hour later, and again: nothing is written twice.
    later = nights(2_000, begin=21)
    moved, many = statements(staff, lab, calendar(*later))
    assert (moved.made, moved.moved, moved.gone) == (0, 2_000, 1)
    assert many <= few + 1
    again, _count = statements(staff, lab, calendar(*later))
    assert (again.made, again.moved, again.same, again.gone) == (0, 0, 2_000, 0)


def test_a_calendar_of_one_machine_leaves_the_others_alone(lab, machine, owner, staff):
    other = booking.make_machine(lab)
    span = booking.on(8)
    rows = [booking.book(owner, item, span=span) for item in (machine, other)]
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    start = span.start - dt.timedelta(days=7)
    content = calendar(event("club", start, rule))
    client, address = client_of(staff), reverse("booking:closures", args=[lab.public_id])
    sent = {"step": "import", "target": machine.pk, "file": SimpleUploadedFile("a.ics", content)}
    page = client.post(address, sent, follow=True).content.decode()
    assert "予約していた1件の企業に" in page
    assert [booking.fresh(row).status for row in rows] == [states.CALLED_OFF, states.APPROVED]
    assert Maintenance.objects.filter(machine=machine, calendar="施設").count() == 3
    assert not Closure.objects.exists()
    week = booking.on(15)
    assert free_at(lab, week, clock.now()) == [other]
    # The club has moved one of its evenings and ended: what it has no more is free again.
    once = event("club", start, "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20200101T000000Z")
    with acting(staff):
        found = imports.calendar_import(
            actor=staff, lab_id=lab.pk, content=calendar(once), machine_id=machine.pk
        )
    assert (found.made, found.same, found.gone) == (0, 2, 1)
    assert set(free_at(lab, week, clock.now())) == {machine, other}
