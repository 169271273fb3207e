"""What a firm sees of itself in the labs."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Now

from lab.booking import policies, states
from lab.booking.models import Certificate, Lab, Machine, Reservation, TrialReport, Turn
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 200
# The result of a trial: hoped for within two weeks, asked for no longer than three months.
REPORT_WITHIN, REPORTED_FOR = dt.timedelta(days=14), dt.timedelta(days=90)


def companions(machine: Machine) -> list[Machine]:
    """What can be booked together with a machine: its accessories, then the lab's other machines."""
    accessories = list(machine.accessories.filter(status=states.IN_SERVICE).order_by("name"))
    others = Machine.objects.filter(
        lab=machine.lab, is_accessory=False, status=states.IN_SERVICE
    ).exclude(pk=machine.pk)
    return [*accessories, *others.order_by("category", "name")[:20]]


def reservations(actor: Actor) -> list[Reservation]:
    """The firm's, the newest first."""
    rows = policies.visible_reservations(actor).select_related("lab")
    return list(rows.order_by("-starts_at", "-pk")[:SHOWN])


def offered(actor: Actor) -> QuerySet[Reservation]:
    """For the menu: times that are kept for the firm and wait for an answer."""
    rows = policies.visible_reservations(actor)
    return rows.filter(status=states.HELD, offer_until__gt=Now())


def offers(actor: Actor) -> list[Reservation]:
    """Times that are kept for the firm and wait for an answer."""
    return list(offered(actor).select_related("lab"))


def unreported(actor: Actor) -> QuerySet[Reservation]:
    """Trials of the last months of which the firm has not told the result."""
    rows = policies.visible_reservations(actor)
    return rows.filter(
        status=states.USED, purpose="trial", trial=None, ends_at__gt=Now() - REPORTED_FOR
    )


def to_report(actor: Actor) -> list[tuple[Reservation, dt.date]]:
    """Those, the oldest first, each with the day by which the lab hopes for it."""
    rows = unreported(actor).select_related("lab").order_by("ends_at", "pk")
    return [(row, clock.to_date(row.ends_at + REPORT_WITHIN)) for row in rows[:SHOWN]]


def coming(actor: Actor, most: int) -> list[Reservation]:
    """The firm's next bookings, those that wait for the staff included."""
    rows = to_come(actor).select_related("lab").order_by("starts_at", "pk")
    return list(rows[:most])


def to_come(actor: Actor) -> QuerySet[Reservation]:
    """Bookings that are not over, by the database's clock."""
    running = (states.APPROVED, states.REQUESTED, states.IN_USE)
    return policies.visible_reservations(actor).filter(status__in=running, ends_at__gt=Now())


def turns(actor: Actor) -> list[Turn]:
    """Places on waiting lists."""
    rows = policies.visible_turns(actor).filter(status__in=(states.WAITING, states.OFFERED))
    return list(
        rows.select_related("lab", "reservation").prefetch_related("machines").order_by("starts_at")
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate, and whether it holds on that day."""

    row: Certificate
    holds: bool


def certificates(actor: Actor, today: dt.date) -> list[Held]:
    """The firm's people with what they may use."""
    rows = policies.visible_certificates(actor).select_related("machine").order_by("expires_on")
    return [Held(row, row.withdrawn_on is None and row.expires_on >= today) for row in rows[:SHOWN]]


def points(actor: Actor, today: dt.date) -> list[tuple[Lab, int]]:
    """Points that still count, by lab."""
    rows = policies.visible_reservations(actor).filter(points__gt=0).select_related("lab")
    found: dict[int, tuple[Lab, int]] = {}
    for row in rows.order_by("-starts_at")[:SHOWN]:
        if (today - clock.to_date(row.starts_at)).days <= row.lab.points_days:
            total = found.get(row.lab_id, (row.lab, 0))[1] + row.points
            found[row.lab_id] = (row.lab, total)
    return list(found.values())


def series_of(actor: Actor, row: Reservation) -> list[Reservation]:
    """The other weeks of a series, in their order."""
    if row.series_id is None:
        return []
    rows = policies.visible_reservations(actor).filter(series_id=row.series_id)
    return list(rows.order_by("starts_at"))


def trial_of(row: Reservation) -> TrialReport | None:
    return TrialReport.objects.filter(reservation=row).first()
