"""The ward's side: check, approve by another person, give back, pay, correct."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from advisors import policies
from advisors.claims import states
from advisors.claims.models import Claim, ClaimLine, Correction
from advisors.claims.policies import get_claim, visible_lines
from advisors.claims.services.causes import own_cause
from advisors.services import moves
from advisors.services.errors import Refused
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor

# A slip of the hand: no visit costs as much.
MOST_YEN = 1_000_000


def claim_check(*, actor: Actor, claim_id: int) -> Claim:
    """確認: onward to the approver. Raises GuardFailed (own cause), StaleState, RoleMissing."""
    fields = {"checked_by_id": policies.person(actor), "checked_at": clock.database_now()}
    return _move(actor, claim_id, "check", fields=fields)


def claim_approve(*, actor: Actor, claim_id: int) -> Claim:
    """決裁, by somebody who did not check it. Raises GuardFailed, StaleState, RoleMissing."""
    fields = {"approved_by_id": policies.person(actor), "approved_at": clock.database_now()}
    return _move(actor, claim_id, "approve", fields=fields)


def claim_return(*, actor: Actor, claim_id: int, reason: str) -> Claim:
    """差戻し: its lines are let go, so that a visit in it can be taken back and recorded anew.

    Raises ReasonMissing, GuardFailed, StaleState, RoleMissing.
    """
    with transaction.atomic():
        row = _move(
            actor,
            claim_id,
            "return",
            reason=reason,
            fields={"answer": moves.told(reason), "checked_by_id": None, "checked_at": None},
        )
        lines = ClaimLine.objects.filter(claim=row, released_at=None)
        lines.update(released_at=clock.database_now())
        return row


def claim_pay(*, actor: Actor, claim_id: int, paid_on: dt.date) -> Claim:
    """支払日: when the accounts have paid it. Raises Refused, GuardFailed, StaleState."""
    with transaction.atomic():
        row = _locked(actor, claim_id)
        if paid_on > clock.today():
            raise Refused(_("支払日は、支払が済んだ日（今日まで）を入力してください。"))
        if row.approved_at and paid_on < clock.to_date(row.approved_at):
            raise Refused(_("支払日が決裁日より前です。日付を確かめてください。"))
        return _move(
            actor,
            claim_id,
            "pay",
            fields={"paid_on": paid_on},
            detail={"paid_on": paid_on.isoformat(), "pay": row.pay_yen},
        )


def correction_make(
    *, actor: Actor, line_id: int, fee_yen: int, travel_yen: int, reason: str
) -> Correction:
    """What a decided line should have been; the difference stands on the advisor's next claim.

    Raises Refused (nothing changes, not decided yet, own cause), ReasonMissing, RoleMissing,
    ClaimLine.DoesNotExist.
    """
    policies.require(policies.may_handle(actor))
    if not reason.strip():
        raise transitions.ReasonMissing
    with transaction.atomic():
        rows = visible_lines(actor).filter(visit__isnull=False)
        line = rows.select_for_update(of=("self",)).select_related("claim").get(pk=line_id)
        if line.claim.status not in states.DECIDED:
            raise Refused(_("まだ決裁されていません。訂正の代わりに、請求を差し戻してください。"))
        if refusal := own_cause(line.claim, actor):
            raise Refused(str(refusal))
        if not (0 <= fee_yen <= MOST_YEN and 0 <= travel_yen <= MOST_YEN):
            raise Refused(_("正しい金額を0円以上で入力してください。"))
        fee_now, travel_now = stands_at(line)
        if (fee_yen, travel_yen) == (fee_now, travel_now):
            raise Refused(_("いまの金額と同じです。正しい金額を入力してください。"))
        row = Correction.objects.create(
            ward_id=line.ward_id,
            firm_id=line.firm_id,
            advisor_id=line.claim.advisor_id,
            line=line,
            fee_yen=fee_yen - fee_now,
            travel_yen=travel_yen - travel_now,
            reason=moves.told(reason),
            made_by_id=policies.person(actor),
        )
        moves.tell(
            actor,
            line.claim,
            action="claims.corrected",
            event="claims.corrected",
            payload={"claim_id": line.claim_id, "correction_id": row.pk},
            detail={"line": line.pk, "fee": row.fee_yen, "travel": row.travel_yen},
        )
        return row


def stands_at(line: ClaimLine) -> tuple[int, int]:
    """(fee, fares) of a line with its corrections, 円."""
    fixed = line.fixes.aggregate(fee=Sum("fee_yen"), travel=Sum("travel_yen"))
    return line.fee_yen + (fixed["fee"] or 0), line.travel_yen + (fixed["travel"] or 0)


def _locked(actor: Actor, claim_id: int) -> Claim:
    """Raises RoleMissing, Claim.DoesNotExist."""
    # Whoever only reads may not lock either.
    policies.require(policies.is_office(actor))
    return get_claim(actor, lock=True, pk=claim_id)


def _move(actor: Actor, claim_id: int, action: str, **kwargs: Any) -> Claim:
    with transaction.atomic():
        row = _locked(actor, claim_id)
        transitions.apply(
            table=states.CLAIM,
            instance=row,
            action=action,
            actor=actor,
            payload={"claim_id": row.pk},
            **kwargs,
        )
        return row
