"""The lab's staff at work: machines, maintenance, closures; whom that hits is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.booking import policies, states
from lab.booking.models import (
    Closure,
    Lab,
    Machine,
    Maintenance,
    Reservation,
    Standstill,
)
from lab.booking.rules.hours import Span
from lab.booking.services.changes import call_off_row
from lab.booking.services.errors import Refused
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing

# What staff write of a machine.
MACHINE_FIELDS = (
    "category", "name", "maker", "summary", "place", "manual_url", "hazards", "slot_minutes",
    "most_minutes", "lead_hours", "ahead_days", "before_minutes", "after_minutes", "needs_approval",
    "needs_training", "needs_supervisor", "is_accessory", "purposes",
)  # fmt: skip
_STILL_OPEN = (states.REQUESTED, states.APPROVED, states.HELD)


def machine_save(
    *,
    actor: Actor,
    lab_id: int,
    values: Mapping[str, Any],
    accessory_ids: Sequence[int] = (),
    machine_id: int | None = None,
) -> Machine:
    """設備を登録する・直す. Raises Machine.DoesNotExist, RoleMissing, Refused."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        machine = Machine(lab=lab, in_use_from=clock.today())
        if machine_id is not None:
            machine = Machine.objects.select_for_update(no_key=True).get(pk=machine_id, lab=lab)
        before = {name: getattr(machine, name) for name in MACHINE_FIELDS}
        for name in MACHINE_FIELDS:
            if name in values:
                setattr(machine, name, values[name])
        try:
            with transaction.atomic():
                machine.save()
        except IntegrityError as error:
            raise Refused(_said(error)) from error
        accessories = Machine.objects.filter(pk__in=accessory_ids, lab=lab, is_accessory=True)
        machine.accessories.set(accessories)
        audit.record(
            actor=actor,
            action="booking.machine_saved",
            obj=machine,
            ward_id=lab.ward_id,
            changes={
                name: [before[name], getattr(machine, name)]
                for name in MACHINE_FIELDS
                if before[name] != getattr(machine, name)
            },
        )
    return machine


def _said(error: IntegrityError) -> str:
    if "machine_name_once" in str(error):
        return _("同じ名前の設備があります。区別できる名前にしてください。")
    return _("予約の単位は10分以上、1回の上限はその単位以上24時間以下にしてください。")


def machine_stop(*, actor: Actor, machine_id: int, reason: str, call_off: bool = True) -> int:
    """休止する; firms that have booked it are told, with what else is free. Returns how many."""
    machine = run_machine(actor, machine_id)
    with acting(actor.elevated()):
        held = Machine.objects.select_for_update(no_key=True).get(pk=machine.pk)
        _move(held, "stop", actor, machine.lab, reason=reason)
        Standstill.objects.create(machine=held, since=clock.database_now())
        if not call_off:
            return 0
        rows = Reservation.objects.filter(bookings__machine=held, bookings__released_at=None)
        return call_off_all(actor, rows.filter(ends_at__gt=clock.database_now()), reason)


def machine_resume(*, actor: Actor, machine_id: int) -> None:
    """再開する."""
    machine = run_machine(actor, machine_id)
    with acting(actor.elevated()):
        held = Machine.objects.select_for_update(no_key=True).get(pk=machine.pk)
        _move(held, "resume", actor, machine.lab)
        Standstill.objects.filter(machine=held, until=None).update(until=clock.database_now())


def _move(held: Machine, action: str, actor: Actor, lab: Lab, reason: str = "") -> None:
    transitions.apply(
        table=states.MACHINE,
        instance=held,
        action=action,
        actor=actor,
        reason=reason,
        fields={"status_reason": plain(reason, 300)},
        detail={"lab": lab.pk},
    )


def call_off_all(actor: Actor, rows: Any, reason: str) -> int:
    """Those of the bookings that are still open, within the system's transaction. Returns how many."""
    keys = sorted(set(rows.filter(status__in=_STILL_OPEN).order_by().values_list("pk", flat=True)))
    for key in keys:
        call_off_row(actor=actor, reservation_id=key, reason=reason)
    return len(keys)


def displaced_by(machine: Machine) -> str:
    """What a firm reads whose booking gives way to what an imported calendar has the machine for."""
    return _("「%(machine)s」が別の予定で使われるため") % {"machine": machine.name}


def maintenance_add(*, actor: Actor, machine_id: int, span: Span, reason: str) -> int:
    """保守の時間を入れる; bookings that lie in it are called off. Returns how many."""
    return machine_close(actor=actor, machine_id=machine_id, span=span, reason=reason)[1]


def machine_close(
    *, actor: Actor, machine_id: int, span: Span, reason: str, of_event: bool = False
) -> tuple[Maintenance, int]:
    """Keep one machine from being booked; firms that have booked it then are told, with what else is
    free. Returns the closing and how many bookings it hit.
    """
    machine = run_machine(actor, machine_id)
    _require_reason(span, reason)
    with acting(actor.elevated()):
        Machine.objects.select_for_update(no_key=True).get(pk=machine.pk)
        made = Maintenance.objects.create(
            machine=machine,
            starts_at=span.start,
            ends_at=span.end,
            reason=plain(reason, 200),
            of_event=of_event,
            made_by_id=actor.user_id,
        )
        audit.record(
            actor=actor, action="booking.maintenance", obj=made, ward_id=machine.lab.ward_id
        )
        rows = Reservation.objects.filter(
            bookings__machine=machine, starts_at__lt=span.end, ends_at__gt=span.start
        )
        return made, call_off_all(actor, rows, reason)


def machine_reopen(*, actor: Actor, maintenance_id: int) -> None:
    """The machine can be booked again. Raises Maintenance.DoesNotExist, RoleMissing."""
    row = Maintenance.objects.select_related("machine__lab").get(pk=maintenance_id)
    run_lab(actor, row.machine.lab_id)
    with acting(actor.elevated()):
        audit.record(
            actor=actor,
            action="booking.machine_reopened",
            obj=row,
            ward_id=row.machine.lab.ward_id,
        )
        Maintenance.objects.filter(pk=row.pk).delete()


def closure_add(*, actor: Actor, lab_id: int, span: Span, reason: str) -> int:
    """休館を入れる; bookings that lie in it are called off. Returns how many."""
    lab = run_lab(actor, lab_id)
    _require_reason(span, reason)
    with acting(actor.elevated()):
        lock_all(lab)
        made = Closure.objects.create(
            lab=lab,
            starts_at=span.start,
            ends_at=span.end,
            reason=plain(reason, 200),
            made_by_id=actor.user_id,
        )
        audit.record(actor=actor, action="booking.closed", obj=made, ward_id=lab.ward_id)
        rows = Reservation.objects.filter(lab=lab, starts_at__lt=span.end, ends_at__gt=span.start)
        return call_off_all(actor, rows, reason)


def closure_remove(*, actor: Actor, closure_id: int) -> None:
    """休館を取り消す. Raises RoleMissing, Refused (somebody else has just done so)."""
    gone = Refused(_("この休館は、ほかの職員がやめています。"))
    seen = Closure.objects.filter(pk=closure_id).first()
    if seen is None:
        raise gone
    lab = run_lab(actor, seen.lab_id)
    with acting(actor.elevated()):
        row = Closure.objects.select_for_update().filter(pk=closure_id).first()
        if row is None:
            raise gone
        audit.record(actor=actor, action="booking.reopened", obj=row, ward_id=lab.ward_id)
        row.delete()


def _require_reason(span: Span, reason: str) -> None:
    if span.end <= span.start:
        raise Refused(_("終了は、開始より後にしてください。"))
    if not reason.strip():
        raise Refused(_("理由を入力してください。予約していた企業にも伝わります。"))


def lock_all(lab: Lab) -> None:
    """Every machine of the lab, held in the order of their keys: nobody books meanwhile."""
    list(Machine.objects.select_for_update(no_key=True).filter(lab=lab).order_by("pk"))


def run_lab(actor: Actor, lab_id: int) -> Lab:
    lab = policies.staff_labs(actor).get(pk=lab_id)
    if not policies.may_run(actor, lab):
        raise RoleMissing
    return lab


def run_machine(actor: Actor, machine_id: int) -> Machine:
    machine = Machine.objects.select_related("lab").get(pk=machine_id)
    run_lab(actor, machine.lab_id)
    return machine
