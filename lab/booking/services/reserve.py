"""予約する: once, or every week."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from lab.booking import states
from lab.booking.codes import Purpose
from lab.booking.models import Lab, Machine, Reservation, Series
from lab.booking.rules import asks, fees
from lab.booking.rules.hours import Span
from lab.booking.services import conditions, notices, slots, words
from lab.booking.services.errors import Refused
from lab.booking.services.numbers import six_digits
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing
from programs.models import Firm

MOST_MACHINES, MOST_WEEKS, MOST_NOTE = 8, 26, 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants: machines of one lab, when, what for."""

    machine_ids: tuple[int, ...]
    span: Span
    purpose: str
    note: str = ""


@dataclass(slots=True)
class Made:
    """What became of a weekly wish: bookings, and the times that were not possible with the reason."""

    series: Series | None = None
    bookings: list[Reservation] = field(default_factory=list)
    refused: list[tuple[Span, str]] = field(default_factory=list)


def reserve(*, actor: Actor, ask: Ask) -> Reservation:
    """予約する. Raises RoleMissing, Refused (all reasons), NotAgreed, Taken; nothing is left then.

    Who is too late holds nothing. Refused for another reason, the machines are held until the
    caller's transaction ends.
    """
    firm_id, person_id = _who(actor)
    _check(ask)
    # The loser of a race is to know at once: everything else is asked of the winner alone.
    with slots.claimed(actor.elevated(), ask.machine_ids, ask.span) as claimed:
        return _take(actor, ask, claimed, firm_id=firm_id, person_id=person_id)


def reserve_weekly(*, actor: Actor, ask: Ask, weeks: int) -> Made:
    """毎週予約する: what is possible is booked, the rest is told. Raises as `reserve` where nothing is."""
    firm_id, person_id = _who(actor)
    _check(ask)
    if not 2 <= weeks <= MOST_WEEKS:
        raise Refused(_("くり返しは2回から%(most)d回までです。") % {"most": MOST_WEEKS})
    made = Made()
    with acting(actor.elevated()):
        slots.lock(ask.machine_ids)
        lab = _machines(ask)[0].lab
        made.series = Series.objects.create(firm_id=firm_id, lab=lab, weeks=weeks)
        for number in range(weeks):
            step = dt.timedelta(days=7 * number)
            span = Span(ask.span.start + step, ask.span.end + step)
            try:
                with acting(actor.elevated()):
                    row = _take(
                        actor,
                        replace(ask, span=span),
                        slots.claim(ask.machine_ids, span),
                        firm_id=firm_id,
                        person_id=person_id,
                        series=made.series,
                    )
            except Refused as error:
                if not number:
                    raise
                made.refused.append((span, str(error)))
            else:
                made.bookings.append(row)
    return made


def _who(actor: Actor) -> tuple[int, int]:
    if actor.hat != Hat.FIRM or actor.firm_id is None or actor.user_id is None:
        raise RoleMissing
    return actor.firm_id, actor.user_id


def _check(ask: Ask) -> None:
    """What needs no look at the database."""
    if not ask.machine_ids or len(set(ask.machine_ids)) > MOST_MACHINES:
        raise Refused(_("設備を1台から%(most)d台まで選んでください。") % {"most": MOST_MACHINES})
    if ask.span.end <= ask.span.start:
        raise Refused(_("終わりの時刻は、始まりより後にしてください。"))
    if ask.span.minutes > 24 * 60:
        raise Refused(_("1回の予約は1日の中で選んでください。"))
    if ask.purpose not in Purpose.values:
        raise Refused(_("目的を選んでください。"))
    if len(ask.note) > MOST_NOTE:
        raise Refused(_("試したいことは1,000字までで書いてください。"))


def _machines(ask: Ask) -> list[Machine]:
    """In the order of their keys; all of one lab. Raises Refused."""
    machines = slots.machines_of(ask.machine_ids)
    if len(machines) < len(set(ask.machine_ids)):
        raise Refused(_("選んだ設備が見つかりません。設備を選び直してください。"))
    if len({machine.lab_id for machine in machines}) > 1:
        raise Refused(_("1つの予約では、同じラボの設備を選んでください。"))
    return machines


def _take(
    actor: Actor,
    ask: Ask,
    claimed: slots.Claim,
    *,
    firm_id: int,
    person_id: int,
    series: Series | None = None,
) -> Reservation:
    now = slots.clear(claimed)
    machines = _machines(ask)
    lab = machines[0].lab
    conditions.require(
        conditions.problems(
            machines,
            ask.span,
            purpose=ask.purpose,
            now=now,
            firm_id=firm_id,
            person_id=person_id,
        )
    )
    firm = Firm.objects.get(pk=firm_id)
    firm_ward = conditions.ward_of(firm, lab)
    day = clock.to_date(ask.span.start)
    conditions.require_agreed(lab, firm_id=firm_id, day=day)
    conditions.require_no_points(lab, firm_id=firm_id, today=clock.to_date(now))
    conditions.require_quota(lab, ask.span, firm_id=firm_id, firm_ward_id=firm_ward)
    row = insert(
        lab,
        machines,
        ask,
        firm=firm,
        firm_ward_id=firm_ward,
        person_id=person_id,
        person_name=actor.name,
        series=series,
    )
    audit.record(
        actor=actor,
        action="booking.reserved",
        obj=row,
        detail={"machines": [machine.pk for machine in machines], "purpose": ask.purpose},
    )
    if not conditions.needs_approval(machines, ask.purpose):
        transitions.apply(
            table=states.RESERVATION,
            instance=row,
            action="approve",
            actor=Actor.system("booking.reserve", ward_id=row.ward_id),
        )
        slots.keep_until(row, slots.due_at(row))
    notices.reserved(row)
    return row


def insert(
    lab: Lab,
    machines: list[Machine],
    ask: Ask,
    *,
    firm: Firm,
    firm_ward_id: int,
    person_id: int | None,
    person_name: str,
    series: Series | None = None,
    is_walk_in: bool = False,
) -> Reservation:
    """The booking with its machines and its price. Machines are locked. Raises Taken."""
    cost = conditions.fee_of(
        machines, ask.span, firm_id=firm.pk, firm_ward_id=firm_ward_id, purpose=ask.purpose
    )
    row = Reservation(
        lab=lab,
        ward_id=lab.ward_id,
        firm=firm,
        firm_ward_id=firm_ward_id,
        firm_name=firm.name,
        person_id=person_id,
        person_name=person_name,
        purpose=ask.purpose,
        note=plain(ask.note, MOST_NOTE),
        starts_at=ask.span.start,
        ends_at=ask.span.end,
        fee=cost.as_dict(),
        fee_yen=cost.total_yen,
        code=new_code(lab),
        series=series,
        is_walk_in=is_walk_in,
    )
    slots.write(row, machines)
    return row


def new_code(lab: Lab) -> str:
    """Six digits for the kiosk that open no other booking of the lab which is not over; tries are
    counted.
    """
    ahead = Reservation.objects.filter(lab=lab, ends_at__gt=Now())
    with acting(Actor.system("booking.reserve", ward_id=lab.ward_id)):
        return six_digits(lambda code: ahead.filter(code=code).exists())


@dataclass(frozen=True, slots=True)
class Preview:
    """What a firm is shown before it books: the price, what stands against it, what it needs."""

    fee: fees.Fee
    problems: tuple[str, ...]
    needs_certificate: bool
    has_agreed: bool
    is_asked: bool


def preview(*, actor: Actor, ask: Ask) -> Preview:
    """Nothing is written and nothing is locked. Raises RoleMissing, Refused."""
    firm_id, person_id = _who(actor)
    _check(ask)
    with acting(actor.elevated()):
        rows = Machine.objects.filter(pk__in=ask.machine_ids).select_related("lab").order_by("pk")
        machines = list(rows)
        if not machines or len({machine.lab_id for machine in machines}) > 1:
            raise Refused(_("1つの予約では、同じラボの設備を選んでください。"))
        lab, now = machines[0].lab, clock.database_now()
        firm_ward = conditions.ward_of(Firm.objects.get(pk=firm_id), lab)
        found = conditions.problems(
            machines, ask.span, purpose=ask.purpose, now=now, firm_id=firm_id, person_id=person_id
        )
        return Preview(
            fee=conditions.fee_of(
                machines, ask.span, firm_id=firm_id, firm_ward_id=firm_ward, purpose=ask.purpose
            ),
            problems=tuple(dict.fromkeys(words.sentence(item) for item in found)),
            needs_certificate=any(item.code == asks.CERTIFICATE for item in found),
            has_agreed=conditions.has_agreed(
                lab, firm_id=firm_id, day=clock.to_date(ask.span.start)
            ),
            is_asked=conditions.needs_approval(machines, ask.purpose),
        )
