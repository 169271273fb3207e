"""The staff's day: the ledger, what breaks, maintenance that is taken back."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from lab.booking import states
from lab.booking.models import Maintenance, OpeningHours, Turn
from lab.booking.rules.hours import Span
from lab.booking.services import changes, imports, office, turns, upkeep
from lab.booking.services.errors import Refused
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from tests.factories import booking
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def url(name, *arguments):
    return reverse(f"booking:{name}", args=arguments)


def test_two_bookings_in_one_hour_both_stand_in_the_ledger(lab, owner):
    machine = booking.make_machine(lab, slot_minutes=30, after_minutes=0)
    second = booking.owner(lab=lab)
    half = booking.on(3, 10, 0.5)
    later = Span(half.end, half.end + dt.timedelta(hours=1))
    rows = [
        booking.book(owner, machine, span=half),
        booking.book(second, machine, span=later),
    ]
    # The lab has shortened its day since: what is booked is still seen.
    rows.append(booking.book(owner, machine, span=booking.on(3, 15, 1)))
    OpeningHours.objects.filter(lab=lab).update(closes=dt.time(13))
    client = client_of(booking.staff())
    page = text(client.get(f"{url('ledger', lab.public_id)}?day={half.start:%Y-%m-%d}"))
    grid = re.search(r'<table class="ui-table lab-ledger">.*?</table>', page, re.DOTALL)[0]
    assert re.findall(r'/bookings/([^/"]+)/"', grid) == [str(row.public_id) for row in rows]
    # One row of seven hours: a free one, two shared, three free, the last.
    assert re.findall(r"<td(?: colspan=\"(\d)\")?", grid) == ["", "2", "", "", "", "1"]


def test_what_breaks_in_a_running_booking_names_it(lab, machine, owner):
    other = booking.make_machine(lab)
    row = booking.now_at(booking.book(owner, machine))
    with acting(owner):
        changes.check_in(actor=owner, reservation_id=row.pk)
    client = client_of(booking.staff())
    link = f"{url('incidents', lab.public_id)}?booking={row.public_id}"
    assert link in text(client.get(url("desk", row.public_id)))
    form = text(client.get(link))
    assert f'<option value="{row.pk}" selected>' in form
    assert f'<option value="{machine.pk}" selected>' in form
    now = clock.now()
    sent = {
        "booking": row.pk, "machine": other.pk, "weight": "broken", "what": "ノズルが折れた",
        "day": f"{now:%Y-%m-%d}", "at": f"{now:%H:%M}",
    }  # fmt: skip
    refused = client.post(link, sent)
    assert refused.status_code == 422
    assert "この予約では、この設備を使っていません" in text(refused)
    assert client.post(link, sent | {"machine": machine.pk}).status_code == 302
    auditor = assign(make_person("auditor@example.jp"), Role.AUDITOR)
    for reader in (client, client_of(auditor.pk)):
        log = text(reader.get(url("incidents", lab.public_id)))
        assert url("desk", row.public_id) in log
        assert row.firm_name in log
    assert "ノズルが折れた" in text(client.get(url("desk", row.public_id)))
    written = AuditRow.objects.get(action="booking.incident")
    assert written.detail["reservation"] == row.pk


def test_a_maintenance_window_is_taken_back_and_frees_its_time(lab, machine, owner):
    staff, waiting = booking.staff(), booking.owner(lab=lab)
    client, span = client_of(staff), booking.on(5)
    row = booking.book(owner, machine, span=span)
    with acting(waiting):
        turns.join(actor=waiting, ask=booking.ask(machine, span=span))
    with acting(staff):
        office.maintenance_add(actor=staff, machine_id=machine.pk, span=span, reason="点検")
    with acting(booking.SYSTEM):
        outbox.drain()
    assert Turn.objects.get().status == states.WAITING
    window = Maintenance.objects.get()
    address = url("maintenance_remove", window.pk)
    for page in ("machine_edit", "machines"):
        key = lab.public_id if page == "machines" else machine.public_id
        assert address in text(client.get(url(page, key)))
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client_of(booking.staff(13111)).get(address).status_code == 404
    told = text(client.post(address, {"reason": "業者の都合で延期"}, follow=True))
    assert "この時間は、また予約できます" in told
    assert "1件の企業" in told
    assert not Maintenance.objects.exists()
    written = AuditRow.objects.get(action="booking.maintenance_removed")
    assert written.reason == "業者の都合で延期"
    # Not given back: whoever waited comes first, then everybody.
    assert booking.fresh(row).status == states.CALLED_OFF
    assert Notice.objects.filter(
        recipient_id=owner.user_id, subject__startswith="取り消された時間を"
    ).exists()
    with acting(booking.SYSTEM):
        outbox.drain()
    assert Turn.objects.get().status == states.OFFERED


def test_a_calendars_window_is_taken_back_and_tells_those_whose_time_nothing_else_keeps(
    lab, machine, owner
):
    staff, span = booking.staff(), booking.on(5)
    other = booking.owner(lab=lab)
    day = dt.timedelta(days=1)
    rows = [
        booking.book(owner, machine, span=span),
        booking.book(other, machine, span=Span(span.start + day, span.end + day)),
    ]
    content = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:club\nSUMMARY:同好会\n"
        f"DTSTART:{span.start.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{(span.end + day).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}\nEND:VEVENT\nEND:VCALENDAR"
    )
    with acting(staff):
        imports.calendar_import(
            actor=staff, lab_id=lab.pk, content=content.encode(), machine_id=machine.pk
        )
        office.closure_add(
            actor=staff, lab_id=lab.pk, span=Span(span.start + day, span.end + day), reason="停電"
        )
        window = Maintenance.objects.get(uid="club")
        told = upkeep.maintenance_remove(actor=staff, maintenance_id=window.pk, reason="中止")
    assert [booking.fresh(row).status for row in rows] == [states.CALLED_OFF] * 2
    assert told == 1, "the other one's time is still closed"


def test_a_window_that_has_begun_ends_now_and_an_events_own_stays(lab, machine):
    staff = booking.staff()
    hour = dt.timedelta(hours=1)
    running, event = (
        Maintenance.objects.create(
            machine=machine, starts_at=clock.now() - hour, ends_at=clock.now() + hour,
            reason="点検", of_event=of_event,
        )
        for of_event in (False, True)
    )  # fmt: skip
    with acting(staff):
        upkeep.maintenance_remove(actor=staff, maintenance_id=running.pk, reason="済んだ")
        with pytest.raises(Refused, match="すでに終わって"):
            upkeep.maintenance_remove(actor=staff, maintenance_id=running.pk, reason="x")
        with pytest.raises(Refused, match="催しのために"):
            upkeep.maintenance_remove(actor=staff, maintenance_id=event.pk, reason="x")
    running.refresh_from_db()
    assert running.starts_at < running.ends_at < event.ends_at
