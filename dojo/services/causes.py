"""除斥: nobody keeps the own records or decides on the own seat, whichever of their roles they act in."""

from django.utils.translation import gettext as _

from dojo.models import Enrolment
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel.actor import Actor
from programs.models import FirmMembership


def require_another(actor: Actor, row: Enrolment) -> None:
    """Who takes part does not keep the own record. Raises Refused."""
    if row.person_id == person_id(actor):
        raise Refused(_("自分の受講は、自分では記録できません。ほかの人に頼んでください。"))


def require_others_firm(actor: Actor, row: Enrolment) -> None:
    """Nor does anybody decide on somebody of a firm of theirs. Raises Refused."""
    require_another(actor, row)
    if FirmMembership.objects.filter(firm_id=row.firm_id, user_id=person_id(actor)).exists():
        raise Refused(
            _("自分が属する企業の受講者のことは決められません。ほかの職員に頼んでください。")
        )
