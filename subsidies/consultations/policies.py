"""Who reads and writes a ward's consultations: those who work on its cases; auditors read."""

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.consultations.models import Consultation
from subsidies.models import Scheme
from subsidies.policies import CASE_ROLES


def is_office(actor: Actor) -> bool:
    """Whether the actor works on the ward's cases."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*CASE_ROLES)


def may_record(actor: Actor) -> bool:
    """Whether the actor notes a consultation."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def visible_consultations(actor: Actor) -> QuerySet[Consultation]:
    """Those of the own ward; auditors and the system all."""
    rows = Consultation.objects.all()
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def own_schemes(actor: Actor) -> QuerySet[Scheme]:
    """The schemes a consultation may be about: the own ward's."""
    return Scheme.objects.filter(ward_id=actor.ward_id).order_by("stage", "code")
