"""外部のカレンダーを取り込む: its events close the whole lab (休館), or keep one machine (保守).

A few statements for any number of events; what is called off is told afterwards (see 0040-booking.md).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lab.booking.models import Closure, Lab, Machine, Maintenance, Reservation
from lab.booking.rules import calendars
from lab.booking.rules.hours import Span
from lab.booking.services.errors import Refused
from lab.booking.services.office import call_off_all, displaced_by, lock_all, run_lab
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class Imported:
    """What an imported calendar came to. `left_out` are the first (line, reason) of `left_out_count`."""

    made: int
    moved: int
    same: int
    gone: int
    left_out: Sequence[tuple[int, str]]
    left_out_count: int
    affected: int


def calendar_import(
    *, actor: Actor, lab_id: int, content: bytes, machine_id: int | None = None
) -> Imported:
    """Close the lab, or keep one machine, when the events take place. The same file again changes nothing;
    what this calendar has cancelled or has no more closes nothing any more.

    Raises Refused where the file is no calendar, or too large, Machine.DoesNotExist. Bookings that lie in
    an event are called off like those of a closure added by hand.
    """
    lab = run_lab(actor, lab_id)
    machine = Machine.objects.get(pk=machine_id, lab=lab) if machine_id is not None else None
    now = clock.database_now()
    try:
        found = calendars.read(content, since=now)
    except calendars.NotACalendar as error:
        raise Refused(_not_a_calendar(error.code)) from error
    fresh = {event.uid: event for event in found.events}
    with acting(actor.elevated()):
        lock_all(lab)
        rows: Any = _rows(lab, machine)
        known = {row.uid: row for row in rows.exclude(uid="")}
        gone = [row.pk for row in known.values() if _is_gone(row, found, fresh, now)]
        changed = [uid for uid, row in known.items() if uid in fresh and _differs(row, fresh[uid])]
        # Written anew rather than each changed by itself: two statements for any number.
        _drop(rows.filter(pk__in=[*gone, *(known[uid].pk for uid in changed)]))
        new = [uid for uid in fresh if uid not in known]
        rows.model.objects.bulk_create(
            _made(lab, machine, fresh[uid], found.calendar, actor) for uid in (*new, *changed)
        )
        # The same events under another name of the calendar are now that one's.
        rows.filter(uid__in=list(fresh)).exclude(calendar=found.calendar).update(
            calendar=found.calendar
        )
        audit.record(
            actor=actor,
            action="booking.closures_imported",
            obj=machine or lab,
            ward_id=lab.ward_id,
            detail={"events": len(fresh), "left_out": len(found.left_out), "gone": len(gone)},
        )
        affected = _call_off(actor, lab, machine, now)
    return Imported(
        made=len(new),
        moved=len(changed),
        same=len(fresh) - len(new) - len(changed),
        gone=len(gone),
        left_out=found.left_out[: calendars.MOST_TOLD],
        left_out_count=len(found.left_out),
        affected=affected,
    )


def _drop(rows: Any) -> None:
    """In one statement: nothing hangs on what a calendar brought (an event's own closing has no `uid`)."""
    rows._raw_delete(rows.db)


def _rows(lab: Lab, machine: Machine | None) -> Any:
    if machine is None:
        return Closure.objects.filter(lab=lab)
    return Maintenance.objects.filter(machine=machine)


def _made(
    lab: Lab, machine: Machine | None, event: calendars.Event, calendar: str, actor: Actor
) -> Closure | Maintenance:
    row = Closure(lab=lab) if machine is None else Maintenance(machine=machine)
    row.uid, row.calendar = event.uid, calendar
    row.starts_at, row.ends_at = event.span.start, event.span.end
    row.reason = event.summary or _("外部の予定")
    row.made_by_id = actor.user_id
    return row


def _differs(row: Any, event: calendars.Event) -> bool:
    reason = event.summary or _("外部の予定")
    return (row.starts_at, row.ends_at, row.reason) != (event.span.start, event.span.end, reason)


def _is_gone(row: Any, found: calendars.Read, fresh: Collection[str], now: dt.datetime) -> bool:
    """Ahead, and brought by this calendar, which has it no more. What was added by hand has no `uid`."""
    if row.uid in fresh or row.ends_at <= now:
        return False
    return found.is_cancelled(row.uid) or (
        row.calendar == found.calendar and found.is_gone(row.uid, Span(row.starts_at, row.ends_at))
    )


def _call_off(actor: Actor, lab: Lab, machine: Machine | None, now: dt.datetime) -> int:
    """Bookings ahead that lie in what closes the lab, or keeps the machine."""
    closed = _rows(lab, machine).filter(
        starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    rows = Reservation.objects.filter(Exists(closed), lab=lab, ends_at__gt=now)
    if machine is None:
        return call_off_all(actor, rows, _("休館のため"))
    return call_off_all(actor, rows.filter(bookings__machine=machine), displaced_by(machine))


def _not_a_calendar(code: str) -> str:
    return {
        "large": _("ファイルが大きすぎます。8MBまでにし、古い予定を除いて書き出してください。"),
        "encoding": _("文字コードがUTF-8ではありません。UTF-8で書き出し直してください。"),
        "calendar": _(
            "iCalendar（.ics）のファイルではありません。カレンダーから書き出したファイルを選んでください。"
        ),
        "many": _(
            "予定が10,000件を超えています。くり返しの予定は1回ずつ数えます。期間を短くして書き出してください。"
        ),
        "repeats": _(
            "くり返しの予定が多すぎて読めません。終わったくり返しを除いて書き出してください。"
        ),
    }[code]
