"""The lab's staff at work: machines, maintenance, closures; whom that hits is told."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
from lab.booking.rules import calendars
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


@dataclass(frozen=True, slots=True)
class Imported:
    """What an imported calendar came to."""

    made: int
    moved: int
    gone: int
    left_out: Sequence[tuple[int, str]]
    affected: int


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
        return _call_off(actor, rows.filter(ends_at__gt=clock.database_now()), reason)


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


def _call_off(actor: Actor, rows: Any, reason: str) -> int:
    keys = sorted(set(rows.filter(status__in=_STILL_OPEN).order_by().values_list("pk", flat=True)))
    for key in keys:
        call_off_row(actor=actor, reservation_id=key, reason=reason)
    return len(keys)


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
        return made, _call_off(actor, rows, reason)


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
        _all_machines(lab)
        made = Closure.objects.create(
            lab=lab,
            starts_at=span.start,
            ends_at=span.end,
            reason=plain(reason, 200),
            made_by_id=actor.user_id,
        )
        audit.record(actor=actor, action="booking.closed", obj=made, ward_id=lab.ward_id)
        rows = Reservation.objects.filter(lab=lab, starts_at__lt=span.end, ends_at__gt=span.start)
        return _call_off(actor, rows, reason)


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


def closures_import(*, actor: Actor, lab_id: int, content: bytes) -> Imported:
    """外部のカレンダーの予定を休館として取り込む. The same file again changes nothing; what this calendar has
    cancelled or has no more is no closure any more.

    Raises Refused where the file is no calendar, or too large. Bookings that lie in a closure are
    called off like those of a closure added by hand.
    """
    lab = run_lab(actor, lab_id)
    now = clock.database_now()
    try:
        found = calendars.read(content, since=now)
    except calendars.NotACalendar as error:
        raise Refused(_not_a_calendar(error.code)) from error
    fresh = {event.uid: event for event in found.events}
    with acting(actor.elevated()):
        _all_machines(lab)
        known = dict(Closure.objects.filter(lab=lab).exclude(uid="").values_list("uid", "pk"))
        rows = [
            Closure(
                pk=known.get(uid),
                lab=lab,
                uid=uid,
                calendar=found.calendar,
                starts_at=event.span.start,
                ends_at=event.span.end,
                reason=event.summary or _("外部の予定"),
                made_by_id=actor.user_id,
            )
            for uid, event in fresh.items()
        ]
        Closure.objects.bulk_create([row for row in rows if row.pk is None], batch_size=2000)
        Closure.objects.bulk_update(
            [row for row in rows if row.pk is not None],
            ["starts_at", "ends_at", "reason", "calendar"],
            batch_size=1000,
        )
        gone = _gone(lab, found, fresh, now)
        Closure.objects.filter(pk__in=gone).delete()
        audit.record(
            actor=actor,
            action="booking.closures_imported",
            obj=lab,
            detail={"events": len(fresh), "left_out": len(found.left_out), "gone": len(gone)},
        )
        affected = _call_off_closed(actor, lab, now)
    return Imported(
        made=sum(uid not in known for uid in fresh),
        moved=sum(uid in known for uid in fresh),
        gone=len(gone),
        left_out=found.left_out[: calendars.MOST_TOLD],
        affected=affected,
    )


def _gone(lab: Lab, found: calendars.Read, fresh: Collection[str], now: dt.datetime) -> list[int]:
    """Closures ahead that this calendar brought and has no more. Those added by hand have no `uid`."""
    ahead = Closure.objects.filter(lab=lab, ends_at__gt=now).exclude(uid="")
    return [
        row.pk
        for row in ahead
        if row.uid not in fresh
        and (
            row.uid in found.cancelled
            or (
                row.calendar == found.calendar
                and found.is_gone(row.uid, Span(row.starts_at, row.ends_at))
            )
        )
    ]


def _call_off_closed(actor: Actor, lab: Lab, now: dt.datetime) -> int:
    """Bookings ahead that lie in a closure."""
    from django.db.models import Exists, OuterRef

    closed = Closure.objects.filter(
        lab=lab, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    rows = Reservation.objects.filter(Exists(closed), lab=lab, ends_at__gt=now)
    return _call_off(actor, rows, _("休館のため"))


def _not_a_calendar(code: str) -> str:
    return {
        "large": _("ファイルが大きすぎます。8MBまでにし、古い予定を除いて書き出してください。"),
        "encoding": _("文字コードがUTF-8ではありません。UTF-8で書き出し直してください。"),
        "calendar": _(
            "iCalendar（.ics）のファイルではありません。カレンダーから書き出したファイルを選んでください。"
        ),
        "many": _("予定が10,000件を超えています。期間を短くして書き出してください。"),
    }[code]


def _require_reason(span: Span, reason: str) -> None:
    if span.end <= span.start:
        raise Refused(_("終了は、開始より後にしてください。"))
    if not reason.strip():
        raise Refused(_("理由を入力してください。予約していた企業にも伝わります。"))


def _all_machines(lab: Lab) -> None:
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
