"""What a careless or an ill-willed hand tries: far days, huge prices, a colleague's certificate, twice."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lab.booking import states
from lab.booking.forms.staff import ConsumableForm, FeesForm
from lab.booking.models import Reservation, Turn
from lab.booking.rules import calendars
from lab.booking.services import changes, firms, office, turns, visits
from lab.booking.services.errors import Refused
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.models import Firm
from tests.factories import booking
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return booking.make_lab()


@pytest.fixture
def machine(lab):
    return booking.make_machine(lab)


@pytest.fixture
def owner(lab):
    return booking.owner(lab=lab)


def event(*lines):
    text = "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"))
    return calendars.read(text.encode(), since=clock.now())


@pytest.mark.parametrize(
    ("start", "end"),
    [("20261201T000000Z", "99991231T235959Z"), ("00010101T000000", "20991231T000000Z")],
)
def test_a_calendar_without_end_is_left_out_so_that_the_lab_can_be_read(start, end):
    found = event(f"DTSTART:{start}", f"DTEND:{end}", "UID:x")
    assert (found.events, found.left_out) == ([], [(2, "time")])


def test_the_days_of_a_repeated_event_written_out_one_by_one_are_closures_of_their_own():
    days = ("20270107", "20270114")
    lines = []
    for day in days:
        lines += ["BEGIN:VEVENT", "UID:weekly", f"RECURRENCE-ID:{day}", f"DTSTART:{day}"]
        lines += ["END:VEVENT"]
    text = "\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR"))
    found = calendars.read(text.encode(), since=clock.now())
    assert len({item.uid for item in found.events}) == 2


def test_a_price_that_no_column_holds_is_refused_in_the_form(machine):
    fee = {"valid_from": "2027-04-01", "discount_percent": "0"}
    form = FeesForm({**fee, f"fee_{machine.pk}": "20,000,001"}, machines=[machine])
    assert f"fee_{machine.pk}" in form.errors
    form = ConsumableForm({"name": "樹脂", "unit": "kg", "price_yen": "3000000000", "low_at": "1"})
    assert "price_yen" in form.errors


def test_a_colleague_without_the_certificate_is_not_let_in_with_somebody_elses(lab, owner):
    machine = booking.make_machine(lab, needs_training=True)
    colleague, staff = make.firm_actor(Firm.objects.get(pk=owner.firm_id)), booking.staff()
    with acting(staff):
        firms.certify(
            actor=staff,
            machine_id=machine.pk,
            firm_id=owner.firm_id,
            person_id=owner.user_id,
            granted_on=clock.today(),
        )
    row = booking.now_at(booking.book(owner, machine))
    with acting(colleague), pytest.raises(Refused, match="講習"):
        changes.check_in(actor=colleague, reservation_id=row.pk)
    with acting(owner):
        assert changes.check_in(actor=owner, reservation_id=row.pk).status == states.IN_USE


def test_what_the_lab_calls_off_frees_the_place_on_the_waiting_list(lab, machine, owner):
    first, staff = booking.owner(lab=lab), booking.staff()
    row = booking.book(first, machine)
    with acting(owner):
        turn = turns.join(actor=owner, ask=booking.ask(machine))
    with acting(first):
        changes.cancel(actor=first, reservation_id=row.pk)
    turns.settle()
    with acting(booking.SYSTEM):
        offered = Reservation.objects.get(status=states.HELD)
    with acting(staff):
        changes.call_off(actor=staff, reservation_id=offered.pk, reason="停電")
    assert Turn.objects.get(pk=turn.pk).status == states.PASSED


def test_nobody_agrees_for_a_year_that_is_far_away(lab):
    actor = make.firm_actor(make.make_firm())
    with acting(actor), pytest.raises(Refused, match="年度"):
        firms.agree(
            actor=actor, lab_id=lab.pk, version=1, day=clock.today() + dt.timedelta(days=1000)
        )


def test_the_door_reads_full_width_digits_and_writes_down_what_it_refuses(lab, machine, owner):
    row = booking.now_at(booking.book(owner, machine))
    client, address = Client(), reverse("booking:kiosk", args=[lab.kiosk])
    assert client.post(address, {"code": "000000x"}).status_code == 409
    assert AuditRow.objects.filter(action="booking.refused", chain=lab.ward_id).exists()
    wide = row.code.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    assert client.post(address, {"code": wide}).status_code == 200
    assert Reservation.objects.get(pk=row.pk).status == states.IN_USE


def test_six_digits_are_not_found_by_trying(lab, machine, owner):
    row = booking.now_at(booking.book(owner, machine))
    address = reverse("booking:kiosk", args=[lab.kiosk])
    for number in range(20):
        place = {"REMOTE_ADDR": f"10.0.0.{number}"}
        assert Client().post(address, {"code": "0"}, **place).status_code == 409
    assert Client().post(address, {"code": row.code}).status_code == 429
    assert Client().get(address).status_code == 200
    assert Reservation.objects.get(pk=row.pk).status == states.APPROVED


def test_a_walk_in_that_is_refused_leaves_its_row_and_reads_full_width_numbers(lab, machine):
    staff = booking.staff()
    firm = make.make_firm(corporate_number="7000012050002")
    client = client_of(staff)
    address = reverse("booking:visits", args=[lab.public_id])
    given = {"name": "来館 一郎", "purpose": "trial", "machine": machine.pk, "minutes": "30"}
    answer = client.post(address, {**given, "corporate_number": "1"})
    assert answer.status_code == 422
    assert AuditRow.objects.filter(action="booking.refused", chain=lab.ward_id).exists()
    with acting(booking.SYSTEM):
        assert visits.firm_of("７０００－０１２０－５０００２") == firm


def test_two_bookings_that_are_not_over_never_share_their_digits(lab, machine, owner, monkeypatch):
    drawn = iter((7, 7, 8))
    monkeypatch.setattr("lab.booking.services.numbers.secrets.randbelow", lambda _most: next(drawn))
    first = booking.book(owner, machine)
    second = booking.book(booking.owner(lab=lab), machine, span=booking.on(4))
    assert (first.code, second.code) == ("000007", "000008")


def test_a_closure_is_taken_back_once_and_a_second_try_is_told(lab):
    staff = booking.staff()
    with acting(staff):
        span = booking.on(20)
        office.closure_add(actor=staff, lab_id=lab.pk, span=span, reason="棚卸し")
        row = lab.closures.get()
        office.closure_remove(actor=staff, closure_id=row.pk)
    client = client_of(staff)
    assert client.post(reverse("booking:closure_remove", args=[row.pk])).status_code == 404
    with acting(staff), pytest.raises(Refused, match="ほかの職員"):
        office.closure_remove(actor=staff, closure_id=row.pk)


def test_maintenance_that_is_refused_leaves_its_row(lab, machine):
    client = client_of(booking.staff())
    day = f"{booking.on(5).start:%Y/%m/%d}"
    hours = {"first_day": day, "first_time": "12:00", "last_day": day, "last_time": "11:00"}
    address = reverse("booking:maintenance", args=[machine.public_id])
    answer = client.post(address, hours | {"reason": "点検"})
    assert answer.status_code == 422
    rows = AuditRow.objects.filter(action="booking.refused", chain=lab.ward_id)
    assert rows.filter(detail__act="maintenance").exists()
