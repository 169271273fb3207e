"""Whether a fact of a firm (修了・認定) holds on a day: 有効, 期限切れ or 取消."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import State
from programs.models import Qualification

VALID = State("valid", _("有効"), tone="green")
EXPIRED = State("expired", _("期限切れ"), tone="")
REVOKED = State("revoked", _("取消"), tone="red")
STATES = (VALID, EXPIRED, REVOKED)


def fact_state(fact: Qualification, today: dt.date) -> State:
    """Its state today; it still holds on its last day."""
    if fact.revoked_on is not None:
        return REVOKED
    over = fact.expires_on is not None and fact.expires_on < today
    return EXPIRED if over else VALID
