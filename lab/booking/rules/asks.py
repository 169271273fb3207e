"""May this be booked? Everything that stands against it, as codes with what makes the sentence."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lab.booking.rules.hours import Span, is_open
from portal.kernel import clock

(
    PAST, LEAD, AHEAD, SLOT, LONGEST, CLOSED, MAINTENANCE, STOPPED, PURPOSE, CERTIFICATE, ACCESSORY,
) = (
    "past", "lead", "ahead", "slot", "longest", "closed", "maintenance", "stopped", "purpose",
    "certificate", "accessory",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """What a machine asks for. `certified_until` is the last day on which the person may use it."""

    name: str
    slot_minutes: int
    most_minutes: int
    lead_hours: int
    ahead_days: int
    in_service: bool
    needs_training: bool
    is_accessory: bool
    purposes: frozenset[str] = frozenset()
    certified_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason against it. `value` belongs to the sentence: minutes, hours, a day."""

    code: str
    machine: str = ""
    value: object = None


def problems(
    span: Span,
    devices: Sequence[Device],
    *,
    now: dt.datetime,
    opens: Collection[Span],
    maintenance: Collection[tuple[str, Span]] = (),
    purpose: str = "",
    without_certificate: Collection[str] = (),
    is_walk_in: bool = False,
) -> Iterator[Problem]:
    """All of them: somebody who mends the first must not meet the second afterwards.

    Whoever walks in is bound by all but what belongs to planning ahead: lead times and slots.
    """
    if span.end <= now:
        yield Problem(PAST)
    if not is_open(span, opens):
        yield Problem(CLOSED)
    if devices and all(device.is_accessory for device in devices):
        yield Problem(ACCESSORY)
    day = clock.to_date(span.start)
    for device in devices:
        yield from _allowed(device, purpose, day, without_certificate)
        if not is_walk_in:
            yield from _in_time(span, device, now)
        if span.minutes > device.most_minutes:
            yield Problem(LONGEST, device.name, device.most_minutes)
    for name, hole in maintenance:
        if hole.meets(span):
            yield Problem(MAINTENANCE, name)


def _allowed(
    device: Device, purpose: str, day: dt.date, without_certificate: Collection[str]
) -> Iterator[Problem]:
    if not device.in_service:
        yield Problem(STOPPED, device.name)
    if device.purposes and purpose not in device.purposes:
        yield Problem(PURPOSE, device.name)
    if (
        device.needs_training
        and purpose not in without_certificate
        and (device.certified_until is None or device.certified_until < day)
    ):
        yield Problem(CERTIFICATE, device.name, device.certified_until)


def _in_time(span: Span, device: Device, now: dt.datetime) -> Iterator[Problem]:
    minutes = (span.end - span.start).total_seconds() / 60
    begun = (span.start - clock.midnight(clock.to_date(span.start))).total_seconds() / 60
    if now < span.end and span.start < now + dt.timedelta(hours=device.lead_hours):
        yield Problem(LEAD, device.name, device.lead_hours)
    if span.start > now + dt.timedelta(days=device.ahead_days):
        yield Problem(AHEAD, device.name, device.ahead_days)
    if minutes % device.slot_minutes or begun % device.slot_minutes:
        yield Problem(SLOT, device.name, device.slot_minutes)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the month, and that of the next."""
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def quota_left(hours: int, used_minutes: int) -> int:
    """Minutes that may still be booked in the month; never less than none."""
    return max(0, hours * 60 - used_minutes)


def missed(starts_at: dt.datetime, grace_minutes: int, now: dt.datetime) -> bool:
    """Whether nobody has come in time."""
    return now > starts_at + dt.timedelta(minutes=grace_minutes)


def blocked_until(
    points: Sequence[tuple[dt.date, int]], *, limit: int, days: int, today: dt.date
) -> dt.date | None:
    """The last day on which too many points stand against new bookings, or None. `limit` 0: never.

    A point counts on its day and `days` days after.
    """
    if not limit:
        return None
    alive = sorted((day, value) for day, value in points if 0 <= (today - day).days <= days)
    total = sum(value for _day, value in alive)
    for day, value in alive:
        if total < limit:
            return None
        total -= value
        if total < limit:
            return day + dt.timedelta(days=days)
    return None


def cancels_late(starts_at: dt.datetime, cancel_hours: int, now: dt.datetime) -> bool:
    """After the deadline; exactly on it is in time."""
    return now > starts_at - dt.timedelta(hours=cancel_hours)
