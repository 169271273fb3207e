"""来館: facts of who was here on which day. Written once a person and day, never changed."""

import datetime as dt
import hashlib

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.booking import policies
from lab.booking.codes import Purpose
from lab.booking.models import Lab, Reservation, Visit
from lab.booking.services import conditions
from lab.booking.services.errors import Refused
from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import digits, plain
from portal.kernel.transitions import ReasonMissing, RoleMissing
from programs.models import Firm


def visit_of(row: Reservation, *, now: dt.datetime) -> None:
    """The visit that a check-in proves; the second one of the day changes nothing."""
    who = f"u{row.person_id}" if row.person_id else f"n{row.person_name}|{row.firm_name}"[:120]
    _write(
        Visit(
            lab_id=row.lab_id,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            firm_ward_id=row.firm_ward_id,
            person_id=row.person_id,
            who=who,
            person_name=row.person_name,
            firm_name=row.firm_name,
            day=clock.to_date(now),
            at=now,
            way=Visit.Way.WALK_IN if row.is_walk_in else Visit.Way.BOOKING,
            purpose=row.purpose,
            reservation=row,
        )
    )


def _write(visit: Visit) -> None:
    """Once a person and day, unless what was written so far has been taken back."""
    same = Visit.objects.filter(lab_id=visit.lab_id, day=visit.day, who=visit.who, takes_back=None)
    last = same.select_related("taken_back").order_by("-number").first()
    if last is not None:
        if not hasattr(last, "taken_back"):
            return
        visit.number = last.number + 1
    Visit.objects.bulk_create([visit], ignore_conflicts=True)
    written = same.get(number=visit.number)
    if written.at == visit.at:
        outbox.publish(
            name="booking.visited",
            subject=written.pk,
            ward_id=written.ward_id,
            payload={
                "visit_id": written.pk,
                "firm_id": written.firm_id,
                "firm_ward_id": written.firm_ward_id,
                "person": mark_of(written),
                "on": written.day.isoformat(),
                "purpose": written.purpose,
            },
        )


def mark_of(visit: Visit) -> int | str:
    """Who it was, for counting: an account's number, or a digest of what was noted at the door."""
    if visit.person_id:
        return visit.person_id
    return f"w{hashlib.sha256(visit.who.encode()).hexdigest()[:24]}"


def visitor(
    *,
    actor: Actor,
    lab_id: int,
    name: str,
    firm_name: str,
    purpose: str,
    corporate_number: str = "",
) -> None:
    """予約なしの見学・相談: a name in the day's list, no machine."""
    lab = _lab(actor, lab_id)
    if not name.strip() or purpose not in Purpose.values:
        raise Refused(_("氏名と目的を入力してください。"))
    with acting(actor.elevated()):
        firm = firm_of(corporate_number)
        now = clock.database_now()
        label = firm.name if firm else plain(firm_name, 200)
        _write(
            Visit(
                lab=lab,
                ward_id=lab.ward_id,
                firm=firm,
                firm_ward_id=conditions.ward_of(firm, lab) if firm else None,
                who=f"n{plain(name, 60)}|{label}"[:120],
                person_name=plain(name, 100),
                firm_name=label,
                day=clock.to_date(now),
                at=now,
                way=Visit.Way.WALK_IN,
                purpose=purpose,
            )
        )
        audit.record(actor=actor, action="booking.visitor", obj=lab)


def take_back(*, actor: Actor, visit_id: int, reason: str) -> None:
    """来館の訂正: a second row says that the first was wrong, and why."""
    seen = policies.visible_visits(actor).select_related("lab").get(pk=visit_id)
    if not policies.may_run(actor, seen.lab):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    if seen.takes_back_id or hasattr(seen, "taken_back"):
        raise Refused(_("この来館は、すでに訂正されています。"))
    with acting(actor.elevated()):
        columns = (
            "lab_id", "ward_id", "firm_id", "firm_ward_id", "person_id", "who", "person_name",
            "firm_name", "day", "number", "way", "purpose", "reservation_id",
        )  # fmt: skip
        try:
            with transaction.atomic():
                Visit.objects.create(
                    **{name: getattr(seen, name) for name in columns},
                    at=clock.database_now(),
                    takes_back=seen,
                    reason=plain(reason, 200),
                )
        except IntegrityError as twice:
            raise Refused(_("この来館は、すでに訂正されています。")) from twice
        outbox.publish(
            name="booking.visit_taken_back",
            subject=seen.pk,
            ward_id=seen.ward_id,
            payload={"visit_id": seen.pk, "on": seen.day.isoformat()},
        )
        audit.record(actor=actor, action="booking.visit_taken_back", obj=seen, reason=reason)


def firm_of(corporate_number: str) -> Firm | None:
    """The firm of that number, as it is typed at a door; None where the portal knows none."""
    number = digits(corporate_number)
    return Firm.objects.filter(corporate_number=number, is_active=True).first() if number else None


def _lab(actor: Actor, lab_id: int) -> Lab:
    lab = policies.staff_labs(actor).get(pk=lab_id)
    if not policies.may_run(actor, lab):
        raise RoleMissing
    return lab
