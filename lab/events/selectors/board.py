"""What the lab's staff see: their events, and the roster of one."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lab.booking.models import Reservation
from lab.booking.states import APPROVED, HELD, REQUESTED
from lab.events import policies, states
from lab.events.models import Attendance, Event, Registration, Slot
from portal.kernel.actor import Actor

_CAME = Q(registrations__attended_on__isnull=False, registrations__is_helper=False)


def events(actor: Actor) -> QuerySet[Event]:
    """All of the reader's labs, the newest first, with `came`: how many visitors there were."""
    rows = policies.kept_events(actor).select_related("lab", "programme")
    return rows.annotate(came=Count("registrations", filter=_CAME)).order_by("-starts_at", "-pk")


def coming(actor: Actor, now: dt.datetime) -> QuerySet[Event]:
    """Those still to come or going on, and drafts, the next first."""
    live = Q(status=states.DRAFT) | Q(status=states.ANNOUNCED, ends_at__gte=now)
    return policies.kept_events(actor).filter(live).select_related("lab").order_by("starts_at")


@dataclass(frozen=True, slots=True)
class Line:
    """A registration with the record that holds, if there is one."""

    row: Registration
    record: Attendance | None

    @property
    def came(self) -> bool:
        return self.record is not None and self.record.is_present


@dataclass(frozen=True, slots=True)
class Roster:
    """By what people are: in, waiting or asked, gone again."""

    seated: list[Line]
    waiting: list[Registration]
    gone: list[Registration]

    @property
    def came(self) -> int:
        return sum(line.row.attended_on is not None for line in self.seated)


def roster(actor: Actor, event: Event) -> Roster:
    """Two queries."""
    rows = list(policies.visible_registrations(actor).filter(event=event).order_by("made_at", "pk"))
    records = Attendance.objects.filter(registration__in=rows, replaced_by=None)
    known = {record.registration_id: record for record in records}
    seated = [Line(row, known.get(row.pk)) for row in rows if row.status == states.REGISTERED]
    return Roster(
        seated=sorted(seated, key=lambda line: (line.row.is_helper, line.row.person_name)),
        waiting=[row for row in rows if row.status in (states.OFFERED, states.WAITING)],
        gone=[row for row in rows if row.status not in states.LIVE],
    )


def hit(actor: Actor, event: Event) -> int:
    """How many bookings lie in the event's time on its machines: they are called off when it is announced."""
    from lab.booking.policies import visible_reservations

    machines = event.uses.filter(closing=None).values("machine_id")
    rows = visible_reservations(actor).filter(
        bookings__machine__in=machines,
        status__in=(REQUESTED, APPROVED, HELD),
        starts_at__lt=event.ends_at,
        ends_at__gt=event.starts_at,
    )
    found: QuerySet[Reservation] = rows.distinct()
    return found.count()


def slots(actor: Actor, event: Event) -> list[Slot]:
    """Who asked for a slot, with contact and conflict."""
    rows = policies.visible_slots(actor).filter(event=event).select_related("applicant__firm")
    return list(rows.order_by("made_at", "pk"))


def to_decide(actor: Actor) -> QuerySet[Slot]:
    """Slots that wait for the reader's decision; of events that are over nobody waits for one."""
    live = (states.DRAFT, states.ANNOUNCED)
    return policies.visible_slots(actor).filter(status=states.APPLIED, event__status__in=live)
