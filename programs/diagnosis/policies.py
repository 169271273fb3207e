"""Who may read which diagnosis, answers it, shares it; who saves questions."""

from django.db.models import Q, QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from programs.diagnosis import states
from programs.diagnosis.models import Audience, Consent, Diagnosis
from programs.diagnosis.readers import firms_of

_SUPPORT = {Role.ADVISOR: Audience.ADVISOR, Role.LECTURER: Audience.LECTURER}


def visible_consents(actor: Actor) -> QuerySet[Consent]:
    """The firm's own; a ward's, an advisor's, a lecturer's as long as they run."""
    rows = Consent.objects.all()
    running = rows.filter(ended_at=None)
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return running.filter(audience=Audience.WARD, ward_id=actor.ward_id)
    if actor.hat == Hat.SUPPORT:
        given = Q(pk__in=[])
        for role, audience in _SUPPORT.items():
            if actor.has_role(role):
                given |= Q(audience=audience, firm_id__in=firms_of(actor, audience))
        return running.filter(given)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_diagnoses(actor: Actor) -> QuerySet[Diagnosis]:
    """The firm's own; finished ones that somebody is let see; auditors and the system all."""
    rows = Diagnosis.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if actor.hat in {Hat.AUDITOR, Hat.SYSTEM}:
        return rows
    let_see = visible_consents(actor).values("diagnosis_id")
    return rows.filter(status=states.DONE, pk__in=let_see)


def is_own(actor: Actor, row: Diagnosis) -> bool:
    """Whether it is the actor's firm's."""
    return actor.hat == Hat.FIRM and row.firm_id == actor.firm_id


def may_answer(actor: Actor, row: Diagnosis) -> bool:
    """Whether the actor may change it now."""
    return is_own(actor, row) and row.status == states.DRAFT


def may_share(actor: Actor, row: Diagnosis) -> bool:
    """Whether the actor decides who sees it: the firm's owner, once it is finished."""
    return is_own(actor, row) and row.status == states.DONE and actor.has_role(Role.FIRM_OWNER)


def may_save_questions(actor: Actor) -> bool:
    """Whether the actor saves new versions: policy staff, for all wards."""
    return actor.hat == Hat.POLICY and actor.has_role(Role.POLICY)
