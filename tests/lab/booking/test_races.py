"""64 firms for one slot: one wins, the others are told what is free next; nobody waits for a deadlock."""

import datetime as dt
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction

from lab.booking.models import Booking, Reservation
from lab.booking.selectors.free import next_free
from lab.booking.services import reserve
from lab.booking.services.errors import Taken
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import booking
from tests.support.racing import at_once


@pytest.mark.django_db(transaction=True)
def test_of_64_at_once_one_gets_the_machines_and_the_others_the_next_free_times():
    with acting(booking.SYSTEM):
        lab = booking.make_lab()
        machines = [booking.make_machine(lab) for _ in range(2)]
        people = [booking.owner(lab=lab) for _ in range(64)]
    span = booking.on()

    def trying(number, actor):
        # In either order: the keys are sorted before anything is locked.
        wanted = booking.ask(*(machines if number % 2 else machines[::-1]), span=span)

        def attempt():
            with acting(actor):
                try:
                    return reserve.reserve(actor=actor, ask=wanted).status
                except Taken:
                    return tuple(
                        next_free(machines, minutes=120, after=span.start, now=clock.now())
                    )

        return attempt

    found = Counter(at_once([trying(n, actor) for n, actor in enumerate(people)]))
    assert found.pop("approved") == 1
    (offers, told), *others = found.items()
    assert (told, others) == (63, [])
    # After two hours and the 15 minutes of cleaning, on the grid of an hour.
    assert offers[0].start == span.start + dt.timedelta(hours=3)
    with acting(booking.SYSTEM):
        assert Reservation.objects.count() == 1
        assert Booking.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shift", "fits"), [(-135, True), (-134, False), (134, False), (135, True)]
)
def test_the_database_itself_keeps_the_buffers(shift, fits):
    lab = booking.make_lab()
    machine = booking.make_machine(lab, before_minutes=5, after_minutes=15)
    booking.book(booking.owner(lab=lab), machine)
    row = Booking.objects.get()
    step = dt.timedelta(minutes=shift)
    row.pk = None
    for name in ("starts_at", "ends_at", "taken_from", "taken_until"):
        setattr(row, name, getattr(row, name) + step)
    if fits:
        row.save(force_insert=True)
        return
    with pytest.raises(IntegrityError, match="booking_once"), transaction.atomic():
        row.save(force_insert=True)
    Booking.objects.update(released_at=clock.now())
    row.save(force_insert=True)


@pytest.mark.django_db
def test_the_free_times_read_the_constraints_index_alone():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT range_agg(trail) FROM booking_booking WHERE machine_id = 1"
            " AND released_at IS NULL AND (due_by IS NULL OR due_by > now())"
            " AND trail && tstzrange(now(), now() + interval '7 days')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using booking_once_after" in plan
