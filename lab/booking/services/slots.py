"""Taking machines for a time: the one place that writes `Booking`.

Machine rows are locked in the order of their keys, then the quotas' locks are taken, then it is
looked and written. The exclusion constraints have the last word (docs/adr/0040-booking.md).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from lab.booking import states
from lab.booking.models import Booking, Machine, Reservation
from lab.booking.rules.hours import Span
from lab.booking.services.errors import Taken
from portal.kernel import outbox, transitions
from portal.kernel.actor import Actor

# PostgreSQL: exclusion_violation, deadlock_detected.
_TAKEN_STATES = frozenset({"23P01", "40P01"})
MISSED_POINTS, LATE_POINTS = 2, 1


def locked(machine_ids: Sequence[int]) -> list[Machine]:
    """The machines' rows with their lab, held until the transaction (or savepoint) ends."""
    rows = Machine.objects.select_for_update(no_key=True, of=("self",)).select_related("lab")
    return list(rows.filter(pk__in=set(machine_ids)).order_by("pk"))


@contextmanager
def taken_where_refused() -> Iterator[None]:
    """The database's own refusal of an overlap, or a deadlock, is "already taken"."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in _TAKEN_STATES:
            raise Taken from error
        raise


def require_free(
    machines: Sequence[Machine],
    span: Span,
    *,
    now: dt.datetime,
    ignore: Reservation | None = None,
) -> None:
    """Raises Taken where one of them is not free. Who should have come and did not is sent away.

    The machines are locked by the caller.
    """
    wanted = Q()
    for machine in machines:
        lead = (span.start - dt.timedelta(minutes=machine.before_minutes), span.end)
        trail = (span.start, span.end + dt.timedelta(minutes=machine.after_minutes))
        wanted |= Q(machine=machine) & (Q(lead__overlap=lead) | Q(trail__overlap=trail))
    rows = Booking.objects.filter(wanted, released_at=None)
    if ignore is not None:
        rows = rows.exclude(reservation=ignore)
    for key, due_by in rows.values_list("reservation_id", "due_by"):
        if due_by is None or due_by > now:
            raise Taken
        give_up(key, now=now)


def write(reservation: Reservation, machines: Sequence[Machine], span: Span) -> None:
    """Take the machines. Raises Taken."""
    due_by = due_of(reservation, span)
    with taken_where_refused():
        Booking.objects.bulk_create(
            Booking(
                reservation=reservation,
                machine=machine,
                due_by=due_by,
                **bounds(machine, span),
            )
            for machine in machines
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
