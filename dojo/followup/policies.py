"""Who may see which survey and report, who answers, enters and decides."""

from typing import Any

from django.db.models import Q, QuerySet

from dojo import policies as courses
from dojo import states as course_states
from dojo.followup.models import Investment, Survey
from dojo.models import Course, Graduation
from portal.kernel.actor import Actor, Hat

ALL_SEEING = frozenset({Hat.AUDITOR, Hat.SYSTEM})


def visible_surveys(actor: Actor) -> QuerySet[Survey]:
    """The firm's own, a leader's for that person alone; the ward's and those of cohorts it holds; those of
    a lecturer's cohorts.
    """
    rows = Survey.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        mine = Q(course_code=Course.Code.DOJO) | Q(person_id=actor.user_id)
        return rows.filter(mine, firm_id=actor.firm_id)
    if courses.is_office(actor):
        return rows.filter(Q(ward_id=actor.ward_id) | Q(cohort__ward_id=actor.ward_id))
    if courses.is_lecturer(actor):
        return rows.filter(cohort__in=courses.taught_cohorts(actor))
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_investments(actor: Actor) -> QuerySet[Investment]:
    """The firm's own; the ward's."""
    rows = Investment.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if courses.is_office(actor) and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in ALL_SEEING else rows.none()


def may_enter(actor: Actor, survey: Survey) -> bool:
    """Whether the actor writes down what was said by telephone."""
    return courses.may_keep_roster(actor, survey.cohort)


def may_decide(actor: Actor, row: Investment) -> bool:
    """Whether the actor accepts or returns this report."""
    own = courses.is_office(actor) and row.ward_id == actor.ward_id
    return own and actor.has_role(*course_states.PLANNERS)


def own_graduation(actor: Actor) -> Graduation | None:
    """The graduation in whose name the firm reports: its first in the Dojo. None: nothing to report."""
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        return None
    rows = Graduation.objects.filter(
        firm_id=actor.firm_id, course_code=Course.Code.DOJO, status=course_states.CONFIRMED
    )
    return rows.order_by("confirmed_on", "pk").first()


def get_survey(actor: Actor, **lookup: Any) -> Survey:
    """One visible survey with its cohort. Raises Survey.DoesNotExist."""
    rows = visible_surveys(actor).select_related("cohort__course", "cohort__ward")
    return rows.get(**lookup)


def get_investment(actor: Actor, **lookup: Any) -> Investment:
    """One visible report with its file. Raises Investment.DoesNotExist."""
    return visible_investments(actor).select_related("evidence").get(**lookup)
