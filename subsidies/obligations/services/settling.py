"""What officials do with an obligation by hand: record, waive, correct, give to somebody else."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies.obligations import policies, states
from subsidies.obligations.models import Obligation
from subsidies.obligations.selectors.handover import in_charge_of, owned_by
from subsidies.policies import IN_CHARGE_ROLES
from subsidies.services import moves
from subsidies.services import review as applications
from subsidies.services.errors import Refused


def obligation_settle(*, actor: Actor, obligation_id: int, action: str, reason: str) -> Obligation:
    """`record` (履行の記録), `waive` (免除) or `restore` (訂正), each with its reason.

    Raises ReasonMissing, RoleMissing, StaleState, Obligation.DoesNotExist.
    """
    with transaction.atomic():
        row = policies.get_obligation(actor, lock=True, pk=obligation_id)
        settles = states.OBLIGATION.transition(action).target in states.SETTLED
        transitions.apply(
            table=states.OBLIGATION,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            detail={"kind": row.kind, "number": row.number},
            fields={
                "settled_at": clock.database_now() if settles else None,
                "settled_by_id": moves.person(actor) if settles else None,
                "reason": reason.strip(),
            },
        )
        return row


def obligations_hand_over(
    *, actor: Actor, obligation_ids: Collection[int], owner_id: int, reason: str
) -> int:
    """Give open obligations to another official of the ward; returns how many changed hands.

    Raises Refused when that person does not serve the ward, ReasonMissing, RoleMissing.
    """
    if not policies.may_hand_over(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        owner = _official(actor, owner_id)
        rows = list(
            policies.visible_obligations(actor)
            .filter(pk__in=obligation_ids, status=states.OPEN)
            .exclude(owner_id=owner_id)
            .select_related("owner")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        before = {row.pk: row.owner.name if row.owner else "" for row in rows}
        Obligation.objects.filter(pk__in=[row.pk for row in rows]).update(owner_id=owner_id)
        for row in rows:
            audit.record(
                actor=actor,
                action="obligations.handed_over",
                obj=row,
                reason=reason.strip(),
                changes={"owner": [before[row.pk], owner.name]},
            )
        return len(rows)


def everything_hand_over(
    *, actor: Actor, from_id: int | None, owner_id: int, reason: str, today: dt.date
) -> tuple[int, int]:
    """人事異動: all open obligations and applications of one person; None: those of nobody.

    Returns (obligations, applications). An application goes only to a reviewer; where the new
    person is none, Refused says so before anything has changed.
    """
    with transaction.atomic():
        rows = owned_by(actor, from_id, today=today)
        cases = list(in_charge_of(actor, from_id).values_list("pk", flat=True))
        if cases and not _reviews(actor, owner_id, today):
            raise Refused(_("担当中の申請があるため、引継ぎ先には審査担当の職員を選んでください。"))
        handed = obligations_hand_over(
            actor=actor,
            obligation_ids=list(rows.values_list("pk", flat=True)),
            owner_id=owner_id,
            reason=reason,
        )
        given = 0
        if cases:
            given = applications.assign(
                actor=actor, application_ids=cases, assignee_id=owner_id
            ).changed
        audit.record(
            actor=actor,
            action="obligations.person_handed_over",
            ward_id=actor.ward_id,
            reason=reason.strip(),
            detail={"from": from_id, "to": owner_id, "obligations": handed, "applications": given},
        )
        return handed, given


def _official(actor: Actor, user_id: int) -> User:
    """Somebody who answers for the ward's cases today. Raises Refused."""
    today = clock.to_date(clock.database_now())
    assert actor.ward_id is not None
    if not policies.present_officials(actor.ward_id, today).filter(user_id=user_id).exists():
        raise Refused(_("引継ぎ先には、この区でいま役割のある職員を選んでください。"))
    return User.objects.only("id", "name").get(pk=user_id)


def _reviews(actor: Actor, user_id: int, today: dt.date) -> bool:
    assert actor.ward_id is not None
    held = policies.present_officials(actor.ward_id, today)
    return held.filter(user_id=user_id, role__in=IN_CHARGE_ROLES).exists()
