"""受講する講座: a firm's enrolments, and everything one person needs for theirs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from dojo import policies, states
from dojo.models import Answer, Attendance, Cohort, Enrolment, Material, Session, SessionWork
from dojo.selectors import roster
from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Day:
    """One session of one person."""

    session: Session
    attendance: Attendance | None
    work: SessionWork | None
    is_answered: bool
    materials: Sequence[Material]
    is_over: bool
    has_begun: bool


def enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """The firm's, the newest first."""
    rows = policies.visible_enrolments(actor).select_related(
        "cohort__course", "cohort__ward", "graduation"
    )
    return rows.order_by("-applied_at", "-pk")


def offers(actor: Actor) -> QuerySet[Enrolment]:
    """Seats that wait for an answer."""
    return enrolments(actor).filter(status=states.OFFERED)


def days(row: Enrolment, now: dt.datetime) -> list[Day]:
    """The sessions with what the person did and may do in each; five queries."""
    sessions = roster.sessions_of(row.cohort)
    marks = {
        item.session_id: item for item in Attendance.objects.filter(enrolment=row, replaced_by=None)
    }
    works = {item.session_id: item for item in SessionWork.objects.filter(enrolment=row)}
    answered = set(Answer.objects.filter(enrolment=row).values_list("session_id", flat=True))
    materials: dict[int, list[Material]] = {}
    for item in Material.objects.filter(session__in=sessions):
        materials.setdefault(item.session_id, []).append(item)
    return [
        Day(
            session=item,
            attendance=marks.get(item.pk),
            work=works.get(item.pk),
            is_answered=item.pk in answered,
            materials=materials.get(item.pk, []),
            is_over=item.ends_at < now,
            has_begun=item.starts_at <= now,
        )
        for item in sessions
    ]


def sessions_today(actor: Actor, now: dt.datetime) -> list[Session]:
    """The person's own sessions that begin or end near now (for typing the digits)."""
    cohorts = Cohort.objects.filter(
        pk__in=policies.visible_enrolments(actor)
        .filter(person_id=actor.user_id, status=states.ENROLLED)
        .values("cohort_id")
    )
    near = dt.timedelta(hours=12)
    return list(
        Session.objects.filter(
            cohort__in=cohorts, starts_at__lte=now + near, ends_at__gte=now - near
        ).select_related("unit", "cohort__course")
    )
