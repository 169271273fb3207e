"""What is announced: courses and cohorts as everybody sees them."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Min, Q, QuerySet

from dojo import policies, states
from dojo.models import Cohort, Course
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.models import Site


@dataclass(frozen=True, slots=True)
class Window:
    """Whether one may apply today, in words for the card: "open", "coming" or "closed"."""

    code: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class Offer:
    """A course with its published cohorts."""

    course: Course
    open: list[Cohort] = field(default_factory=list)
    coming: list[Cohort] = field(default_factory=list)


def window(cohort: Cohort, today: dt.date) -> Window:
    """Where the application window stands."""
    if cohort.status != states.ANNOUNCED or today > cohort.closes_on:
        return Window("closed", cohort.closes_on)
    if today < cohort.opens_on:
        return Window("coming", cohort.opens_on)
    return Window("open", cohort.closes_on)


def with_days(rows: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Adds first and last day and the number of regular sessions."""
    return rows.annotate(
        first_at=Min("sessions__starts_at"),
        last_at=Max("sessions__ends_at"),
        session_count=Count("sessions", filter=Q(sessions__is_make_up=False), distinct=True),
    )


def offers(actor: Actor, *, today: dt.date, ward_id: int | None = None) -> list[Offer]:
    """Every course's newest version with what is open and what comes; four queries."""
    courses: dict[str, Offer] = {}
    for course in Course.objects.order_by("code", "-version").prefetch_related("units"):
        courses.setdefault(course.code, Offer(course))
    rows = policies.visible_cohorts(actor).filter(status=states.ANNOUNCED, closes_on__gte=today)
    if ward_id:
        rows = rows.filter(pk__in=rows.filter(wards__ward_id=ward_id).values("pk"))
    rows = with_days(rows).select_related("course").prefetch_related("wards")
    for cohort in rows.order_by("closes_on", "pk"):
        offer = courses[cohort.course.code]
        is_open = window(cohort, today).code == "open"
        (offer.open if is_open else offer.coming).append(cohort)
    return list(courses.values())


def own_wards(actor: Actor) -> frozenset[int]:
    """The wards in which the actor's firm has a site in use; of whoever is no firm, none."""
    if actor.firm_id is None:
        return frozenset()
    sites = Site.objects.filter(firm_id=actor.firm_id, closed_on=None)
    return frozenset(sites.values_list("ward_id", flat=True))


def results(actor: Actor, *, years: int = 3) -> list[Cohort]:
    """Cohorts of a ward's list, the newest first, with their days."""
    first = clock.fiscal_year(clock.today()) - years + 1
    held = policies.office_cohorts(actor).filter(fiscal_year__gte=first)
    rows = with_days(held.select_related("course"))
    newest = (F("fiscal_year").desc(), F("first_at").desc(nulls_first=True), F("pk").desc())
    return list(rows.order_by(*newest))
