"""What the worksheets ask of the courses; nothing else here touches them."""

import datetime as dt

from django.db.models import QuerySet

from dojo import policies, states
from dojo.models import Cohort, Enrolment, Lecturer
from dojo.services.plans import plan_give
from portal.kernel.actor import Actor


def own_seats(actor: Actor) -> QuerySet[Enrolment]:
    """The firm's seats: whose courses its sheets may belong to, the newest first."""
    rows = policies.visible_enrolments(actor).filter(status=states.ENROLLED)
    return rows.select_related("cohort__course").order_by("-pk")


def taught(actor: Actor) -> QuerySet[Cohort]:
    """The lecturer's cohorts, the newest first."""
    return policies.taught_cohorts(actor).select_related("course").order_by("-fiscal_year", "-pk")


def lecturers_of(seat: Enrolment) -> list[int]:
    """Ids of the cohort's lecturers who have an account."""
    rows = Lecturer.objects.filter(cohort_id=seat.cohort_id, user__isnull=False)
    return [pk for pk in rows.values_list("user_id", flat=True) if pk is not None]


def plan_is_handed_in(*, actor: Actor, enrolment_id: int, on: dt.date) -> None:
    """Tell the course that the plan is there: the fact that its completion rule reads."""
    plan_give(actor=actor, enrolment_id=enrolment_id, on=on)
