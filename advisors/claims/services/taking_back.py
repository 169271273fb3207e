"""受理の取消し: an accepted visit goes back to the advisor, as long as no claim holds it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from advisors import policies
from advisors.claims.models import ClaimLine
from advisors.models import Engagement, Visit
from advisors.services import moves
from advisors.services.causes import require_others_support
from advisors.services.visits import payload_of
from advisors.states import ACCEPTED, VISIT
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor


@VISIT.guard("not_claimed")
def not_claimed(visit: Visit, actor: Actor) -> Any:
    """What stands on a claim is corrected there."""
    if ClaimLine.objects.filter(visit_id=visit.pk, released_at=None).exists():
        return gettext_lazy(
            "この訪問は請求に入っています。決裁前なら請求を差し戻し、決裁後なら明細を訂正してください。"
        )
    return None


def visit_take_back(*, actor: Actor, visit_id: int, reason: str) -> Visit:
    """受理を取り消す: the visit counts no more and is the advisor's to mend.

    KPI learns of it by the event and writes a compensating fact. Raises GuardFailed (on a claim),
    Refused (own cause), ReasonMissing, StaleState, RoleMissing.
    """
    policies.require(policies.may_handle(actor))
    with transaction.atomic():
        # The same order of locks as a submission: first the visit, then its engagement.
        row = policies.get_visit(actor, lock=True, pk=visit_id)
        engagement = Engagement.objects.select_for_update().get(pk=row.engagement_id)
        require_others_support(actor, engagement)
        others = engagement.visits.filter(status=ACCEPTED).exclude(pk=row.pk)
        earliest = others.order_by("starts_at", "pk").first()
        transitions.apply(
            table=VISIT,
            instance=row,
            action="take_back",
            actor=actor,
            reason=reason,
            detail={"minutes": row.minutes},
            payload={
                **payload_of(row),
                "visited_on": clock.to_date(row.starts_at).isoformat(),
                "next_on": clock.to_date(earliest.starts_at).isoformat() if earliest else None,
            },
            fields={
                "objection": moves.told(reason),
                "accepted_by_id": None,
                "accepted_at": None,
                "fee_table_id": None,
            },
        )
        return row
