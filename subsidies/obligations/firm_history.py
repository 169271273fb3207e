"""義務と期限 on a firm's card: what the firm has to hand in, and what is open of it."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import GRANTS, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm
from subsidies.obligations import states
from subsidies.obligations.models import Obligation
from subsidies.obligations.policies import visible_obligations
from subsidies.obligations.rules.plan import CLAIM, COMPLETION_REPORT
from subsidies.obligations.rules.plan import OF_FIRM as KINDS

# The grants' room tells of these itself.
TOLD = (COMPLETION_REPORT, CLAIM)


@history.tells(Obligation)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """One query. Of what comes every year, only the next is open."""
    following: dict[tuple[str, str], Obligation] = {}
    rows = visible_obligations(actor).filter(firm_id=firm.pk, kind__in=set(KINDS) - set(TOLD))
    for row in rows.order_by("-due_on", "-pk")[: history.MOST]:
        what = Obligation.Kind(row.kind).label
        if row.status == states.OPEN:
            following[row.receipt_no, row.kind] = row  # the latest first: the earliest stays
        elif row.settled_at:
            state = states.OBLIGATION.state(row.status)
            yield Event(
                at=row.settled_at,
                lane=GRANTS,
                text=_("%(what)s：%(state)s"),
                values={"what": what, "state": state.label},
                note=(row.receipt_no, row.reason),
                tone=state.tone,
                place=_place(actor, row),
                ward_id=row.ward_id,
            )
    for row in following.values():
        what = Obligation.Kind(row.kind).label
        yield Todo(GRANTS, OF_FIRM, what, row.receipt_no, row.due_on, _place(actor, row))


def _place(actor: Actor, row: Obligation) -> Place | None:
    if actor.hat == Hat.FIRM:
        return Place("obligations:mine")
    return Place("obligations:item", row.pk) if actor.hat == Hat.WARD else None
