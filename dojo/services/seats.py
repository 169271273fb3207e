"""Seats: counted anew under the cohort's lock, and moved up the waiting list."""

import datetime as dt

from django.db import transaction

from dojo import states
from dojo.models import Cohort, Enrolment
from dojo.services import notices
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from programs import seats


def locked(cohort_id: int) -> Cohort:
    """The cohort's row, held until the transaction ends. Every change of a seat begins here."""
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("course", "ward")
    return rows.get(pk=cohort_id)


def recount(cohort: Cohort) -> None:
    """Write how many seats are held and how many wait. The check constraint has the last word."""
    rows = Enrolment.objects.filter(cohort=cohort)
    cohort.taken = rows.filter(status__in=states.SEATED).count()
    cohort.waiting = rows.filter(status=states.WAITING).count()
    cohort.save(update_fields=["taken", "waiting"])


def first_day(cohort: Cohort) -> dt.date | None:
    """The Tokyo date of the first session."""
    first = cohort.sessions.order_by("starts_at").first()
    return clock.to_date(first.starts_at) if first else None


def seats_settle(*, cohort: Cohort, today: dt.date) -> int:
    """Let offers run out and offer free seats to the waiting list; returns how many rows moved.

    While a selection is not finished its free seats are the officials' to give. The cohort is
    locked by the caller; as the system.
    """
    rows = list(
        Enrolment.objects.filter(
            cohort=cohort, status__in=(states.WAITING, states.OFFERED)
        ).order_by("applied_at", "pk")
    )
    starts_on = first_day(cohort)
    moves = seats.Moves()
    if cohort.status == states.ANNOUNCED and starts_on is not None:
        moves = seats.move_up(
            capacity=0 if _is_choosing(cohort) else cohort.capacity,
            enrolled=Enrolment.objects.filter(cohort=cohort, status=states.ENROLLED).count(),
            turns=[seats.Turn(row.pk, row.status, row.accept_by) for row in rows],
            today=today,
            starts_on=starts_on,
            accept_days=cohort.accept_days,
        )
    by_key = {row.pk: row for row in rows}
    for key in moves.lapsed:
        _move(by_key[key], "lapse", cohort)
        notices.lapsed(by_key[key], cohort)
    for key in moves.offered:
        _move(by_key[key], "offer", cohort, accept_by=moves.accept_by)
        notices.offered(by_key[key], cohort)
    recount(cohort)
    return len(moves.lapsed) + len(moves.offered)


def seats_settle_all(*, today: dt.date) -> int:
    """Every cohort with somebody waiting or asked; a transaction each. As the system."""
    rows = Cohort.objects.filter(
        status=states.ANNOUNCED, enrolments__status__in=(states.WAITING, states.OFFERED)
    )
    moved = 0
    for cohort_id in sorted(set(rows.values_list("pk", flat=True))):
        with transaction.atomic():
            moved += seats_settle(cohort=locked(cohort_id), today=today)
    return moved


def _is_choosing(cohort: Cohort) -> bool:
    """Whether somebody's application still waits for the officials' choice."""
    return (
        cohort.selection == Cohort.Selection.CHOSEN
        and Enrolment.objects.filter(cohort=cohort, status=states.APPLIED).exists()
    )


def by_itself(cohort: Cohort) -> Actor:
    """The portal itself, in the name of the ward that holds the cohort."""
    return Actor.system("dojo.seats", ward_id=cohort.ward_id)


def _move(row: Enrolment, action: str, cohort: Cohort, **fields: object) -> None:
    transitions.apply(
        table=states.ENROLMENT,
        instance=row,
        action=action,
        actor=by_itself(cohort),
        fields=fields,
    )
