"""A graduation brings its surveys; its revocation takes away those that nobody has answered."""

import datetime as dt
from typing import Any

from django.db import transaction

from dojo import states as course_states
from dojo.followup import rules, states
from dojo.followup.models import Survey
from dojo.models import Graduation
from portal.kernel import audit, transitions
from portal.kernel.actor import Actor

# Graduates that one run plans for.
AT_ONCE = 200


def survey_of(graduation: Graduation, planned: rules.Planned, **changes: Any) -> Survey:
    """A survey of a graduation, not yet written."""
    row = graduation.enrolment
    return Survey(
        graduation=graduation,
        cohort_id=row.cohort_id,
        course_code=graduation.course_code,
        ward_id=graduation.ward_id,
        firm_id=graduation.firm_id,
        person_id=graduation.person_id,
        firm_name=row.firm_name,
        person_name=row.person_name,
        months=planned.months,
        due_on=planned.due_on,
        closes_on=planned.closes_on,
        **changes,
    )


def surveys_plan(*, actor: Actor, graduation_id: int) -> int:
    """Surveys for a confirmed graduation; returns how many. Doing it again adds none."""
    with transaction.atomic():
        rows = Graduation.objects.select_related("enrolment")
        graduation = rows.filter(pk=graduation_id, status=course_states.CONFIRMED).first()
        if graduation is None or graduation.confirmed_on is None or graduation.surveys.exists():
            return 0
        planned = rules.plan(graduation.confirmed_on)
        made = Survey.objects.bulk_create(survey_of(graduation, item) for item in planned)
        audit.record(
            actor=actor,
            action="followup.planned",
            obj=graduation,
            detail={"due": [str(survey.due_on) for survey in made]},
        )
        return len(made)


def surveys_catch_up(*, actor: Actor, today: dt.date, limit: int = AT_ONCE) -> int:
    """Plan for graduates whose event was never heard: from before there were surveys, or lost.

    Only those who may still be asked something; returns how many graduates.
    """
    longest = rules.months_after(today, -rules.MONTHS[-1]) - dt.timedelta(days=rules.OPEN_DAYS)
    rows = Graduation.objects.filter(
        status=course_states.CONFIRMED,
        confirmed_on__gte=longest,
        surveys=None,
    )
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(surveys_plan(actor=actor, graduation_id=pk) > 0 for pk in found)


def surveys_void(*, actor: Actor, graduation_id: int) -> int:
    """調査を取りやめる: the graduation was revoked. Answers that were given stay."""
    with transaction.atomic():
        rows = Survey.objects.select_for_update().filter(
            graduation_id=graduation_id, status__in=states.UNANSWERED
        )
        found = list(rows.order_by("pk"))
        for survey in found:
            transitions.apply(table=states.SURVEY, instance=survey, action="void", actor=actor)
        return len(found)
