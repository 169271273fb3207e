"""What officials write down about a finding. The application itself stays as it is."""

from django.db import transaction

from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from subsidies.services import moves
from subsidies.services.decision import require_others_cause
from subsidies.watch import policies, states
from subsidies.watch.models import Finding


def finding_settle(*, actor: Actor, finding_id: int, action: str, reason: str) -> Finding:
    """`follow`, `explain`, `note` or `reopen`, with the reason.

    Raises Finding.DoesNotExist, GuardFailed in one's own cause, ReasonMissing, RoleMissing,
    StaleState.
    """
    with transaction.atomic():
        row = policies.get_finding(actor, lock=True, pk=finding_id)
        for case in filter(None, (row.application, row.other)):
            require_others_cause(case, actor)
        transitions.apply(
            table=states.FINDING,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            detail={"kind": row.kind},
            fields={
                "reason": reason.strip()[:500],
                "handled_by_id": moves.person(actor),
                "handled_at": clock.database_now(),
            },
        )
        return row
