"""Who may not decide: nobody in their own cause, nobody twice."""

from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from advisors import policies
from advisors.claims import states
from advisors.claims.models import Claim, ClaimLine
from advisors.models import TeamMember
from portal.kernel.actor import Actor
from programs.models import FirmMembership

OWN_CLAIM = _("自分の請求は、自分で処理できません。ほかの職員に頼んでください。")
OWN_FIRM = _("自分が属する企業への訪問が含まれています。ほかの職員に頼んでください。")
OWN_SUPPORT = _("相談員として加わる支援の訪問が含まれています。ほかの職員に頼んでください。")


@states.CLAIM.guard("not_own_cause")
def own_cause(claim: Claim, actor: Actor) -> Any:
    """Why this official does not decide on the claim, or None: as `advisors.services.causes`, for
    all its visits at once.
    """
    user_id = policies.person(actor)
    if user_id == claim.advisor_id:
        return OWN_CLAIM
    lines = ClaimLine.objects.filter(claim=claim, released_at=None)
    if FirmMembership.objects.filter(user_id=user_id, firm_id__in=lines.values("firm_id")).exists():
        return OWN_FIRM
    # A correction belongs to the support of the visit that it corrects.
    cases = lines.annotate(
        case=Coalesce("visit__engagement_id", "correction__line__visit__engagement_id")
    ).values("case")
    if TeamMember.objects.filter(user_id=user_id, engagement_id__in=cases).exists():
        return OWN_SUPPORT
    return None


@states.CLAIM.guard("another_person")
def another_person(claim: Claim, actor: Actor) -> Any:
    """Who checked does not approve."""
    if claim.checked_by_id == actor.user_id:
        return _("自分が確認した請求は承認できません。ほかの決裁者に頼んでください。")
    return own_cause(claim, actor)
