"""支払: what the treasury paid is recorded, one or many at once; never twice."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import StaleState, TransitionRefused
from portal.ui.markup import era_date
from subsidies import grant_states
from subsidies.grants import policies, states
from subsidies.grants.kinds.claim import CLAIM, approved_advance, claimable_yen
from subsidies.grants.models import Filing, Payment
from subsidies.grants.services.recovery import books_close_on
from subsidies.models import BudgetEntry, Grant
from subsidies.services import budget, moves
from subsidies.services.decision import require_others_cause
from subsidies.services.errors import Refused
from subsidies.services.grants import grant_move


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one grant of a bulk payment; `refusal` "" where it was recorded."""

    grant: Grant
    refusal: str = ""


def payment_record(
    *, actor: Actor, grant_id: int, paid_on: dt.date, late_reason: str = ""
) -> Payment:
    """精算払: the claimed amount was paid on that day.

    `late_reason`: why it is paid out of a later year (過年度支出), asked for after 出納閉鎖.
    Raises Refused, GuardFailed in one's own cause, StaleState, RoleMissing.
    """
    with transaction.atomic():
        grant, filing = _claimed(actor, grant_id)
        yen = filing.versions.latest("number").payload["record"]["amount_yen"]
        if grant.status != grant_states.CLAIMED:
            raise StaleState
        if yen != claimable_yen(grant):
            raise Refused(
                _(
                    "請求の額が、いまの確定額と違います。請求を差し戻して、出し直してもらってください。"
                )
            )
        payment = _record(actor, grant, filing, Payment.Kind.FINAL, yen, paid_on)
        late = _late_reason(grant, paid_on, late_reason)
        budget.move(
            grant.application,
            yen,
            source=BudgetEntry.Column.FINAL,
            target=BudgetEntry.Column.PAID,
            kind="pay",
        )
        transitions.apply(
            table=states.FILING,
            instance=filing,
            action="accept",
            actor=actor,
            fields={"settled_at": clock.database_now()},
            payload=_filing_payload(filing),
        )
        grant_move(
            actor=actor,
            grant=grant,
            action="pay",
            reason=late,
            fields={"paid_yen": grant.paid_yen + yen},
            detail={"yen": yen, "paid_on": paid_on.isoformat()},
        )
        return payment


def advance_record(
    *, actor: Actor, grant_id: int, paid_on: dt.date, late_reason: str = ""
) -> Payment:
    """概算払: an approved advance was paid, of the decision that stands and not before its ruling.

    `late_reason` as in `payment_record`. Raises Refused, GuardFailed in one's own cause, StaleState, RoleMissing.
    """
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        if grant.status != grant_states.IN_PROGRESS or grant.paid_yen:
            raise StaleState
        ruling = approved_advance(grant)
        if ruling is None or ruling.filing is None:
            raise Refused(
                _(
                    "いまの交付決定額に対して決裁された概算払がありません。"
                    "決裁の後に決定額が変わったときは、概算払を請求し直してもらってください。"
                )
            )
        assert ruling.ruled_on is not None
        if paid_on < ruling.ruled_on:
            raise Refused(_("支払日は、概算払を決裁した日から今日までの日にしてください。"))
        yen = ruling.terms["amount_yen"]
        payment = _record(actor, grant, ruling.filing, Payment.Kind.ADVANCE, yen, paid_on)
        late = _late_reason(grant, paid_on, late_reason)
        budget.move(
            grant.application,
            yen,
            source=BudgetEntry.Column.DECIDED,
            target=BudgetEntry.Column.PAID,
            kind="advance",
        )
        grant.paid_yen = yen
        grant.save(update_fields=["paid_yen"])
        moves.tell(
            actor,
            grant,
            action="grants.advance_paid",
            event="subsidies.advance_paid",
            reason=late,
            detail={"yen": yen, "paid_on": paid_on.isoformat()},
            payload={
                "grant_id": grant.pk,
                "application_id": grant.application_id,
                "payment_id": payment.pk,
                "ward_id": grant.ward_id,
                "firm_id": grant.firm_id,
            },
        )
        return payment


def payments_record(
    *, actor: Actor, grant_ids: Iterable[int], paid_on: dt.date, late_reason: str = ""
) -> list[Outcome]:
    """Many at once, each for itself: one that is refused does not stop the others."""
    outcomes = []
    for grant_id in dict.fromkeys(grant_ids):
        try:
            payment = payment_record(
                actor=actor, grant_id=grant_id, paid_on=paid_on, late_reason=late_reason
            )
            outcomes.append(Outcome(payment.grant))
        except Grant.DoesNotExist:
            continue
        except TransitionRefused as refused:
            grant = policies.get_grant(actor, pk=grant_id)
            outcomes.append(Outcome(grant, str(refused)))
    return outcomes


def _claimed(actor: Actor, grant_id: int) -> tuple[Grant, Filing]:
    """The grant, locked, and its claim. Raises StaleState without one that waits."""
    grant = policies.get_grant(actor, lock=True, pk=grant_id)
    rows = Filing.objects.select_for_update(of=("self",)).select_related("grant")
    filing = rows.filter(grant=grant, kind=CLAIM, status=states.SUBMITTED).first()
    if filing is None:
        raise StaleState
    return grant, filing


def _record(
    actor: Actor, grant: Grant, filing: Filing, kind: str, yen: int, paid_on: dt.date
) -> Payment:
    if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
        raise transitions.RoleMissing
    require_others_cause(grant.application, actor)
    assert filing.submitted_at is not None
    if not clock.to_date(filing.submitted_at) <= paid_on <= clock.today():
        raise Refused(_("支払日は、請求を受けた日から今日までの日にしてください。"))
    return Payment.objects.create(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        filing=filing,
        kind=kind,
        yen=yen,
        paid_on=paid_on,
        recorded_by_id=moves.person(actor),
    )


def _late_reason(grant: Grant, paid_on: dt.date, typed: str) -> str:
    """The reason of a payment after 出納閉鎖, "" before it. Raises Refused where none is typed.

    The year's books are closed (地方自治法235条の5): the money comes out of a later year's budget.
    """
    closing = books_close_on(grant)
    if paid_on <= closing:
        return ""
    if typed.strip():
        return typed.strip()
    text = _(
        "この補助金の年度の出納は%(closing)sに閉鎖しました。それより後に支払ったときは、"
        "新しい年度の予算で支出負担行為を済ませ、「過年度支出の理由」を入力してください。"
    )
    raise Refused(text % {"closing": era_date(closing)})


def _filing_payload(filing: Filing) -> dict[str, object]:
    return {
        "filing_id": filing.pk,
        "grant_id": filing.grant_id,
        "application_id": filing.grant.application_id,
        "kind": filing.kind,
        "ward_id": filing.ward_id,
        "firm_id": filing.firm_id,
    }
