"""The demonstration's courses: 23 wards, three fiscal years, every state.

The past is written in bulk as the services would have left it: graduations with their facts, but without a PDF.
What is live in 墨田区 and 大田区 goes through the services, so that audit and notices are true.
"""

import datetime as dt
import random
from collections.abc import Mapping

from django.utils.translation import override

from dojo import services
from dojo.demo.live import live
from dojo.demo.past import Past, insert, past_cohort, running, turned_away
from dojo.demo.people import PAST_YEARS, SEED, SYSTEM, Person, people_of
from dojo.models import Cohort, Course
from programs.models import Ward


def load(today: dt.date) -> int:
    """Courses and cohorts of three years; returns how many cohorts there are. As the system."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    services.courses_load(actor=SYSTEM)
    courses = {course.code: course for course in Course.objects.prefetch_related("units")}
    people = people_of(rng)
    past = Past()
    for ward in Ward.objects.order_by("code"):
        for code, course in courses.items():
            graduated: set[int] = set()
            for back in PAST_YEARS:
                past_cohort(
                    past, rng, ward, course, back, people[code].get(ward.code, []), graduated, today
                )
    _this_year(past, courses, people, today)
    turned_away(past, random.Random(SEED + 2), people["dojo"])  # noqa: S311 (invented data)
    insert(past)
    with override("ja"):
        running(rng, courses, people, today)
        live(rng, courses, people, today)
    return Cohort.objects.count()


def _this_year(
    past: Past,
    courses: Mapping[str, Course],
    people: Mapping[str, dict[int, list[Person]]],
    today: dt.date,
) -> None:
    """Two wards of three have held a cohort in the running year already; its people are new ones."""
    rng = random.Random(SEED + 1)  # noqa: S311 (invented data)
    before = {row.enrolment.person_id for row in past.graduations}
    for place, ward in enumerate(Ward.objects.order_by("code")):
        if place % 3 != 2:
            for code, course in courses.items():
                known = people[code].get(ward.code, [])
                past_cohort(past, rng, ward, course, 0, known, before, today)
