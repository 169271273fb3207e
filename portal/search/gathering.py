"""What the rooms below have announced: calls, cohorts, events of the labs."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dojo import policies as courses
from dojo.models import Cohort, Course
from dojo.selectors.public import with_days
from dojo.states import ANNOUNCED
from dojo.words import cohort_name
from lab.events import policies as events
from lab.events import states as event_states
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.search.models import Kind
from portal.search.sources import Entry
from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.selectors.calls import calls as published_calls


def calls(keys: Collection[str] | None) -> Iterator[Entry]:
    """Every published call, those that are over too; one query."""
    for call in _of(published_calls(), keys):
        title, title_en = _both(partial(_call_name, call))
        yield Entry(
            key=str(call.pk),
            kind=Kind.CALL,
            title=title,
            title_en=title_en,
            summary=call.version.scheme.summary,
            body=_paid_for(call),
            url=reverse("subsidies:call_detail", args=[call.pk]),
            ward_id=call.ward_id,
            on=clock.to_date(call.opens_at),
            starts_at=call.opens_at,
            ends_at=call.closes_at,
        )


def cohorts(keys: Collection[str] | None) -> Iterator[Entry]:
    """Every cohort that takes or took applications; one query, and two for the contents of courses."""
    contents = {course.pk: _contents(course) for course in Course.objects.prefetch_related("units")}
    rows = courses.visible_cohorts(Actor.public()).filter(status=ANNOUNCED)
    for cohort in _of(with_days(rows.select_related("course", "ward")), keys):
        title, title_en = _both(partial(_cohort_name, cohort))
        yield Entry(
            key=str(cohort.pk),
            kind=Kind.COURSE,
            title=title,
            title_en=title_en,
            summary=cohort.course.summary,
            summary_en=cohort.course.summary_en,
            body="\n".join(
                filter(None, [cohort.place, cohort.message, contents[cohort.course_id]])
            ),
            url=reverse("dojo:cohort", args=[cohort.public_id]),
            ward_id=cohort.ward_id,
            on=cohort.opens_on,
            starts_at=clock.midnight(cohort.opens_on),
            ends_at=clock.midnight(cohort.closes_on + dt.timedelta(days=1)),
        )


def lab_events(keys: Collection[str] | None) -> Iterator[Entry]:
    """Every announced event that is not cancelled; one query."""
    rows = events.visible_events(Actor.public())
    shown = rows.filter(status__in=(event_states.ANNOUNCED, event_states.ENDED))
    for event in _of(shown.select_related("lab", "programme"), keys):
        yield Entry(
            key=str(event.pk),
            kind=Kind.EVENT,
            title=event.title,
            title_en=event.title_en,
            summary=event.summary,
            summary_en=event.summary_en,
            body="\n".join(
                filter(
                    None, [event.place, event.lab.name, event.programme and event.programme.name]
                )
            ),
            url=reverse("events:event", args=[event.public_id]),
            ward_id=event.ward_id,
            on=event.day,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
        )


def _of(rows: QuerySet[Any], keys: Collection[str] | None) -> QuerySet[Any]:
    return rows if keys is None else rows.filter(pk__in=[int(key) for key in keys])


def _both(make: Callable[[], str]) -> tuple[str, str]:
    """What a name is in Japanese and in English."""
    with override("ja"):
        japanese = make()
    with override("en"):
        return japanese, make()


def _call_name(call: Call) -> str:
    return _("%(ward)s %(scheme)s（%(year)s年度 第%(round)s回）") % {
        "ward": call.ward.display_name,
        "scheme": call.version.scheme.display_name,
        "year": call.fiscal_year,
        "round": call.round,
    }


def _cohort_name(cohort: Cohort) -> str:
    return f"{cohort.ward.display_name} {cohort_name(cohort)}"


def _paid_for(call: Call) -> str:
    """The expenses that the scheme pays for, in its own words."""
    rules = rules_of(call.version)
    lines = (_("、").join([part.name, *part.eligible]) for part in rules.categories)
    return "\n".join([call.version.scheme.code, *lines])


def _contents(course: Course) -> str:
    units = course.units.all()
    return "\n".join(f"{unit.title}: {unit.goal}" for unit in units)
