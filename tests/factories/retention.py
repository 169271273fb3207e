"""Cases that have ended, with their years over where asked."""

import datetime as dt
from typing import Any

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import services
from subsidies.models import Application
from subsidies.retention.models import Disposal, KeptCase
from subsidies.retention.services import disposal_approve, disposal_propose, kept_enter, work
from tests.factories import subsidies as make


def last_march() -> dt.date:
    """The 31 March before today: of cases whose years are just over."""
    today = clock.today()
    return dt.date(clock.fiscal_year(today), 3, 31)


def make_ended(*, ends_on: dt.date | None = None, **proposed: Any) -> KeptCase:
    """A refused application, entered; its years are over unless `ends_on` says otherwise."""
    case = make.make_proposed(outcome="refuse", **proposed)
    approver = make.official_actor(case.ward_id, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=case.pk)
    return enter(case, ends_on=ends_on)


def make_row(*, call: Any, firm: Any, creator_id: int) -> KeptCase:
    """Just the rows of a withdrawn case whose years are over: for lists."""
    with acting(make.SYSTEM):
        case = make.make_row(call=call, firm=firm, creator_id=creator_id, status="withdrawn")
    return enter(case)


def enter(case: Application, *, ends_on: dt.date | None = None) -> KeptCase:
    """Enter what has ended, and let this case's years end when asked."""
    with acting(make.SYSTEM):
        kept_enter(actor=make.SYSTEM)
        KeptCase.objects.filter(application=case).update(ends_on=ends_on or last_march())
        return KeptCase.objects.select_related("application").get(application=case)


def propose(actor: Actor | None = None, *, ward: int = make.SUMIDA) -> Disposal:
    """A proposed disposal of everything that is due in the ward."""
    actor = actor or make.official_actor(ward)
    with acting(actor):
        return disposal_propose(actor=actor, reason="保存期間が満了したため。", today=clock.today())


def approve(disposal: Disposal) -> Disposal:
    """Decided by another official; not carried out yet."""
    actor = make.official_actor(disposal.ward_id, Role.APPROVER)
    with acting(actor):
        return disposal_approve(actor=actor, disposal_id=disposal.pk)


def carry_out(disposal: Disposal) -> Disposal:
    """What the worker does with an approved disposal; as it then stands."""
    work(disposal_id=disposal.pk, today=clock.today())
    with acting(make.SYSTEM):
        return Disposal.objects.get(pk=disposal.pk)
