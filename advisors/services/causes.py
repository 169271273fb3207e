"""除斥: nobody handles what is their own cause, whichever of their roles they act in."""

from django.utils.translation import gettext as _

from advisors import policies
from advisors.models import Advisor, Engagement, TeamMember
from advisors.services.errors import Refused
from portal.kernel.actor import Actor
from programs.models import FirmMembership


def require_others_firm(actor: Actor, firm_id: int) -> None:
    """An official does not handle the firm to which they belong or belonged. Raises Refused."""
    if not policies.is_office(actor):
        return
    if FirmMembership.objects.filter(firm_id=firm_id, user_id=policies.person(actor)).exists():
        raise Refused(_("自分が属する企業の案件は処理できません。ほかの職員に頼んでください。"))


def require_others_support(
    actor: Actor, engagement: Engagement, *, newcomer: int | None = None
) -> None:
    """Who advises, or is to join as `newcomer` (an entry of the 名簿), does not decide on it.

    Neither for the ward nor for the firm. Raises Refused.
    """
    if policies.is_advisor(actor):
        return
    require_others_firm(actor, engagement.firm_id)
    me = policies.person(actor)
    joins = newcomer is not None and Advisor.objects.filter(pk=newcomer, user_id=me).exists()
    if joins or TeamMember.objects.filter(engagement=engagement, user_id=me).exists():
        raise Refused(
            _("相談員として加わる支援を、自分で決めることはできません。ほかの人に頼んでください。")
        )
