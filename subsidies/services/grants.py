"""The beginning of a grant and its moves; what leads to them is the business of `subsidies.grants`."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.kernel import transitions
from portal.kernel.actor import Actor
from subsidies import grant_states
from subsidies.contents import rules_of
from subsidies.models import Application, Decision, Grant
from subsidies.rules import due


def grant_begin(application: Application, decision: Decision) -> Grant:
    """The granted project of a decision that was just made, in the same transaction."""
    grant = grant_of(application, decision)
    grant.save()
    return grant


def grant_of(application: Application, decision: Decision, **reached: Any) -> Grant:
    """The project as it begins, not stored; `reached` are columns of one that has gone on since.

    It ends on the day that the decision's letter names, whatever became of the call's since.
    """
    assert decision.decided_on is not None
    ends_on = dt.date.fromisoformat(decision.conditions["project_ends_on"])
    rules = rules_of(application.version)
    begun: dict[str, Any] = {"decided_yen": decision.amount_yen}
    return Grant(
        application=application,
        ward_id=application.ward_id,
        firm_id=application.firm_id,
        call_id=application.call_id,
        decided_on=decision.decided_on,
        project_ends_on=ends_on,
        report_due_on=due.report_due(ends_on, days=rules.report_days, latest=rules.report_latest),
        firm_name=application.firm_name,
        title=application.title,
        receipt_no=application.receipt_no or "",
        **begun | reached,
    )


def grant_move(
    *,
    actor: Actor,
    grant: Grant,
    action: str,
    told: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> None:
    """Move a grant by its table; its events carry what every listener needs (yen), and what is `told`.

    Raises RoleMissing, StaleState, ReasonMissing, GuardFailed.
    """
    transitions.apply(
        table=grant_states.GRANT,
        instance=grant,
        action=action,
        actor=actor,
        payload={
            "grant_id": grant.pk,
            "application_id": grant.application_id,
            "ward_id": grant.ward_id,
            "firm_id": grant.firm_id,
            "decided_yen": grant.decided_yen,
            "final_yen": grant.final_yen,
            "paid_yen": grant.paid_yen,
            "stage": grant.application.stage,
            "decided_on": grant.decided_on.isoformat(),
            **(told or {}),
        },
        **kwargs,
    )
