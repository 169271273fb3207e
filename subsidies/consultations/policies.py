"""Who reads and writes a ward's consultations: those who work on its cases; auditors read."""

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from subsidies.consultations.models import Consultation
from subsidies.models import Scheme
from subsidies.policies import is_office, of_ward


def may_record(actor: Actor) -> bool:
    """Whether the actor notes a consultation."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def visible_consultations(actor: Actor) -> QuerySet[Consultation]:
    """Those of the own ward; auditors and the system all."""
    rows = Consultation.objects.all()
    return of_ward(rows, actor)


def own_schemes(actor: Actor) -> QuerySet[Scheme]:
    """The schemes a consultation may be about: the own ward's."""
    return Scheme.objects.filter(ward_id=actor.ward_id).order_by("stage", "code")
