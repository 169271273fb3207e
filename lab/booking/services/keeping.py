"""What staff keep: opening hours, quotas, prices, incidents, stock."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.booking import policies
from lab.booking.codes import Condition
from lab.booking.models import (
    Consumable,
    ConsumableUse,
    FeeLine,
    FeeTable,
    Incident,
    Lab,
    Machine,
    OpeningHours,
    Quota,
    Reservation,
)
from lab.booking.services import notices
from lab.booking.services.errors import Refused
from lab.booking.services.office import run_lab, run_machine
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing

# Pieces in stock, and yen of one withdrawal.
MOST = 1_000_000_000


def hours_save(*, actor: Actor, lab_id: int, week: Mapping[int, tuple[dt.time, dt.time]]) -> None:
    """開館時間を決める: one stretch a weekday; days that are not named are closed."""
    lab = run_lab(actor, lab_id)
    if any(closes <= opens for opens, closes in week.values()):
        raise Refused(_("閉館は、開館より後の時刻にしてください。"))
    with acting(actor.elevated()):
        OpeningHours.objects.filter(lab=lab).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(lab=lab, weekday=day, opens=opens, closes=closes)
            for day, (opens, closes) in week.items()
        )
        audit.record(actor=actor, action="booking.hours_saved", obj=lab)


def quota_save(*, actor: Actor, lab_id: int, hours: Mapping[str, int | None]) -> None:
    """利用の上限を決める; None takes it away."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        for of, most in hours.items():
            Quota.objects.filter(lab=lab, of=of).delete()
            if most:
                Quota.objects.create(lab=lab, of=of, hours=most)
        audit.record(actor=actor, action="booking.quota_saved", obj=lab, detail=dict(hours))


def overrides_save(*, actor: Actor, lab_id: int, codes: Collection[str]) -> None:
    """予約なしの利用で職員の判断で認められる条件を決める."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        row = Lab.objects.select_for_update(no_key=True).get(pk=lab.pk)
        before, row.overrides = row.overrides, [code for code in Condition if code in codes]
        row.save(update_fields=["overrides"])
        audit.record(
            actor=actor,
            action="booking.overrides_saved",
            obj=row,
            changes={"overrides": [before, row.overrides]},
        )


def fees_publish(
    *,
    actor: Actor,
    lab_id: int,
    valid_from: dt.date,
    discount_percent: int,
    waives_first: bool,
    lines: Mapping[int, tuple[str, int]],
) -> FeeTable:
    """料金表の新しい版, from a day on. What is booked keeps its price. `lines`: machine → (per, 円)."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        newest = FeeTable.objects.filter(lab=lab).order_by("-version").first()
        try:
            with transaction.atomic():
                made = FeeTable.objects.create(
                    lab=lab,
                    version=(newest.version if newest else 0) + 1,
                    valid_from=valid_from,
                    discount_percent=discount_percent,
                    waives_first=waives_first,
                    made_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise Refused(
                _(
                    "この日からの料金表がすでにあるか、割引が100%を超えています。日か割引を直してください。"
                )
            ) from error
        own = set(Machine.objects.filter(lab=lab).values_list("pk", flat=True))
        FeeLine.objects.bulk_create(
            FeeLine(table=made, machine_id=key, per=per, amount_yen=yen)
            for key, (per, yen) in lines.items()
            if key in own
        )
        audit.record(actor=actor, action="booking.fees_published", obj=made, ward_id=lab.ward_id)
    return made


def incident_report(
    *,
    actor: Actor,
    machine_id: int,
    weight: str,
    what: str,
    happened_at: dt.datetime,
    reservation_id: int | None = None,
) -> Incident:
    """事故・不具合を記録する, with the booking in which it happened. Raises Refused."""
    machine = run_machine(actor, machine_id)
    if actor.user_id is None:
        raise RoleMissing
    if not what.strip() or weight not in Incident.Weight.values:
        raise Refused(_("重さと、起きたことを入力してください。"))
    if happened_at > clock.database_now() + dt.timedelta(minutes=5):
        raise Refused(_("起きた日時は、いまより前にしてください。"))
    with acting(actor.elevated()):
        if reservation_id is not None:
            _require_of(machine, reservation_id, happened_at)
        made = Incident.objects.create(
            machine=machine,
            ward_id=machine.lab.ward_id,
            reservation_id=reservation_id,
            weight=weight,
            what=plain(what, 2000),
            happened_at=happened_at,
            written_by_id=actor.user_id,
        )
        audit.record(
            actor=actor,
            action="booking.incident",
            obj=made,
            detail={"weight": weight, "reservation": reservation_id},
        )
    return made


def _require_of(machine: Machine, reservation_id: int, happened_at: dt.datetime) -> None:
    """The booking has this machine, and had begun. Raises Refused."""
    rows = Reservation.objects.filter(pk=reservation_id, bookings__machine=machine)
    if not rows.filter(checked_in_at__isnull=False).exists():
        raise Refused(
            _(
                "この予約では、この設備を使っていません。設備を選び直すか、予約を「予約に関係しない」にしてください。"
            )
        )
    if rows.filter(checked_in_at__gt=happened_at + dt.timedelta(minutes=1)).exists():
        raise Refused(_("起きた日時は、この予約の入室より後にしてください。"))


def incident_close(*, actor: Actor, incident_id: int, done: str) -> None:
    """対応を書いて終える."""
    seen = policies.visible_incidents(actor).get(pk=incident_id)
    if not policies.is_staff(actor):
        raise RoleMissing
    if not done.strip():
        raise Refused(_("対応を入力してください。"))
    with acting(actor.elevated()):
        row = Incident.objects.select_for_update(no_key=True).get(pk=seen.pk)
        row.done, row.closed_at = plain(done, 2000), clock.database_now()
        row.save(update_fields=["done", "closed_at"])
        audit.record(actor=actor, action="booking.incident_closed", obj=row)


def consumable_move(
    *,
    actor: Actor,
    consumable_id: int,
    change: int,
    note: str = "",
    reservation_id: int | None = None,
) -> Consumable:
    """入庫・出庫, of a booking where it was used for one; told once to the staff when little is left.

    Raises Refused where more is taken than there is, Reservation.DoesNotExist for one of another lab.
    """
    if not policies.is_staff(actor):
        raise RoleMissing
    with acting(actor.elevated()):
        row = Consumable.objects.select_for_update(no_key=True).get(
            pk=consumable_id, ward_id=actor.ward_id or 0
        )
        if not change:
            raise Refused(_("増減の数を入力してください。"))
        if row.stock + change < 0:
            raise Refused(
                _("在庫は%(stock)d%(unit)sです。数を確かめるか、先に入庫を記録してください。")
                % {"stock": row.stock, "unit": row.unit}
            )
        amount_yen = max(0, -change) * row.price_yen
        if max(row.stock + change, amount_yen) > MOST:
            raise Refused(_("数が大きすぎます。数を確かめてください。"))
        if reservation_id is not None:
            Reservation.objects.get(pk=reservation_id, lab_id=row.lab_id)
        was_low = row.is_low
        row.stock += change
        row.save(update_fields=["stock"])
        use = ConsumableUse.objects.create(
            consumable=row,
            reservation_id=reservation_id,
            change=change,
            amount_yen=amount_yen,
            note=plain(note, 100),
            written_by_id=actor.user_id,
        )
        audit.record(actor=actor, action="booking.consumable", obj=row, detail={"change": change})
        if row.is_low and not was_low:
            notices.low_stock(row, use.pk)
    return row


def consumable_add(
    *, actor: Actor, lab_id: int, name: str, unit: str, price_yen: int, low_at: int
) -> Consumable:
    """消耗品を登録する."""
    lab = run_lab(actor, lab_id)
    with acting(actor.elevated()):
        try:
            with transaction.atomic():
                made = Consumable.objects.create(
                    lab=lab,
                    ward_id=lab.ward_id,
                    name=plain(name, 100),
                    unit=plain(unit, 10),
                    price_yen=price_yen,
                    low_at=low_at,
                )
        except IntegrityError as error:
            raise Refused(_("同じ名前の消耗品があります。")) from error
        audit.record(actor=actor, action="booking.consumable_added", obj=made)
    return made
