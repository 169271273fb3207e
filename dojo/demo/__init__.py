"""The demonstration's courses: 23 wards, three fiscal years, every state.

The past is written in bulk as the services would have left it: graduations with their facts, but without a PDF.
What is live in 墨田区 and 大田区 goes through the services, so that audit and notices are true.
"""

import datetime as dt
import random

from django.utils.translation import override

from dojo import services
from dojo.demo.live import live
from dojo.demo.past import Past, insert, past_cohort, running
from dojo.demo.people import PAST_YEARS, SEED, SYSTEM, people_of
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
    insert(past)
    with override("ja"):
        running(rng, courses, people, today)
        live(rng, courses, people, today)
    return Cohort.objects.count()
