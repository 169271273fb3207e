"""What the cases tell on a firm's card: cases it asked for, steps it took on. No prices, no drawings."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import FIRM, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm


@history.tells(Case)
def tell(actor: Actor, firm: Firm, today: dt.date, _has: history.Has) -> Iterator[Told]:
    """One query: the firm's own cases, as far as the actor sees them."""
    if actor.hat not in {Hat.FIRM, Hat.WARD, Hat.AUDITOR}:
        return
    rows = policies.visible_cases(actor).filter(firm_id=firm.pk).exclude(opened_at=None)
    for case in rows.order_by("-opened_at", "-pk")[: history.MOST]:
        yield from _of(case, actor)


def _of(case: Case, actor: Actor) -> Iterator[Told]:
    assert case.opened_at is not None
    own = actor.hat == Hat.FIRM
    place = Place("cases:case", case.public_id) if own else None
    yield Event(
        case.opened_at,
        FIRM,
        _("仲間まわしの案件を出した（%(number)s）"),
        values={"number": case.number or ""},
        note=(case.state.label,),
        place=place,
        ward_id=case.ward_id,
    )
    if own and case.status == states.OFFERED:
        yield Todo(FIRM, OF_FIRM, str(_("仲間まわしの発注を決める")), "", case.due_on, place)
