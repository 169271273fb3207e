"""Who may see which cohort and enrolment, and who may do what there."""

from typing import Any

from django.db.models import Q, QuerySet

from dojo import states
from dojo.models import Cohort, Enrolment, Graduation, Lecturer, Session
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

OFFICE_ROLES = states.PLANNERS | states.APPROVER


def is_office(actor: Actor) -> bool:
    """Whether the actor works on courses as an official of a ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*OFFICE_ROLES)


def is_lecturer(actor: Actor) -> bool:
    """Whether the actor acts as a lecturer."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LECTURER)


def visible_cohorts(actor: Actor) -> QuerySet[Cohort]:
    """Published cohorts are everybody's to see; drafts the holding ward's."""
    rows = Cohort.objects.all()
    if actor.hat in {Hat.AUDITOR, Hat.SYSTEM}:
        return rows
    published = ~Q(status=states.DRAFT)
    return rows.filter(published | Q(ward_id=actor.ward_id) if is_office(actor) else published)


def office_cohorts(actor: Actor) -> QuerySet[Cohort]:
    """Those the ward holds or takes part in; auditors see all."""
    rows = visible_cohorts(actor)
    if is_office(actor):
        return rows.filter(Q(ward_id=actor.ward_id) | Q(wards__ward_id=actor.ward_id)).distinct()
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def taught_cohorts(actor: Actor) -> QuerySet[Cohort]:
    """Those the lecturer teaches."""
    if not is_lecturer(actor) or actor.user_id is None:
        return Cohort.objects.none()
    return visible_cohorts(actor).filter(lecturers__user_id=actor.user_id)


def kept_cohorts(actor: Actor) -> QuerySet[Cohort]:
    """Those whose roster the actor reads: as an official, an auditor or a lecturer."""
    return taught_cohorts(actor) if is_lecturer(actor) else office_cohorts(actor)


def visible_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """The firm's own; the ward's and those of cohorts it holds; those of a lecturer's cohorts."""
    rows = Enrolment.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_office(actor):
        return rows.filter(Q(ward_id=actor.ward_id) | Q(cohort__ward_id=actor.ward_id))
    if is_lecturer(actor):
        return rows.filter(cohort__in=taught_cohorts(actor))
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_graduations(actor: Actor) -> QuerySet[Graduation]:
    """Those of visible enrolments; a firm sees what is confirmed (or was)."""
    rows = Graduation.objects.filter(enrolment__in=visible_enrolments(actor))
    if actor.hat == Hat.FIRM:
        return rows.filter(status__in=(states.CONFIRMED, states.REVOKED))
    return rows


def get_cohort(actor: Actor, **lookup: Any) -> Cohort:
    """One visible cohort with its course. Raises Cohort.DoesNotExist."""
    return visible_cohorts(actor).select_related("course", "ward").get(**lookup)


def may_plan(actor: Actor, cohort: Cohort) -> bool:
    """Whether the actor plans this cohort and keeps its roster as an official."""
    own = is_office(actor) and cohort.ward_id == actor.ward_id
    return own and actor.has_role(*states.PLANNERS)


def may_confirm(actor: Actor, cohort: Cohort) -> bool:
    """Whether the actor decides on graduations of this cohort."""
    own = is_office(actor) and cohort.ward_id == actor.ward_id
    return own and actor.has_role(*states.APPROVER)


def teaches(actor: Actor, cohort: Cohort) -> bool:
    """Whether the actor is one of its lecturers."""
    if not is_lecturer(actor) or actor.user_id is None:
        return False
    return Lecturer.objects.filter(cohort=cohort, user_id=actor.user_id).exists()


def may_keep_roster(actor: Actor, cohort: Cohort) -> bool:
    """Whether the actor records attendance and handed-in plans, and shows the room's code."""
    return may_plan(actor, cohort) or teaches(actor, cohort)


def takes_part(actor: Actor, session: Session) -> bool:
    """Whether somebody of the actor's firm has a seat: such people read materials."""
    return (
        actor.hat == Hat.FIRM
        and visible_enrolments(actor)
        .filter(cohort_id=session.cohort_id, status=states.ENROLLED)
        .exists()
    )
