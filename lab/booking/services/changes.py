"""What becomes of a booking: approved, moved, cancelled, called off, begun, ended."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.booking import policies, states
from lab.booking.models import Booking, Machine, Reservation
from lab.booking.rules import asks
from lab.booking.rules.hours import Span
from lab.booking.selectors.free import next_free
from lab.booking.services import conditions, notices, presence, slots, visits
from lab.booking.services.errors import Refused
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing

OPEN_EARLY_MINUTES = 15


def cancel(*, actor: Actor, reservation_id: int, reason: str = "") -> Reservation:
    """予約を取り消す; after the deadline with a point. Raises Reservation.DoesNotExist, StaleState."""
    seen = _of_firm(actor, reservation_id)
    with acting(actor.elevated()):
        row = _locked(seen.pk)
        now = clock.database_now()
        if row.starts_at <= now:
            raise Refused(_("開始の時刻を過ぎた予約は取り消せません。ラボに連絡してください。"))
        late = row.status == states.APPROVED and asks.cancels_late(
            row.starts_at, row.lab.cancel_hours, now
        )
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action="cancel",
            actor=actor,
            fields={
                "reason": plain(reason, 300),
                "points": slots.LATE_POINTS if late else 0,
            },
        )
        turn = getattr(row, "turn", None)
        if turn is not None and turn.status == states.OFFERED:
            transitions.apply(table=states.TURN, instance=turn, action="leave", actor=actor)
        slots.release(row, now=now)
    return row


def cancel_series(*, actor: Actor, reservation_id: int) -> int:
    """くり返しの予約を、これから先すべて取り消す; returns how many."""
    seen = _of_firm(actor, reservation_id)
    if seen.series_id is None:
        raise Refused(_("くり返しの予約ではありません。"))
    rows = policies.visible_reservations(actor).filter(
        series_id=seen.series_id,
        status__in=(states.REQUESTED, states.APPROVED),
        starts_at__gt=clock.database_now(),
    )
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        cancel(actor=actor, reservation_id=key)
    return len(keys)


def move(*, actor: Actor, reservation_id: int, span: Span) -> Reservation:
    """時間を変える, with the same machines and by the same rules. Raises as `reserve`."""
    seen = _of_firm(actor, reservation_id)
    if span.end <= span.start or span.minutes > 24 * 60:
        raise Refused(_("終わりの時刻は、始まりより後にしてください。"))
    with acting(actor.elevated()):
        machines = slots.locked(machine_ids_of(seen.pk))
        row = _locked(seen.pk)
        now = clock.database_now()
        _require_movable(row, now)
        slots.hold([item.pk for item in machines], span, ignore=row)
        person_id = row.person_id or actor.user_id or 0
        conditions.require(
            conditions.problems(
                machines, span, purpose=row.purpose, now=now, firm_id=row.firm_id,
                person_id=person_id,
            )
        )  # fmt: skip
        conditions.require_agreed(row.lab, firm_id=row.firm_id, day=clock.to_date(span.start))
        conditions.require_quota(
            row.lab, span, firm_id=row.firm_id, firm_ward_id=row.firm_ward_id, besides=row
        )
        _rewrite(row, machines, span)
        if row.status == states.APPROVED and conditions.needs_approval(machines, row.purpose):
            # Whoever was to stand by is asked anew.
            transitions.apply(
                table=states.RESERVATION,
                instance=row,
                action="reopen",
                actor=actor,
                fields={"supervisor": "", "supervised_by": None},
            )
        slots.keep_until(row, slots.due_of(row, span))
        audit.record(actor=actor, action="booking.moved", obj=row)
        notices.moved(row)
    return row


def _require_movable(row: Reservation, now: dt.datetime) -> None:
    if row.status not in (states.REQUESTED, states.APPROVED):
        raise Refused(_("この予約の時間は変えられません。"))
    if asks.cancels_late(row.starts_at, row.lab.cancel_hours, now):
        raise Refused(
            _("開始の%(hours)d時間前を過ぎると、時間は変えられません。ラボに相談してください。")
            % {"hours": row.lab.cancel_hours}
        )


def _rewrite(row: Reservation, machines: list[Machine], span: Span) -> None:
    """The machines stay, so as long a time costs what it did; another length is reckoned anew."""
    if span.minutes != Span(row.starts_at, row.ends_at).minutes:
        cost = conditions.fee_of(
            machines, span, firm_id=row.firm_id, firm_ward_id=row.firm_ward_id,
            purpose=row.purpose, moved=row,
        )  # fmt: skip
        row.fee, row.fee_yen = cost.as_dict(), cost.total_yen
    with slots.taken_where_refused():
        for machine in machines:
            Booking.objects.filter(reservation=row, machine=machine).update(
                **slots.bounds(machine, span)
            )
    row.starts_at, row.ends_at = span.start, span.end
    row.save(update_fields=["starts_at", "ends_at", "fee", "fee_yen"])


def accept_offer(*, actor: Actor, reservation_id: int) -> Reservation:
    """案内された時間で予約する, as long as it is kept."""
    seen = _of_firm(actor, reservation_id)
    with acting(actor.elevated()):
        machines = slots.locked(machine_ids_of(seen.pk))
        row = _locked(seen.pk)
        now = clock.database_now()
        if row.status == states.HELD and row.offer_until and row.offer_until <= now:
            raise Refused(
                _("返事の期限が過ぎたため、次の方に案内します。ほかの時間を選んでください。")
            )
        conditions.require_agreed(row.lab, firm_id=row.firm_id, day=clock.to_date(row.starts_at))
        asked = conditions.needs_approval(machines, row.purpose)
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action="ask" if asked else "accept",
            actor=actor,
        )
        slots.keep_until(row, None if asked else slots.due_at(row))
        turn = getattr(row, "turn", None)
        if turn is not None:
            transitions.apply(table=states.TURN, instance=turn, action="take", actor=actor)
        notices.reserved(row)
    return row


def decide(
    *,
    actor: Actor,
    reservation_id: int,
    action: str,
    reason: str = "",
    supervisor_id: int | None = None,
) -> Reservation:
    """承認する・見送る. A machine that needs somebody beside it is approved with that person."""
    if action not in {"approve", "decline"}:
        raise Refused(_("選び直してください。"))
    seen = _of_lab(actor, reservation_id)
    with acting(actor.elevated()):
        row = _locked(seen.pk)
        now = clock.database_now()
        if action == "approve" and row.ends_at <= now:
            raise Refused(_("時間を過ぎた予約は承認できません。理由を書いて見送ってください。"))
        fields: dict[str, object] = {"reason": plain(reason, 300)}
        if action == "approve":
            fields = presence.required(
                slots.machines_of(machine_ids_of(row.pk)),
                Span(row.starts_at, row.ends_at),
                person_id=supervisor_id,
                besides=row.pk,
            )
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            fields=fields,
        )
        if action == "approve":
            slots.keep_until(row, max(slots.due_at(row), now + dt.timedelta(minutes=20)))
        else:
            slots.release(row, now=now)
        notices.decided(row)
    return row


def call_off(*, actor: Actor, reservation_id: int, reason: str) -> Reservation:
    """ラボの都合で取り消す; the firm is told what else is free. Raises ReasonMissing, StaleState."""
    seen = _of_lab(actor, reservation_id)
    with acting(actor.elevated()):
        return call_off_row(actor=actor, reservation_id=seen.pk, reason=reason)


def call_off_row(*, actor: Actor, reservation_id: int, reason: str) -> Reservation:
    """The same, within the system's transaction; the firm is told after it has ended."""
    row = _locked(reservation_id)
    now = clock.database_now()
    transitions.apply(
        table=states.RESERVATION,
        instance=row,
        action="call_off",
        actor=actor,
        reason=reason,
        fields={"reason": plain(reason, 300)},
    )
    turn = getattr(row, "turn", None)
    if turn is not None and turn.status == states.OFFERED:
        system = Actor.system("booking.call_off", ward_id=row.ward_id)
        transitions.apply(table=states.TURN, instance=turn, action="pass", actor=system)
    slots.release(row, now=now)
    # What else is free is looked for when the machines are no longer held by whoever closes them.
    outbox.publish(
        name="booking.called_off",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"reservation_id": row.pk},
    )
    return row


def tell_called_off(reservation_id: int) -> None:
    """The firm is told why, and what else is free. As the system, in a transaction of its own."""
    row = Reservation.objects.select_related("lab").get(pk=reservation_id)
    notices.called_off(row, alternatives(row, clock.database_now()))


def alternatives(row: Reservation, now: dt.datetime) -> list[Span]:
    """The next times of the same length with the same machines, or with others of their kind."""
    machines = list(
        Machine.objects.filter(bookings__reservation=row).select_related("lab").order_by("pk")
    )
    minutes = Span(row.starts_at, row.ends_at).minutes
    after = max(now, row.starts_at - dt.timedelta(days=1))
    if found := next_free(machines, minutes=minutes, after=after, now=now):
        return found
    first = next((machine for machine in machines if not machine.is_accessory), None)
    if first is None:
        return []
    others = Machine.objects.filter(
        lab=row.lab, category=first.category, status=states.IN_SERVICE, is_accessory=False
    ).select_related("lab")
    for other in others.exclude(pk=first.pk):
        if found := next_free([other], minutes=minutes, after=after, now=now):
            return found
    return []


def check_in(*, actor: Actor, reservation_id: int) -> Reservation:
    """入室. What has lapsed since the booking (a certificate, the machine) is looked at again.

    By the firm, by staff, or by the kiosk as the system.
    """
    with acting(actor.elevated()):
        row = _locked(reservation_id)
        now = clock.database_now()
        if row.starts_at - dt.timedelta(minutes=OPEN_EARLY_MINUTES) > now:
            raise Refused(
                _("入室は、開始の%(minutes)d分前からです。") % {"minutes": OPEN_EARLY_MINUTES}
            )
        late = _is_given_up(row, now)
        if not late:
            # Whoever holds the phone uses the machine; at the kiosk it is taken to be who booked.
            person = actor.user_id if actor.hat == Hat.FIRM else row.person_id
            _require_still_allowed(row, now, person or 0)
            transitions.apply(
                table=states.RESERVATION,
                instance=row,
                action="check_in",
                actor=actor,
                fields={"checked_in_at": now},
            )
            slots.keep_until(row, None)
            visits.visit_of(row, now=now)
    if late:
        raise Late
    return row


def _is_given_up(row: Reservation, now: dt.datetime) -> bool:
    """Nobody came in time: the booking ends here and now, unless staff keep it longer."""
    kept = Booking.objects.filter(reservation=row, due_by__gt=now).exists()
    return row.status == states.APPROVED and not kept and slots.give_up(row.pk, now=now)


class Late(Refused):
    """Too late: the machines have gone to others."""

    message = gettext_lazy(
        "遅刻を待つ時間を過ぎたため、この予約は無断キャンセルになりました。空いていれば、いまから予約し直せます。"
    )


def _require_still_allowed(row: Reservation, now: dt.datetime, person_id: int) -> None:
    """The rules that hold at the time of use. Raises Refused."""
    machines = list(
        Machine.objects.filter(bookings__reservation=row).select_related("lab").order_by("pk")
    )
    found = [
        problem
        for problem in conditions.problems(
            machines,
            Span(row.starts_at, row.ends_at),
            purpose=row.purpose,
            now=now,
            firm_id=row.firm_id,
            person_id=person_id,
            is_walk_in=True,
        )
        if problem.code in {asks.CERTIFICATE, asks.STOPPED}
    ]
    conditions.require(found)


def check_out(*, actor: Actor, reservation_id: int) -> Reservation:
    """退室. What is left of the time is free for others."""
    with acting(actor.elevated()):
        row = _locked(reservation_id)
        now = clock.database_now()
        end = min(row.ends_at, max(now, row.starts_at + dt.timedelta(minutes=1)))
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action="check_out",
            actor=actor,
            fields={"checked_out_at": now, "ends_at": end},
        )
        for booking in Booking.objects.filter(reservation=row).select_related("machine"):
            bounds = slots.bounds(booking.machine, Span(row.starts_at, end))
            Booking.objects.filter(pk=booking.pk).update(
                ends_at=end, taken_until=min(bounds["taken_until"], booking.taken_until)
            )
        if row.purpose == "trial":
            notices.trial_asked(row)
    return row


def waive(*, actor: Actor, reservation_id: int, reason: str) -> Reservation:
    """料金を免除する, with a reason. Raises Refused."""
    seen = _of_lab(actor, reservation_id)
    if not reason.strip():
        raise transitions.ReasonMissing
    with acting(actor.elevated()):
        row = _locked(seen.pk)
        before = row.fee_yen
        row.fee = {**row.fee, "waived_yen": row.fee.get("waived_yen", 0) + before, "total_yen": 0}
        row.fee_yen, row.waiver = 0, plain(reason, 200)
        row.save(update_fields=["fee", "fee_yen", "waiver"])
        audit.record(
            actor=actor,
            action="booking.waived",
            obj=row,
            reason=row.waiver,
            changes={"fee_yen": [before, 0]},
        )
    return row


def machine_ids_of(reservation_id: int) -> list[int]:
    """Keys of the machines of a booking."""
    return list(
        Booking.objects.filter(reservation_id=reservation_id).values_list("machine_id", flat=True)
    )


def _locked(reservation_id: int) -> Reservation:
    rows = Reservation.objects.select_for_update(no_key=True, of=("self",)).select_related("lab")
    return rows.get(pk=reservation_id)


def _of_firm(actor: Actor, reservation_id: int) -> Reservation:
    row = policies.visible_reservations(actor).get(pk=reservation_id)
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    return row


def _of_lab(actor: Actor, reservation_id: int) -> Reservation:
    row = policies.visible_reservations(actor).select_related("lab").get(pk=reservation_id)
    if not policies.may_run(actor, row.lab):
        raise RoleMissing
    return row
