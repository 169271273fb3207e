"""返還: the order to give back, what came back, what is left with its charges."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Sum as Total
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from portal.kernel.transitions import StaleState
from subsidies import grant_states
from subsidies.contents import submitted_rules
from subsidies.grants import money_states, policies, states
from subsidies.grants.kinds.recovery import RECOVERY, due_on_of
from subsidies.grants.models import Payment, Recovery, RecoveryPayment, Ruling
from subsidies.grants.rules.recovery import Account, Sum, account
from subsidies.grants.services.rulings import effect, ruling_propose
from subsidies.models import BudgetEntry, Grant
from subsidies.rules.scheme import RecoveryRule
from subsidies.services import budget, moves
from subsidies.services.errors import Refused

# Why money is ordered back: an advance beyond the final amount.
ADVANCE = "advance"


def recovery_propose(
    *,
    actor: Actor,
    grant_id: int,
    principal_yen: int,
    surcharged: bool,
    reason: str,
    cause: str = "",
) -> Ruling:
    """起案 of a 返還命令 over a part of what was paid. `cause` names what it follows from, for those
    who propose it out of a filing. Raises Refused, and as `ruling_propose`.
    """
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        most = recoverable_yen(grant)
        if not 1 <= principal_yen <= most:
            text = _("返還する額は、1円から、まだ返還を命じていない支払額（%(most)s）までです。")
            raise Refused(text % {"most": format_yen(most)})
        return ruling_propose(
            actor=actor,
            grant_id=grant.pk,
            kind=RECOVERY,
            reason=reason,
            amount_yen=principal_yen,
            terms={
                "principal_yen": principal_yen,
                "surcharged": surcharged,
                "cause": cause,
                "rule": asdict(submitted_rules(grant.application).recovery),
                "received": [
                    {"on": payment.paid_on.isoformat(), "yen": payment.yen}
                    for payment in Payment.objects.filter(grant=grant)
                ],
            },
        )


def recoverable_yen(grant: Grant) -> int:
    """What was paid and not yet ordered back."""
    ordered = Recovery.objects.filter(grant=grant).aggregate(sum=Total("principal_yen"))["sum"]
    return grant.paid_yen - (ordered or 0)


def overpaid_yen(grant: Grant) -> int:
    """What an advance (概算払) paid beyond the final amount and was not ordered back yet: for itself,
    or without naming a cause. An order for anything else leaves it owed.
    """
    final = grant.final_yen if grant.status in grant_states.SETTLED else None
    if final is None or grant.paid_yen <= final:
        return 0
    rows = Recovery.objects.filter(grant=grant, ruling__terms__cause__in=["", ADVANCE])
    ordered = rows.aggregate(sum=Total("principal_yen"))["sum"] or 0
    return max(0, min(grant.paid_yen - final - ordered, recoverable_yen(grant)))


@effect(RECOVERY)
def order(actor: Actor, ruling: Ruling) -> None:
    """返還命令. Raises StaleState when less than that is left to be ordered back."""
    grant, terms = ruling.grant, ruling.terms
    if terms["principal_yen"] > recoverable_yen(grant):
        raise StaleState
    Recovery.objects.create(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        call_id=grant.call_id,
        ruling=ruling,
        principal_yen=terms["principal_yen"],
        due_on=due_on_of(ruling),
        surcharged=terms["surcharged"],
    )


def account_of(recovery: Recovery, as_of: dt.date) -> Account:
    """What is owed and left on that day, by the rules the order froze."""
    terms = recovery.ruling.terms
    return account(
        RecoveryRule(**terms["rule"]),
        received=[
            Sum(dt.date.fromisoformat(item["on"]), item["yen"]) for item in terms["received"]
        ],
        principal_yen=recovery.principal_yen,
        due_on=recovery.due_on,
        paid=[Sum(item.paid_on, item.yen) for item in recovery.payments.all()],
        as_of=as_of,
        surcharged=recovery.surcharged,
    )


def recovery_payment_record(
    *, actor: Actor, recovery_id: int, yen: int, paid_on: dt.date, seen: int | None = None
) -> RecoveryPayment:
    """返納: `yen` came back on that day. The last one settles the recovery.

    `seen` is how many returns the official has read of: with another number the same money would
    be counted twice (a form sent twice, two officials at once), and StaleState is raised. Raises
    Refused for more than is owed on that day, StaleState, RoleMissing.
    """
    with transaction.atomic():
        recovery = policies.get_recovery(actor, pk=recovery_id)
        grant = policies.get_grant(actor, lock=True, pk=recovery.grant_id)
        recovery = policies.get_recovery(actor, lock=True, pk=recovery_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        if recovery.status != money_states.OWED:
            raise StaleState
        if seen is not None and seen != recovery.payments.count():
            raise StaleState(
                _(
                    "画面を開いた後に、納付が記録されています。同じ納付でないか、"
                    "納付の一覧を確かめてから記録してください。"
                )
            )
        last = recovery.payments.order_by("paid_on").last()
        first = last.paid_on if last else recovery.ruling.ruled_on
        assert first is not None
        if not first <= paid_on <= clock.today():
            raise Refused(
                _("納付日は、前の納付日（なければ返還命令の日）から今日までの日にしてください。")
            )
        before = account_of(recovery, paid_on)
        if not 1 <= yen <= before.left_yen:
            text = _("納付額は、1円から、その日に残っている額（%(left)s）までです。")
            raise Refused(text % {"left": format_yen(before.left_yen)})
        payment = RecoveryPayment.objects.create(
            recovery=recovery, yen=yen, paid_on=paid_on, recorded_by_id=moves.person(actor)
        )
        _give_back(recovery, grant, min(yen, before.principal_left_yen), paid_on)
        audit.record(
            actor=actor,
            action="grants.recovery_paid",
            obj=grant,
            detail={"recovery": recovery.pk, "yen": yen, "paid_on": paid_on.isoformat()},
        )
        if 0 < before.principal_left_yen <= yen and before.owed_yen > before.principal_yen:
            _fix_charges(actor, recovery, before, paid_on)
        if yen == before.left_yen:
            transitions.apply(
                table=money_states.RECOVERY,
                instance=recovery,
                action="settle",
                actor=actor,
                payload=_payload(recovery),
            )
        return payment


def _fix_charges(actor: Actor, recovery: Recovery, found: Account, fixed_on: dt.date) -> None:
    """The principal is back: 違約加算金 and 延滞金 grow no more, and the firm has them in writing."""
    moves.tell(
        actor,
        recovery,
        action="grants.recovery_charged",
        event="grants.recovery_charged",
        detail={"surcharge_yen": found.surcharge.yen, "late_yen": found.late.yen},
        payload={**_payload(recovery), "fixed_on": fixed_on.isoformat()},
    )


@money_states.RECOVERY.guard("nothing_is_left")
def _nothing_is_left(recovery: Recovery, actor: Actor) -> str | None:
    last = recovery.payments.order_by("paid_on").last()
    if last is not None and account_of(recovery, last.paid_on).left_yen == 0:
        return None
    return _("返還の残りがあります。")


def books_close_on(grant: Grant) -> dt.date:
    """出納閉鎖: until when the ward pays and takes back out of the year of the call's budget."""
    return dt.date(grant.call.fiscal_year + 1, 5, 31)


def _give_back(recovery: Recovery, grant: Grant, yen: int, paid_on: dt.date) -> None:
    """戻入: what comes back before the year's accounts close (出納閉鎖 5/31) is the call's again, and
    whoever waits for money hears of it.

    Later it is revenue of another year (歳入) and leaves the call's columns as they are.
    """
    if yen and paid_on <= books_close_on(grant):
        budget.release(grant.application, yen, column=BudgetEntry.Column.PAID, kind="return")
        outbox.publish(
            name="grants.recovery_returned",
            subject=recovery.pk,
            ward_id=recovery.ward_id,
            payload=_payload(recovery),
        )


def _payload(recovery: Recovery) -> dict[str, Any]:
    return {
        "recovery_id": recovery.pk,
        "grant_id": recovery.grant_id,
        "application_id": recovery.grant.application_id,
        "ward_id": recovery.ward_id,
        "firm_id": recovery.firm_id,
    }
