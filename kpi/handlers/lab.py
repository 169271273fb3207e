"""The lab, its events and the members: measure 3, 3-KSI, 3-OP1, 3-OP2 and 3-OP3."""

import datetime as dt

from kpi.handlers.common import say, take_back, ward_of, wards_of
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

VISIT, ATTENDANCE, EVENT, FAIR = "booking_visit", "lab_attendance", "lab_event", "exchange_fair"
MEMBER, PROJECT = "nakama_capabilityprofile", "consortium_project"
# From where somebody came: the part of 3-KSI.
HOST, NEAR, OUTSIDE = "host", "near", "outside"
# With one of these alone an agreement is no 産学連携.
NO_SCHOOLS = frozenset({"bank", "vendor", "ward", "firm"})


@handles("booking.visited", name="kpi.lab_visited")
def visited(event: OutboxEvent) -> None:
    """Somebody checked in, or was noted at the door. Of events on the same day it is the same person-day."""
    data = event.payload
    ward = data["firm_ward_id"]
    _came(
        event,
        source=(VISIT, data["visit_id"]),
        person=data["person"],
        firm_id=data["firm_id"],
        wards=[ward] if ward else [],
    )


@handles("booking.visit_taken_back", name="kpi.lab_visit_taken_back")
def visit_taken_back(event: OutboxEvent) -> None:
    """It was a mistake at the door."""
    take_back(VISIT, event.payload["visit_id"])


@handles("lab_event.attended", name="kpi.lab_event_attended")
def attended(event: OutboxEvent) -> None:
    """Somebody came to an event of the lab; without an account each coming is somebody else."""
    data = event.payload
    firm = data["firm_id"]
    person = data["person_id"]
    _came(
        event,
        source=(ATTENDANCE, data["attendance_id"]),
        person=f"a{data['attendance_id']}" if person is None else person,
        firm_id=firm,
        wards=wards_of([firm]) if firm else [],
    )


@handles("lab_event.attendance_taken_back", name="kpi.lab_event_attendance_taken_back")
def attendance_taken_back(event: OutboxEvent) -> None:
    """It was noted for the wrong person."""
    take_back(ATTENDANCE, event.payload["attendance_id"])


@handles("lab_event.held", name="kpi.lab_event_held")
def held(event: OutboxEvent) -> None:
    """3-OP1, on its first day."""
    data = event.payload
    say(
        event_type="event.held",
        event_key=f"event:{data['event_id']}",
        ward_id=ward_of(event),
        on=data["on"],
        source=(EVENT, data["event_id"]),
        part="event",
    )


@handles("lab_event.held_taken_back", name="kpi.lab_event_held_taken_back")
def held_taken_back(event: OutboxEvent) -> None:
    """It did not take place after all."""
    take_back(EVENT, event.payload["event_id"])


@handles("exchange.fair_held", name="kpi.fair_held")
def fair_held(event: OutboxEvent) -> None:
    """A 商談会 with at least one talk is an event of 3-OP1 as well."""
    data = event.payload
    if data["meetings"]:
        say(
            event_type="event.held",
            event_key=f"fair:{data['fair_id']}",
            ward_id=ward_of(event),
            on=data["on"],
            source=(FAIR, data["fair_id"]),
            part="fair",
        )


@handles("nakama.member_published", name="kpi.member_published")
def member_published(event: OutboxEvent) -> None:
    """3-OP2: a firm confirmed its profile, or shows it again."""
    _member(event, "member.published")


@handles("nakama.member_withdrawn", name="kpi.member_withdrawn")
def member_withdrawn(event: OutboxEvent) -> None:
    """3-OP2: it is shown no more."""
    _member(event, "member.withdrawn")


@handles("consortium.agreement_signed", name="kpi.agreement_signed")
def agreement_signed(event: OutboxEvent) -> None:
    """3-OP3: with a school or a 公設試, and a firm of the 23 wards; others are facts that do not count."""
    data = event.payload
    firms, wards = data["firm_ids"], wards_of(data["firm_ids"])
    if event.ward_id is None and not wards:
        return  # of nobody in the 23 wards
    counts = bool(wards) and data["institution_kind"] not in NO_SCHOOLS
    say(
        event_type="univ.agreement_signed" if counts else "univ.agreement_other",
        event_key=str(data["project_id"]),
        ward_id=ward_of(event, wards),
        firm_id=firms[0] if firms else None,
        on=data["on"],
        source=(PROJECT, data["project_id"]),
    )


@handles("consortium.agreement_taken_back", name="kpi.agreement_taken_back")
def agreement_taken_back(event: OutboxEvent) -> None:
    """It was not signed after all."""
    take_back(PROJECT, event.payload["project_id"])


def person_day(person: object, day: str) -> str:
    """What 3-KSI counts once: an account's number or the mark of somebody without, and the day."""
    return f"{person}:{day}"


def _came(
    event: OutboxEvent,
    *,
    source: tuple[str, object],
    person: int | str,
    firm_id: int | None,
    wards: list[int],
) -> None:
    """Whoever works for a lab on that day is on duty: told, not counted."""
    day = event.payload["on"]
    known = person if isinstance(person, int) else None
    say(
        event_type="lab.on_duty" if known and _on_duty(known, day) else "lab.visited",
        event_key=person_day(person, day),
        ward_id=ward_of(event),
        firm_id=firm_id,
        person_id=known,
        on=day,
        source=source,
        part=OUTSIDE if not wards else HOST if event.ward_id in wards else NEAR,
    )


def _on_duty(person_id: int, day: str) -> bool:
    rows = Assignment.objects.held_on(dt.date.fromisoformat(day))
    return rows.filter(user_id=person_id, role=Role.LAB_STAFF).exists()


def _member(event: OutboxEvent, kind: str) -> None:
    """Each time is a fact of its own, known by its event. Firms outside the 23 wards do not count (R5)."""
    data = event.payload
    if event.ward_id is not None:
        say(
            event_type=kind,
            event_key=str(data["firm_id"]),
            ward_id=event.ward_id,
            firm_id=data["firm_id"],
            on=data["on"],
            source=(MEMBER, data["profile_id"]),
            aspect=str(event.pk),
        )
