"""保守をやめる: the machine can be booked again, and whoever had to give way is told."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lab.booking import states
from lab.booking.models import Closure, Maintenance, Reservation
from lab.booking.services import notices
from lab.booking.services.errors import Refused
from lab.booking.services.office import displaced_by, run_lab
from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import ReasonMissing


def maintenance_remove(*, actor: Actor, maintenance_id: int, reason: str) -> int:
    """What is left of the window is free again, for those who wait first. Bookings that were called off
    for it stay so; their firms are told. Returns how many. Raises Refused, ReasonMissing.
    """
    gone = Refused(_("この保守は、ほかの職員がやめています。"))
    seen = Maintenance.objects.select_related("machine").filter(pk=maintenance_id).first()
    if seen is None:
        raise gone
    lab = run_lab(actor, seen.machine.lab_id)
    if seen.of_event:
        raise Refused(
            _("催しのために空けている時間です。催しの日時か、催しで使う設備を変えてください。")
        )
    if not reason.strip():
        raise ReasonMissing
    with acting(actor.elevated()):
        row = Maintenance.objects.select_for_update().filter(pk=seen.pk).first()
        now = clock.database_now()
        if row is None:
            raise gone
        if row.ends_at <= now:
            raise Refused(_("この保守は、すでに終わっています。"))
        audit.record(
            actor=actor,
            action="booking.maintenance_removed",
            obj=row,
            ward_id=lab.ward_id,
            reason=plain(reason, 200),
            detail={
                "machine": row.machine_id,
                "from": row.starts_at.isoformat(),
                "until": row.ends_at.isoformat(),
            },
        )
        told = _tell(row, now) if seen.machine.status == states.IN_SERVICE else 0
        if row.starts_at < now:
            # It has kept the machine from being used so far: the figures go on knowing that.
            row.ends_at = now
            row.save(update_fields=["ends_at"])
        else:
            row.delete()
        outbox.publish(
            name="booking.released",
            subject=maintenance_id,
            ward_id=lab.ward_id,
            payload={"lab_id": lab.pk},
        )
    return told


def _tell(row: Maintenance, now: dt.datetime) -> int:
    """Those whose bookings ahead were called off for this window, where nothing else keeps the time."""
    reasons = [row.reason, *([displaced_by(row.machine)] if row.uid else [])]
    meeting = {"starts_at__lt": OuterRef("ends_at"), "ends_at__gt": OuterRef("starts_at")}
    others = Maintenance.objects.filter(machine_id=row.machine_id, **meeting).exclude(pk=row.pk)
    closures = Closure.objects.filter(lab_id=row.machine.lab_id, **meeting)
    rows = Reservation.objects.filter(
        ~Exists(others),
        ~Exists(closures),
        bookings__machine_id=row.machine_id,
        status=states.CALLED_OFF,
        reason__in=reasons,
        starts_at__gt=now,
        starts_at__lt=row.ends_at,
        ends_at__gt=row.starts_at,
    )
    found = list(rows.select_related("lab").order_by("pk"))
    for hit in found:
        notices.free_again(hit)
    return len(found)
