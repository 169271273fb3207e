"""空き待ち: joining the list, and moving up by itself. Each offer is a transaction of its own."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.booking import policies, states
from lab.booking.models import Booking, Machine, Reservation, Turn
from lab.booking.rules.hours import Span
from lab.booking.services import conditions, notices, slots
from lab.booking.services.errors import Refused, Taken
from lab.booking.services.reserve import Ask, _check, _who, insert
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm

MOST_TURNS = 5
# After the end somebody may still be at the machine; then the portal writes the end itself.
FORGOTTEN_MINUTES = 30
SYSTEM = Actor.system("booking.settle")


def join(*, actor: Actor, ask: Ask) -> Turn:
    """空き待ちに入る. What the rules forbid anyhow is refused now. Raises Refused, NotAgreed."""
    firm_id, person_id = _who(actor)
    _check(ask)
    with acting(actor.elevated()):
        machines = list(
            Machine.objects.filter(pk__in=ask.machine_ids).select_related("lab").order_by("pk")
        )
        if not machines or len({machine.lab_id for machine in machines}) > 1:
            raise Refused(_("1つの予約では、同じラボの設備を選んでください。"))
        lab, now = machines[0].lab, clock.database_now()
        conditions.require(
            conditions.problems(
                machines, ask.span, purpose=ask.purpose, now=now, firm_id=firm_id,
                person_id=person_id,
            )
        )  # fmt: skip
        firm = Firm.objects.get(pk=firm_id)
        firm_ward = conditions.ward_of(firm, lab)
        conditions.require_agreed(lab, firm_id=firm_id, day=clock.to_date(ask.span.start))
        conditions.require_no_points(lab, firm_id=firm_id, today=clock.to_date(now))
        slots.lock_firm(firm_id)
        live = Turn.objects.filter(firm=firm, status__in=(states.WAITING, states.OFFERED))
        if live.count() >= MOST_TURNS:
            raise Refused(
                _("空き待ちは同時に%(most)d件までです。要らないものをやめてから入ってください。")
                % {"most": MOST_TURNS}
            )
        try:
            with transaction.atomic():
                turn = Turn.objects.create(
                    lab=lab,
                    ward_id=lab.ward_id,
                    firm=firm,
                    firm_ward_id=firm_ward,
                    person_id=person_id,
                    starts_at=ask.span.start,
                    ends_at=ask.span.end,
                    purpose=ask.purpose,
                )
        except IntegrityError as error:
            raise Refused(_("この時間の空き待ちには、すでに入っています。")) from error
        turn.machines.set(machines)
        audit.record(actor=actor, action="booking.turn_joined", obj=turn)
    return turn


def leave(*, actor: Actor, turn_id: int) -> None:
    """空き待ちをやめる. Raises Turn.DoesNotExist, StaleState."""
    _who(actor)
    seen = policies.visible_turns(actor).get(pk=turn_id)
    with acting(actor.elevated()):
        # The booking first, as whoever accepts, cancels or gives up an offer does.
        rows = Reservation.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("lab").filter(pk=seen.reservation_id or 0).first()
        turn = Turn.objects.select_for_update(no_key=True).get(pk=seen.pk)
        if turn.reservation_id != seen.reservation_id:
            raise transitions.StaleState
        transitions.apply(table=states.TURN, instance=turn, action="leave", actor=actor)
        if row is not None and row.status == states.HELD:
            transitions.apply(table=states.RESERVATION, instance=row, action="cancel", actor=actor)
            slots.release(row, now=clock.database_now())


def settle(*, lab_id: int | None = None) -> int:
    """End what is overdue, then offer free slots to those who wait; returns how many rows moved.

    Run when something has become free, and every minute.
    """
    moved = _end_overdue(lab_id)
    rows = Turn.objects.filter(status=states.WAITING).order_by("made_at", "pk")
    if lab_id is not None:
        rows = rows.filter(lab_id=lab_id)
    with acting(SYSTEM):
        keys = list(rows.values_list("pk", flat=True))
    for key in keys:
        with acting(SYSTEM):
            moved += _offer(key)
    return moved


def _end_overdue(lab_id: int | None) -> int:
    """Those who did not come or answer; and those who forgot to say that they left."""
    from lab.booking.services.changes import check_out

    now, moved = clock.database_now(), 0
    overdue = Booking.objects.filter(released_at=None, due_by__lte=now)
    forgotten = Reservation.objects.filter(
        status=states.IN_USE, ends_at__lte=now - dt.timedelta(minutes=FORGOTTEN_MINUTES)
    )
    if lab_id is not None:
        overdue, forgotten = (
            overdue.filter(reservation__lab_id=lab_id),
            forgotten.filter(lab_id=lab_id),
        )
    with acting(SYSTEM):
        late = sorted(set(overdue.values_list("reservation_id", flat=True)))
        left = list(forgotten.values_list("pk", "ward_id"))
    for key in late:
        with acting(SYSTEM):
            moved += slots.give_up(key, now=now)
    for key, ward in left:
        check_out(actor=Actor.system("booking.settle", ward_id=ward), reservation_id=key)
        moved += 1
    return moved


def _offer(turn_id: int) -> int:
    """Keep the machines for this turn where they are free. 1 where something moved."""
    turn = (
        Turn.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("lab", "firm", "person")
        .filter(pk=turn_id, status=states.WAITING)
        .first()
    )
    if turn is None:
        return 0
    actor = Actor.system("booking.settle", ward_id=turn.ward_id)
    machines = slots.locked(list(turn.machines.values_list("pk", flat=True)))
    now, span = clock.database_now(), Span(turn.starts_at, turn.ends_at)
    last = span.start - dt.timedelta(hours=max(machine.lead_hours for machine in machines))
    if last <= now:
        transitions.apply(table=states.TURN, instance=turn, action="pass", actor=actor)
        notices.turn_over(turn)
        return 1
    ask = Ask(tuple(machine.pk for machine in machines), span, turn.purpose)
    try:
        slots.hold(ask.machine_ids, span)
        conditions.require(
            conditions.problems(
                machines, span, purpose=turn.purpose, now=now, firm_id=turn.firm_id,
                person_id=turn.person_id,
            )
        )  # fmt: skip
        conditions.require_quota(
            turn.lab, span, firm_id=turn.firm_id, firm_ward_id=turn.firm_ward_id
        )
        with transaction.atomic():
            row = insert(
                turn.lab,
                machines,
                ask,
                firm=turn.firm,
                firm_ward_id=turn.firm_ward_id,
                person_id=turn.person_id,
                person_name=turn.person.name,
            )
    except (Refused, Taken):
        return 0
    until = min(now + dt.timedelta(hours=turn.lab.offer_hours), last)
    transitions.apply(
        table=states.RESERVATION,
        instance=row,
        action="hold",
        actor=actor,
        fields={"offer_until": until},
    )
    slots.keep_until(row, until)
    transitions.apply(
        table=states.TURN, instance=turn, action="offer", actor=actor, fields={"reservation": row}
    )
    notices.offered(row)
    return 1
