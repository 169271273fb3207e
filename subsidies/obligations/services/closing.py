"""The guard of 完了: a grant is complete when nothing is owed any more, by the firm or to it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.markup import yen_text
from subsidies import grant_states
from subsidies.grants.models import Filing, Recovery
from subsidies.grants.money_states import OWED
from subsidies.grants.services.owing import owings
from subsidies.grants.states import OPEN as OPEN_FILING
from subsidies.grants.states import PROPOSED
from subsidies.models import Grant
from subsidies.obligations import states
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules.plan import CLOSING, RESTRICTION_END, plan
from subsidies.obligations.selectors.facts import facts_of
from subsidies.obligations.services.sync import obligations_sync
from subsidies.services.grants import grant_move


@grant_states.GRANT.guard("no_open_obligations")
def no_open_obligations(grant: Grant, actor: Actor) -> Any:
    """Why the grant is not complete yet, or None.

    Asks the plan besides the rows: right after the payment the worker may not have written them.
    """
    settled = set(
        Obligation.objects.filter(grant=grant, status__in=states.SETTLED).values_list(
            "kind", "number"
        )
    )
    left = [
        item
        for item in plan(facts_of(grant, on=clock.today()))
        if item.kind in CLOSING and not item.void and (item.kind, item.number) not in settled
    ]
    if left:
        return _("済んでいない義務が%(count)d件あります（%(name)sなど）。") % {
            "count": len(left),
            "name": Obligation.Kind(left[0].kind).label,
        }
    if Filing.objects.filter(grant=grant, status__in=OPEN_FILING).exists():
        return _("処理の終わっていない届出・報告があります。")
    if grant.rulings.filter(status=PROPOSED).exists():
        return _("決裁を待っている起案があります。")
    if Recovery.objects.filter(grant=grant, status=OWED).exists():
        return _("返還が済んでいません。")
    if owed := owings(grant):
        return _("返還を命じていない額が%(yen)sあります。") % {
            "yen": yen_text(sum(item.yen for item in owed))
        }
    return None


def restrictions_end(*, actor: Actor, today: dt.date) -> int:
    """Settle the restrictions whose last day has passed; returns of how many grants. As the system."""
    over = Obligation.objects.filter(
        status=states.OPEN, kind=RESTRICTION_END, due_on__lt=today
    ).values_list("grant_id", flat=True)
    grants = sorted(set(over))
    for grant_id in grants:
        obligations_sync(actor=actor, grant_id=grant_id, on=today)
    return len(grants)


def grants_close(*, actor: Actor) -> int:
    """Close every paid grant that owes nothing any more; returns how many. As the system."""
    closed = 0
    waiting = Obligation.objects.filter(status=states.OPEN, kind__in=CLOSING).values("grant_id")
    rows = Grant.objects.filter(status=grant_states.PAID).exclude(pk__in=waiting)
    for grant in rows.select_related("application__version").order_by("pk"):
        if no_open_obligations(grant, actor) is None:
            grant_move(actor=actor, grant=grant, action="close")
            closed += 1
    return closed
