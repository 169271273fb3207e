"""Courses and events as the courses and the labs have announced them."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from dojo.models import Cohort
from dojo.selectors import public as courses
from dojo.words import cohort_name
from lab.booking.words import hours_text
from lab.events.selectors import public as lab_events
from portal.cms.models.measures import EventList
from portal.cms.selectors import trails
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.selectors import ward_names


def of_page(page: EventList, now: dt.datetime) -> dict[str, Any]:
    """What the page has chosen, of its ward or of all."""
    ward_id = trails.ward_of(page)
    found: dict[str, Any] = {"cohorts": [], "events": []}
    if page.kinds != EventList.Kinds.LAB:
        found["cohorts"] = cohorts(now, ward_id)
    if page.kinds != EventList.Kinds.DOJO:
        found["events"] = events(now, ward_id)
    return found


def cohorts(now: dt.datetime, ward_id: int | None) -> list[dict[str, Any]]:
    """Cohorts that take applications or soon will."""
    today = clock.to_date(now)
    found = courses.offers(Actor.public(), today=today, ward_id=ward_id)
    return [
        _cohort(row) | {"is_open": is_open}
        for offer in found
        for rows, is_open in ((offer.open, True), (offer.coming, False))
        for row in rows
    ]


def events(now: dt.datetime, ward_id: int | None, most: int = 30) -> list[dict[str, Any]]:
    """The coming events of the labs."""
    today = clock.to_date(now)
    found = lab_events.events(Actor.public(), now=now, ward_id=ward_id)
    return [
        {
            "event": row,
            "when": hours_text(row),
            "window": lab_events.window(row, now, today),
            "ward": ward_names()[row.ward_id],
        }
        for row in found.coming[:most]
    ]


def _cohort(row: Any) -> dict[str, Any]:
    cohort: Cohort = row
    names = ward_names()
    return {
        "cohort": cohort,
        "name": cohort_name(cohort),
        "wards": _("・").join(names[item.ward_id] for item in cohort.wards.all()),
        "first": row.first_at,
        "last": row.last_at,
        "count": row.session_count,
        "is_full": cohort.free <= 0,
    }
