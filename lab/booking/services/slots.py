"""Taking machines for a time: the one place that writes `Booking`.

Machine rows are locked in the order of their keys, then the quotas' locks are taken, then it is
looked and written. The exclusion constraints have the last word (docs/adr/0040-booking.md).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection

from lab.booking import states
from lab.booking.models import Booking, Machine, Reservation
from lab.booking.rules.hours import Span
from lab.booking.services.errors import Taken
from portal.kernel import clock, outbox, transitions
from portal.kernel.actor import Actor

# PostgreSQL: exclusion_violation, deadlock_detected.
_TAKEN_STATES = frozenset({"23P01", "40P01"})
MISSED_POINTS, LATE_POINTS = 2, 1


_LOCK = """
    SELECT id, clock_timestamp() FROM booking_machine
    WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
# Two parts, each for the index of one constraint.
_TAKEN = """
    SELECT b.reservation_id, b.due_by FROM booking_machine m, booking_booking b
    WHERE m.id = ANY(%(machines)s) AND b.machine_id = m.id AND b.released_at IS NULL
      AND b.lead && tstzrange(%(start)s - make_interval(mins => m.before_minutes), %(end)s)
      AND b.reservation_id <> %(ignore)s
    UNION
    SELECT b.reservation_id, b.due_by FROM booking_machine m, booking_booking b
    WHERE m.id = ANY(%(machines)s) AND b.machine_id = m.id AND b.released_at IS NULL
      AND b.trail && tstzrange(%(start)s, %(end)s + make_interval(mins => m.after_minutes))
      AND b.reservation_id <> %(ignore)s
"""


def lock(machine_ids: Sequence[int]) -> dt.datetime:
    """Hold the machines' rows until the transaction (or savepoint) ends; returns the database's time.

    Plain SQL: of many who want one slot all but one do this, look, and go.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(machine_ids))])
        rows = cursor.fetchall()
    return rows[0][1].astimezone(clock.TOKYO) if rows else clock.database_now()


def machines_of(machine_ids: Sequence[int]) -> list[Machine]:
    """The machines with their lab, in the order of their keys."""
    rows = Machine.objects.filter(pk__in=set(machine_ids)).select_related("lab")
    return list(rows.order_by("pk"))


def locked(machine_ids: Sequence[int]) -> list[Machine]:
    """Held, and read as they are now."""
    lock(machine_ids)
    return machines_of(machine_ids)


@contextmanager
def taken_where_refused() -> Iterator[None]:
    """The database's own refusal of an overlap, or a deadlock, is "already taken".

    The transaction (or savepoint) is over then: what raises Taken must leave it.
    """
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in _TAKEN_STATES:
            raise Taken from error
        raise


def require_free(
    machine_ids: Sequence[int],
    span: Span,
    *,
    now: dt.datetime,
    ignore: Reservation | None = None,
) -> None:
    """Raises Taken where one of them is not free. Who should have come and did not is sent away.

    The machines are locked by the caller.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN,
            {
                "machines": list(machine_ids),
                "start": span.start,
                "end": span.end,
                "ignore": ignore.pk if ignore is not None else 0,
            },
        )
        rows = cursor.fetchall()
    if any(due_by is None or due_by > now for _key, due_by in rows):
        raise Taken
    for key, _due_by in rows:
        give_up(key, now=now)


_WRITE = """
    WITH made AS (INSERT INTO booking_reservation ({columns}) VALUES ({marks}) RETURNING id)
    INSERT INTO booking_booking
        (reservation_id, machine_id, starts_at, ends_at, taken_from, taken_until, due_by)
    SELECT made.id, m.id, %s, %s, m.taken_from, m.taken_until, %s
    FROM made, unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
        AS m(id, taken_from, taken_until)
    RETURNING reservation_id
"""


def write(reservation: Reservation, machines: Sequence[Machine], span: Span) -> None:
    """The booking with its machines, in one statement. Raises Taken."""
    columns, values = _values(reservation)
    wide = [bounds(machine, span) for machine in machines]
    statement = _WRITE.format(columns=columns, marks=", ".join(["%s"] * len(values)))
    values += [
        span.start,
        span.end,
        due_of(reservation, span),
        [machine.pk for machine in machines],
        [item["taken_from"] for item in wide],
        [item["taken_until"] for item in wide],
    ]
    with taken_where_refused(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        reservation.pk = cursor.fetchone()[0]
    reservation._state.adding = False


def _values(reservation: Reservation) -> tuple[str, list[object]]:
    """The row's columns and values; what has a default of the database is its own."""
    fields = [
        field
        for field in Reservation._meta.concrete_fields
        if not field.has_db_default() and not field.primary_key
    ]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    return names, [
        field.get_db_prep_save(getattr(reservation, field.attname), connection) for field in fields
    ]


def bounds(machine: Machine, span: Span) -> dict[str, dt.datetime]:
    """The four moments of one machine's booking."""
    wide = span.widened(machine.before_minutes, machine.after_minutes)
    return {
        "starts_at": span.start,
        "ends_at": span.end,
        "taken_from": wide.start,
        "taken_until": wide.end,
    }


def due_of(reservation: Reservation, span: Span) -> dt.datetime | None:
    """From when on the machines are not kept any more if nothing happens."""
    if reservation.status == states.HELD:
        return reservation.offer_until
    if reservation.status == states.APPROVED:
        return span.start + dt.timedelta(minutes=reservation.lab.grace_minutes)
    return None


def keep_until(reservation: Reservation, due_by: dt.datetime | None) -> None:
    """Say anew until when the machines are kept without anybody coming."""
    Booking.objects.filter(reservation=reservation).update(due_by=due_by)


def release(reservation: Reservation, *, now: dt.datetime) -> None:
    """The machines are free again, and whoever waits is told (in a transaction of its own)."""
    Booking.objects.filter(reservation=reservation, released_at=None).update(released_at=now)
    outbox.publish(
        name="booking.released",
        subject=reservation.pk,
        ward_id=reservation.ward_id,
        payload={"lab_id": reservation.lab_id},
    )


def give_up(reservation_id: int, *, now: dt.datetime) -> bool:
    """Nobody came, or nobody answered the offer: end it. False where somebody was quicker."""
    from lab.booking.services import notices

    row = (
        Reservation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("lab")
        .get(pk=reservation_id)
    )
    actor = Actor.system("booking.give_up", ward_id=row.ward_id)
    if row.status == states.HELD and row.offer_until and row.offer_until <= now:
        transitions.apply(table=states.RESERVATION, instance=row, action="lapse", actor=actor)
        _pass_turn(row, actor)
        notices.lapsed(row)
    elif row.status == states.APPROVED and now >= due_at(row):
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action="miss",
            actor=actor,
            fields={"points": MISSED_POINTS},
        )
        notices.missed(row)
    else:
        return False
    release(row, now=now)
    return True


def due_at(row: Reservation) -> dt.datetime:
    """Until when somebody is waited for."""
    return row.starts_at + dt.timedelta(minutes=row.lab.grace_minutes)


def _pass_turn(row: Reservation, actor: Actor) -> None:
    turn = getattr(row, "turn", None)
    if turn is not None and turn.status == states.OFFERED:
        transitions.apply(table=states.TURN, instance=turn, action="pass", actor=actor)


def lock_firm(firm_id: int) -> None:
    """Hold the firm's row: its quota counts over all machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM programs_firm WHERE id = %s FOR NO KEY UPDATE", [firm_id])


def lock_ward(lab_id: int, ward_id: int) -> None:
    """Hold the quota of one ward in one lab."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lab_id, ward_id])
