"""稼働: how long machines were used, by whom, when; and of what time."""

import datetime as dt

import pytest

from lab.booking.models import Booking, Maintenance, OpeningHours, Reservation, Standstill
from lab.booking.selectors import figures
from lab.booking.services import office
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import booking

pytestmark = pytest.mark.django_db

# Two days of a fiscal year.
FIRST, SECOND = dt.date(2025, 4, 1), dt.date(2025, 4, 2)


def at(hour, minute=0, day=FIRST):
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.TOKYO)


def used(row, begin, end):
    """As it was left by whoever used it."""
    Reservation.objects.filter(pk=row.pk).update(status="used", starts_at=begin, ends_at=end)
    Booking.objects.filter(reservation=row).update(
        starts_at=begin, ends_at=end, taken_from=begin, taken_until=end
    )


def by_name(found):
    return {item.label: item for item in found}


def test_each_machine_is_measured_against_its_own_time(lab, machine, owner, staff):
    twin, young = booking.make_machine(lab), booking.make_machine(lab, in_use_from=SECOND)
    used(booking.book(owner, machine, twin), at(9, 30), at(11))
    # Booked when the lab was open longer.
    OpeningHours.objects.filter(lab=lab).update(opens=dt.time(10), closes=dt.time(14))
    Maintenance.objects.create(machine=twin, starts_at=at(8), ends_at=at(12), reason="点検")
    Standstill.objects.create(machine=machine, since=at(13, day=SECOND))
    found = figures.utilisation(lab, 2025, SECOND)
    lines = by_name(found.machines)
    seen = {
        key: (lines[key.name].minutes, lines[key.name].open_minutes, lines[key.name].outside)
        for key in (machine, twin, young)
    }
    assert seen == {
        machine: (90, 240 + 180, 30),
        twin: (90, 120 + 240, 90),
        young: (0, 240, 0),
    }
    assert lines[machine.name].percent == "21.4%"
    # However it is divided, the machines' minutes add up to the same.
    parts = (found.machines, found.wards, found.purposes, found.hours)
    assert [sum(item.minutes for item in part) for part in parts] == [180] * 4
    assert [(item.label, item.minutes, item.count) for item in found.hours] == [
        ("9:00", 60, 1), ("10:00", 120, 1),
    ]  # fmt: skip


def test_more_than_all_of_the_time_is_told_with_its_reason(lab, machine, owner, client):
    used(booking.book(owner, machine), at(9), at(17))
    OpeningHours.objects.filter(lab=lab).update(opens=dt.time(9), closes=dt.time(13))
    (line,) = figures.utilisation(lab, 2025, FIRST).machines
    assert (line.percent, line.outside) == ("200.0%", 240)
    # A year that has not begun has no time and no shares.
    (ahead,) = figures.utilisation(lab, 2027, FIRST).machines
    assert (ahead.percent, ahead.minutes) == ("—", 0)


def test_a_machine_stands_still_from_stop_to_resume(machine, staff):
    with acting(staff):
        for _ in range(2):
            office.machine_stop(actor=staff, machine_id=machine.pk, reason="故障")
            assert Standstill.objects.get(until=None).machine == machine
            office.machine_resume(actor=staff, machine_id=machine.pk)
    assert Standstill.objects.filter(until__gte=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).count() == 2
