"""What the cases tell on a firm's card: cases it asked for, steps it took on. No prices, no drawings."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CaseParty, Order
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import OF_FIRM, PEERS, Event, Place, Todo, Told
from programs.models import Firm


@history.tells(Case, CaseParty)
def tell(
    actor: Actor, firm: Firm, _today: dt.date, has: Callable[[type[models.Model]], bool]
) -> Iterator[Told]:
    """Two queries: the firm's own cases and the steps it does, as far as the actor sees them."""
    if actor.hat not in {Hat.FIRM, Hat.WARD, Hat.AUDITOR}:
        return
    if has(Case):
        rows = policies.visible_cases(actor).filter(firm_id=firm.pk).exclude(opened_at=None)
        for case in rows.order_by("-opened_at", "-pk")[: history.MOST]:
            yield from _of(case, actor)
    if not has(CaseParty):
        return
    # Whoever took on a step is the firms' to know; orders are their two sides'.
    orders = policies.visible_orders(actor).filter(contractor_id=firm.pk, cancelled_on=None)
    for order in orders.exclude(step=None).order_by("-created_at", "-pk")[: history.MOST]:
        yield from _of_order(order)


def _of_order(order: Order) -> Iterator[Told]:
    assert order.case is not None
    assert order.step is not None
    step, place = order.step, Place("cases:board", order.case.public_id)
    yield Event(
        order.created_at,
        PEERS,
        _("仲間まわしの工程を受けました（%(number)s）"),
        values={"number": order.case.number or ""},
        note=(step.name, step.state.label),
        place=place,
        ward_id=order.case.ward_id,
    )
    if step.status in {states.WORKING, states.DEFECT}:
        what = str(_("仲間まわしの工程を進める"))
        yield Todo(PEERS, OF_FIRM, what, step.name, order.deliver_on, place)


def _of(case: Case, actor: Actor) -> Iterator[Told]:
    assert case.opened_at is not None
    own = actor.hat == Hat.FIRM
    place = Place("cases:case", case.public_id) if own else None
    yield Event(
        case.opened_at,
        PEERS,
        _("仲間まわしの案件を出しました（%(number)s）"),
        values={"number": case.number or ""},
        note=(case.state.label,),
        place=place,
        ward_id=case.ward_id,
    )
    if own and case.status == states.OFFERED:
        yield Todo(PEERS, OF_FIRM, str(_("仲間まわしの発注を決める")), "", case.due_on, place)
