"""Planning an event: drafted, changed, announced, ended, called off; its machines cannot be booked meanwhile."""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.booking.models import Machine
from lab.booking.rules.hours import Span
from lab.booking.services.office import machine_close, machine_reopen, run_lab
from lab.events import policies, states
from lab.events.models import Event, EventMachine, Programme, Registration, Slot
from lab.events.services import notices
from lab.events.services.errors import Refused
from lab.events.services.seats import end_row, locked, recount, settle
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import ReasonMissing

# Constraint → what the person reads.
_MESSAGES = {
    "event_capacity": gettext_lazy("定員は1人から300人までにしてください。"),
    "event_seats": gettext_lazy("決まった参加者より少ない定員にはできません。"),
    "event_window": gettext_lazy("申込みの終わりは、開始以降の日にしてください。"),
    "event_ends_later": gettext_lazy("終わりの時刻は、始まりより後にしてください。"),
}
# What those who have applied rely on.
_FIXED = ("audience", "programme_id", "is_advertised_alone")


@dataclass(frozen=True, slots=True)
class Plan:
    """An event as typed. Machines are keys of the lab's own; `programme_id` None: it stands for itself."""

    kind: str
    title: str
    summary: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    opens_on: dt.date
    closes_on: dt.date
    capacity: int
    contact: str
    audience: str = "all"
    accept_days: int = 2
    slots: int = 0
    title_en: str = ""
    summary_en: str = ""
    bring: str = ""
    programme_id: int | None = None
    is_advertised_alone: bool = False
    machine_ids: tuple[int, ...] = ()

    def values(self) -> dict[str, Any]:
        """By column."""
        columns = {name: getattr(self, name) for name in self.__slots__ if name != "machine_ids"}
        return {k: plain(v) if isinstance(v, str) else v for k, v in columns.items()}


def programme_add(*, actor: Actor, lab_id: int, name: str, name_en: str = "") -> Programme:
    """連続企画を作る. Raises Refused, RoleMissing."""
    lab = run_lab(actor, lab_id)
    if not name.strip():
        raise Refused(_("企画の名前を入力してください。"))
    with acting(actor.elevated()):
        try:
            with transaction.atomic():
                made = Programme.objects.create(
                    lab=lab,
                    ward_id=lab.ward_id,
                    name=plain(name, 80),
                    name_en=plain(name_en, 120),
                    made_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise Refused(
                _("同じ名前の企画があります。その企画を選ぶか、名前を変えてください。")
            ) from error
        audit.record(actor=actor, action="events.programme_added", obj=made)
    return made


def event_create(*, actor: Actor, lab_id: int, plan: Plan) -> Event:
    """A draft. Raises Lab.DoesNotExist, RoleMissing, Refused."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        _check(plan, lab_id)
        event = _saved(
            Event(lab=lab, ward_id=lab.ward_id, made_by_id=actor.user_id, **plan.values())
        )
        _uses(event, plan.machine_ids)
        audit.record(actor=actor, action="events.created", obj=event)
    return event


def edition(event: Event) -> str:
    """What the event says, as a short mark: whoever changes it says which edition was on the page."""
    said = [str(getattr(event, name)) for name in Plan.__slots__ if name != "machine_ids"]
    uses = sorted(event.uses.values_list("machine_id", flat=True))
    return hashlib.sha256("\x1f".join([*said, *map(str, uses)]).encode()).hexdigest()[:16]


def event_change(*, actor: Actor, event_id: int, plan: Plan, seen: str | None = None) -> Event:
    """Change what may still be changed; who takes part is told of another time or place. More seats
    are offered to the waiting list at once. `seen`: the edition that was on the page.

    Raises Event.DoesNotExist, RoleMissing, Refused (also where somebody else was quicker).
    """
    policies.run(actor, event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if seen is not None and seen != edition(event):
            raise Refused(
                _(
                    "ほかの職員が、先に内容を変えました。別の画面でこのページを開き、新しい内容を確かめてから直してください。"
                )
            )
        _require_changeable(event, plan)
        _check(plan, event.lab_id)
        values = plan.values()
        before = {name: getattr(event, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if event.status == states.ANNOUNCED and set(changed) & set(_FIXED):
            raise Refused(
                _("公開した後は、申し込める企業と連続企画は変えられません。元に戻してください。")
            )
        for name, value in changed.items():
            setattr(event, name, value)
        _saved(event)
        had = set(event.uses.values_list("machine_id", flat=True))
        is_moved = bool({"starts_at", "ends_at"} & set(changed))
        if event.status == states.ANNOUNCED and (is_moved or had != set(plan.machine_ids)):
            _reopen(actor, event)
        _uses(event, plan.machine_ids)
        if event.status == states.ANNOUNCED:
            _close(actor, event)
            settle(event, clock.today())
            if is_moved or "place" in changed:
                for row in Registration.objects.filter(event=event, status__in=states.LIVE):
                    notices.moved(row, event)
        audit.record(
            actor=actor,
            action="events.changed",
            obj=event,
            changes={name: [_plain(before[name]), _plain(v)] for name, v in changed.items()},
        )
    return event


def event_announce(*, actor: Actor, event_id: int) -> Event:
    """公開する. Its machines are closed now: firms that have booked them are told. Raises Refused, StaleState."""
    policies.run(actor, event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if event.status == states.DRAFT:
            _require_future(event.starts_at, event.closes_on)
        transitions.apply(table=states.EVENT, instance=event, action="announce", actor=actor)
        _close(actor, event)
    return event


def event_end(*, actor: Actor, event_id: int) -> Event:
    """終えたことにする, after its end; else the portal does it by itself. Raises Refused, StaleState."""
    policies.run(actor, event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if event.ends_at > clock.database_now():
            raise Refused(_("終わりの時刻より前には、終えられません。"))
        end_row(actor, event)
    return event


def event_cancel(*, actor: Actor, event_id: int, reason: str) -> Event:
    """中止: everybody who applied is told why, machines can be booked again. Raises as above, ReasonMissing."""
    policies.run(actor, event_id)
    if not reason.strip():
        raise ReasonMissing
    with acting(actor.elevated()):
        event = locked(event_id)
        if Registration.objects.filter(event=event, attended_on__isnull=False).exists():
            raise Refused(
                _("来場の記録があるため、中止にはできません。先に来場を訂正してください。")
            )
        transitions.apply(
            table=states.EVENT,
            instance=event,
            action="cancel",
            actor=actor,
            reason=reason,
            fields={"reason": plain(reason, 300)},
        )
        _reopen(actor, event)
        _call_off(actor, event)
        recount(event)
    return event


def _call_off(actor: Actor, event: Event) -> None:
    reason = event.reason
    for row in Registration.objects.filter(event=event, status__in=states.LIVE).order_by("pk"):
        transitions.apply(
            table=states.REGISTRATION,
            instance=row,
            action="call_off",
            actor=actor,
            reason=reason,
            fields={"reason": reason, "accept_by": None},
        )
        notices.cancelled(row, event)
    slots = Slot.objects.filter(event=event, status__in=states.STANDING)
    for slot in slots.select_related("applicant").order_by("pk"):
        transitions.apply(
            table=states.SLOT,
            instance=slot,
            action="decline",
            actor=actor,
            reason=reason,
            fields={"reason": reason},
        )
        notices.slot_decided(slot, event)


def _require_changeable(event: Event, plan: Plan) -> None:
    if event.status not in (states.DRAFT, states.ANNOUNCED):
        raise Refused(_("終わった催し、中止した催しは変えられません。"))
    if event.status == states.ANNOUNCED and event.starts_at <= clock.database_now():
        raise Refused(_("始まった催しは変えられません。"))
    if plan.capacity < event.taken:
        raise Refused(
            _(
                "すでに%(taken)d人の席が決まっています。定員は%(taken)d人以上にするか、先に申込みを取り消してください。"
            )
            % {"taken": event.taken}
        )
    approved = event.vendor_slots.filter(status=states.APPROVED).count()
    if plan.slots < approved:
        raise Refused(
            _("すでに%(count)d社の出展が決まっています。出展の枠は%(count)d以上にしてください。")
            % {"count": approved}
        )


def _check(plan: Plan, lab_id: int) -> None:
    """Raises Refused with the first thing that is wrong."""
    if clock.to_date(plan.starts_at) != clock.to_date(plan.ends_at):
        raise Refused(
            _("1つの催しは1日の中で終えてください。何日かにわたるときは、連続企画にします。")
        )
    _require_future(plan.starts_at, plan.closes_on)
    if plan.programme_id is not None:
        rows = Programme.objects.filter(pk=plan.programme_id, lab_id=lab_id)
        if not rows.exists():
            raise Refused(_("連続企画を選び直してください。"))
    own = Machine.objects.filter(pk__in=plan.machine_ids, lab_id=lab_id).count()
    if own != len(set(plan.machine_ids)):
        raise Refused(_("使う設備は、このラボのものから選び直してください。"))


def _require_future(starts_at: dt.datetime, closes_on: dt.date) -> None:
    if starts_at <= clock.database_now():
        raise Refused(_("開催は、これからの日時にしてください。"))
    if closes_on > clock.to_date(starts_at):
        raise Refused(_("申込みの終わりは、開催日までの日にしてください。"))


def _uses(event: Event, machine_ids: Collection[int]) -> None:
    EventMachine.objects.filter(event=event).exclude(machine_id__in=machine_ids).delete()
    had = set(event.uses.values_list("machine_id", flat=True))
    EventMachine.objects.bulk_create(
        EventMachine(event=event, machine_id=key) for key in sorted(set(machine_ids) - had)
    )


def span_of(event: Event) -> Span:
    """From the beginning to the end; buffers are the machines' own."""
    return Span(event.starts_at, event.ends_at)


def _close(actor: Actor, event: Event) -> None:
    """Keep the machines from being booked, in the order of their keys."""
    reason = _("催し「%(title)s」のため") % {"title": event.title}
    for use in event.uses.filter(closing=None).order_by("machine_id"):
        closing, _hit = machine_close(
            actor=actor,
            machine_id=use.machine_id,
            span=span_of(event),
            reason=reason,
            of_event=True,
        )
        use.closing = closing
        use.save(update_fields=["closing"])


def _reopen(actor: Actor, event: Event) -> None:
    for use in event.uses.exclude(closing=None).order_by("machine_id"):
        key, use.closing = use.closing_id, None
        use.save(update_fields=["closing"])
        if key is not None:
            machine_reopen(actor=actor, maintenance_id=key)


def _saved(event: Event) -> Event:
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError as error:
        for name, message in _MESSAGES.items():
            if name in str(error):
                raise Refused(message) from error
        raise
    return event


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
