"""Obligations follow their grant: what it brings is worked out anew whenever something happens.

Level-triggered: an event that comes twice, late or in another order ends in the same rows.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts import presence
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from subsidies.grants import policies as grant_policies
from subsidies.models import Grant
from subsidies.obligations import states
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules.plan import Item, plan
from subsidies.obligations.selectors.facts import facts_of

# Kept in the row and in the audit trail, which are Japanese.
VOID = gettext_noop("補助事業が取下げ・廃止・取消となったため")


def obligations_sync(*, actor: Actor, grant_id: int, on: dt.date) -> list[Obligation]:
    """Bring the grant's obligations in line with where it stands; `on` is the day of the event.

    New ones belong to the official in charge of the application, or to the deputy of one
    who is away. Returns those that were new.
    """
    with transaction.atomic():
        grant = grant_policies.get_grant(actor, lock=True, pk=grant_id)
        there = {
            (row.kind, row.number): row
            for row in Obligation.objects.select_for_update().filter(grant=grant)
        }
        new: list[Obligation] = []
        owner: int | None = None
        for item in plan(facts_of(grant, on=on)):
            row = there.get((item.kind, item.number))
            if row is not None:
                _bring_in_line(actor, row, item)
            elif not item.void:
                owner = owner if new else _owner(grant)
                new.append(_create(actor, grant, item, owner))
        if new:
            audit.record(
                actor=actor,
                action="obligations.created",
                obj=grant,
                detail={
                    "obligations": [f"{row.kind} {row.number} {row.due_on}" for row in new],
                },
            )
        return new


def _owner(grant: Grant) -> int | None:
    """The official in charge of the application, or who stands in today."""
    return presence.present(grant.ward_id, grant.application.assignee_id, clock.today())


def _create(actor: Actor, grant: Grant, item: Item, owner: int | None) -> Obligation:
    row = Obligation.objects.create(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        kind=item.kind,
        number=item.number,
        due_on=item.due_on,
        owner_id=owner,
        firm_name=grant.firm_name,
        receipt_no=grant.receipt_no,
    )
    _bring_in_line(actor, row, item)
    return row


def _bring_in_line(actor: Actor, row: Obligation, item: Item) -> None:
    if row.status == states.OPEN and row.due_on != item.due_on and not item.fixed:
        before = row.due_on
        row.due_on = item.due_on
        row.save(update_fields=["due_on"])
        audit.record(
            actor=actor,
            action="obligations.moved",
            obj=row,
            changes={"due_on": [before, item.due_on]},
        )
    now = clock.database_now()
    if row.status == states.OPEN and item.void:
        _apply(actor, row, "lapse", reason=VOID, fields={"settled_at": now, "reason": VOID})
    elif row.status == states.OPEN and item.done:
        _apply(actor, row, "fulfil", fields={"settled_at": now})
    elif row.status == states.DONE and not item.done and row.settled_by_id is None:
        _apply(actor, row, "reopen", fields={"settled_at": None})


def _apply(actor: Actor, row: Obligation, action: str, **kwargs: object) -> None:
    transitions.apply(
        table=states.OBLIGATION,
        instance=row,
        action=action,
        actor=actor,
        detail={"kind": row.kind, "number": row.number},
        **kwargs,  # type: ignore[arg-type]
    )
