"""Everything a booking needs besides a free machine: hours, certificates, agreement, quotas, points."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Max, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lab.booking import states
from lab.booking.codes import WITHOUT_CERTIFICATE, Purpose
from lab.booking.models import (
    Acceptance,
    Agreement,
    Certificate,
    FeeTable,
    Lab,
    Machine,
    Quota,
    Reservation,
)
from lab.booking.rules import asks, fees
from lab.booking.rules.asks import Device, Problem
from lab.booking.rules.hours import Span
from lab.booking.selectors.calendar import maintenance_of, opens_of
from lab.booking.services import slots, words
from lab.booking.services.errors import NotAgreed, Refused
from portal.kernel import clock
from portal.ui.markup import era_date
from programs.models import Firm
from programs.selectors import open_sites, ward_names


def certified(machines: Sequence[Machine], *, firm_id: int, person_id: int) -> dict[int, dt.date]:
    """The last day on which this person of this firm may use each machine; one query."""
    wanted = [machine.pk for machine in machines if machine.needs_training]
    if not wanted:
        return {}
    rows = Certificate.objects.filter(
        machine__in=wanted, firm_id=firm_id, person_id=person_id, withdrawn_on=None
    )
    return dict(
        rows.values("machine_id").annotate(last=Max("expires_on")).values_list("machine_id", "last")
    )


def problems(
    machines: Sequence[Machine],
    span: Span,
    *,
    purpose: str,
    now: dt.datetime,
    firm_id: int,
    person_id: int,
    is_walk_in: bool = False,
) -> list[Problem]:
    """What the rules have against it; four queries."""
    held = certified(machines, firm_id=firm_id, person_id=person_id)
    devices = [
        Device(
            name=machine.name,
            slot_minutes=machine.slot_minutes,
            most_minutes=machine.most_minutes,
            lead_hours=machine.lead_hours,
            ahead_days=machine.ahead_days,
            in_service=machine.status == states.IN_SERVICE,
            needs_training=machine.needs_training,
            is_accessory=machine.is_accessory,
            purposes=frozenset(machine.purposes),
            certified_until=held.get(machine.pk),
        )
        for machine in machines
    ]
    lab = machines[0].lab
    return list(
        asks.problems(
            span,
            devices,
            now=now,
            opens=opens_of(lab, span),
            maintenance=[(machine.name, hole) for machine, hole in maintenance_of(machines, span)],
            purpose=purpose,
            without_certificate=WITHOUT_CERTIFICATE,
            is_walk_in=is_walk_in,
        )
    )


def require(found: Sequence[Problem]) -> None:
    """Raises Refused with all reasons."""
    if found:
        raise Refused(words.sentences(found), found)


def agreement_of(lab: Lab) -> Agreement | None:
    """The newest rules of use."""
    return Agreement.objects.filter(lab=lab).order_by("-version").first()


def has_agreed(lab: Lab, *, firm_id: int, day: dt.date) -> bool:
    """Whether the firm has accepted the newest rules for the fiscal year of that day."""
    newest = agreement_of(lab)
    if newest is None:
        return True
    return Acceptance.objects.filter(
        agreement=newest, firm_id=firm_id, fiscal_year=clock.fiscal_year(day)
    ).exists()


def require_agreed(lab: Lab, *, firm_id: int, day: dt.date) -> None:
    """Raises NotAgreed."""
    if not has_agreed(lab, firm_id=firm_id, day=day):
        raise NotAgreed


def blocked_until(lab: Lab, *, firm_id: int, today: dt.date) -> dt.date | None:
    """Until when the firm's points stand against new bookings."""
    since = clock.midnight(today - dt.timedelta(days=lab.points_days))
    rows = Reservation.objects.filter(
        lab=lab, firm_id=firm_id, points__gt=0, starts_at__gte=since
    ).values_list("starts_at", "points")
    return asks.blocked_until(
        [(min(clock.to_date(at), today), value) for at, value in rows],
        limit=lab.points_limit,
        days=lab.points_days,
        today=today,
    )


def require_no_points(lab: Lab, *, firm_id: int, today: dt.date) -> None:
    """Raises Refused."""
    if until := blocked_until(lab, firm_id=firm_id, today=today):
        raise Refused(
            _(
                "無断キャンセルと締切後の取消が続いたため、%(day)sまで新しい予約はできません。ご事情は%(contact)sにご相談ください。"
            )
            % {"day": era_date(until), "contact": lab.contact}
        )


def require_quota(
    lab: Lab, span: Span, *, firm_id: int, firm_ward_id: int, besides: Reservation | None = None
) -> None:
    """Raises Refused where the month's hours are used up. Takes each quota's own lock.

    `besides` is the booking that gets another time: what it has taken so far does not count.
    """
    quotas = {row.of: row.hours for row in Quota.objects.filter(lab=lab)}
    if Quota.Of.FIRM in quotas:
        slots.lock_firm(firm_id)
        left = _left(lab, span, quotas[Quota.Of.FIRM], besides, firm_id=firm_id)
        _require_minutes(left, span, _("1社が1か月に使える時間の残りは%(left)d分です。"))
    if Quota.Of.WARD in quotas and firm_ward_id != lab.ward_id:
        slots.lock_ward(lab.pk, firm_ward_id)
        left = _left(lab, span, quotas[Quota.Of.WARD], besides, firm_ward_id=firm_ward_id)
        _require_minutes(
            left, span, _("この区の企業が1か月に使える時間の残りは、合わせて%(left)d分です。")
        )


def _left(lab: Lab, span: Span, hours: int, besides: Reservation | None, **whose: int) -> int:
    first, after = asks.month_of(clock.to_date(span.start))
    rows = Reservation.objects.filter(
        lab=lab,
        status__in=states.COUNTED,
        starts_at__gte=clock.midnight(first),
        starts_at__lt=clock.midnight(after),
        **whose,
    )
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    used = rows.aggregate(total=Coalesce(Sum(F("ends_at") - F("starts_at")), dt.timedelta()))[
        "total"
    ]
    return asks.quota_left(hours, int(used.total_seconds() // 60))


def _require_minutes(left: int, span: Span, text: str) -> None:
    if span.minutes > left:
        advice = _("短い時間にするか、別の月を選んでください。")
        raise Refused(f"{text % {'left': left}}{advice}")


def ward_of(firm: Firm, lab: Lab) -> int:
    """The ward as whose firm it comes: the host's where it has a site there. Raises Refused."""
    here = sorted(set(open_sites(firm).values_list("ward_id", flat=True)))
    if not here:
        raise Refused(
            _("ラボは23区に事業所のある企業が使えます。企業情報の事業所を確かめてください。")
        )
    return lab.ward_id if lab.ward_id in here else here[0]


def ward_text(ward_id: int) -> str:
    """The ward's name on screens."""
    return ward_names()[ward_id]


def fee_of(
    machines: Sequence[Machine],
    span: Span,
    *,
    firm_id: int,
    firm_ward_id: int,
    purpose: str,
    moved: Reservation | None = None,
) -> fees.Fee:
    """What it costs by the table of the day of use; three queries.

    A booking that is `moved` stays what it was: the firm's first trial, or waived by the staff.
    """
    lab = machines[0].lab
    day = clock.to_date(span.start)
    table = FeeTable.objects.filter(lab=lab, valid_from__lte=day).order_by("-valid_from").first()
    if table is None:
        return fees.fee((), span.minutes)
    by_machine = {line.machine_id: line for line in table.lines.all()}
    tariffs = [
        fees.Tariff(machine.name, line.per, line.amount_yen, machine.slot_minutes)
        for machine in machines
        if (line := by_machine.get(machine.pk))
    ]
    is_free = (
        purpose == Purpose.TOUR
        or (moved is not None and bool(moved.waiver or moved.fee.get("waived_yen")))
        or (table.waives_first and purpose == Purpose.TRIAL and _is_first(lab, firm_id, moved))
    )
    return fees.fee(
        tariffs,
        span.minutes,
        discount_percent=table.discount_percent if firm_ward_id == lab.ward_id else 0,
        is_waived=is_free,
        table_version=table.version,
    )


def _is_first(lab: Lab, firm_id: int, moved: Reservation | None) -> bool:
    """Whether the firm has no other trial in this lab."""
    rows = Reservation.objects.filter(
        lab=lab, firm_id=firm_id, purpose=Purpose.TRIAL, status__in=states.COUNTED
    )
    return not (rows if moved is None else rows.exclude(pk=moved.pk)).exists()


def needs_approval(machines: Sequence[Machine], purpose: str) -> bool:
    """Whether staff look at it first: to approve, to be there, to train."""
    return purpose == Purpose.TRAINING or any(
        machine.needs_approval or machine.needs_supervisor for machine in machines
    )
