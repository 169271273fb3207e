"""Taking machines for a time: the one place that writes `Booking`.

Machine rows are locked in the order of their keys, then the quotas' locks are taken, then it is
looked and written. The exclusion constraints have the last word (docs/adr/0040-booking.md).
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from lab.booking import states
from lab.booking.models import Booking, Machine, Reservation
from lab.booking.rules.hours import Span
from lab.booking.services.errors import Taken
from portal.kernel import clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting_unless

# PostgreSQL: exclusion_violation, deadlock_detected.
_TAKEN_STATES = frozenset({"23P01", "40P01"})
MISSED_POINTS, LATE_POINTS = 2, 1


_LOCK = "SELECT 1 FROM booking_machine WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_HOLD = "booking_hold(%s::bigint[], %s, %s, %s)"


def _listed(keys: Iterable[int]) -> str:
    """An array as PostgreSQL writes it; psycopg takes longer than the database needs for all."""
    return "{" + ",".join(map(str, keys)) + "}"


def lock(machine_ids: Sequence[int]) -> None:
    """Hold the machines' rows, in the order of their keys, until the transaction (or savepoint) ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(machine_ids))])


class Claim(NamedTuple):
    """Machines that are held and free, since when, and bookings in the way that count no more."""

    now: dt.datetime
    late: Sequence[int] = ()


def claim(machine_ids: Sequence[int], span: Span, *, ignore: Reservation | None = None) -> Claim:
    """Lock the machines and see that they are free. Raises Taken and then holds nothing.

    One round trip, for firms and the system (see migration 0003). Who should have come and did not
    is still to be sent away: `clear`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT taken, late, at FROM {_HOLD}", _asked(machine_ids, span, ignore))  # noqa: S608
        taken, late, at = cursor.fetchone()
    if taken:
        raise Taken
    return Claim(at.astimezone(clock.TOKYO), late)


@contextmanager
def claimed(actor: Actor, machine_ids: Sequence[int], span: Span) -> Iterator[Claim]:
    """Claim, and go on as `actor` in a savepoint: claim and change of role are one statement.

    Raises Taken; whoever asked is then who it was, and holds nothing.
    """
    values = _asked(machine_ids, span, None)
    with acting_unless("taken", Taken, actor=actor, asked=_HOLD, values=values) as row:
        _taken, late, at = row
        yield Claim(at.astimezone(clock.TOKYO), late)


def _asked(machine_ids: Sequence[int], span: Span, ignore: Reservation | None) -> list[Any]:
    return [_listed(machine_ids), span.start, span.end, ignore.pk if ignore else 0]


def clear(claimed: Claim) -> dt.datetime:
    """End the bookings in the way that count no more; returns when the machines were claimed."""
    for key in claimed.late:
        give_up(key, now=claimed.now)
    return claimed.now


def hold(
    machine_ids: Sequence[int], span: Span, *, ignore: Reservation | None = None
) -> dt.datetime:
    """Claimed and cleared, as the system. Raises Taken."""
    return clear(claim(machine_ids, span, ignore=ignore))


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


# All in one text: two dozen values one by one cost the client more than the database.
_WRITE = "SELECT booking_write(%s)"


def write(reservation: Reservation, machines: Sequence[Machine]) -> None:
    """The booking with its machines and their buffers, in one statement. Raises Taken."""
    given: dict[str, Any] = {column: getattr(reservation, name) for column, name in _columns()}
    given["due_by"] = due_of(reservation, Span(reservation.starts_at, reservation.ends_at))
    given["machines"] = _listed(machine.pk for machine in machines)
    with taken_where_refused(), connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(given, default=str)])
        reservation.pk = cursor.fetchone()[0]
    reservation._state.adding = False


@cache
def _columns() -> tuple[tuple[str, str], ...]:
    """Column and attribute of what is written; the database has its own key and time."""
    return tuple(
        (str(field.column), field.attname)
        for field in Reservation._meta.concrete_fields
        if not field.has_db_default() and not field.primary_key
    )


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
