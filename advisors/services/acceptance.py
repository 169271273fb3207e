"""What firm and ward say of a recorded visit, and promises that were kept."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from advisors import policies, states
from advisors.models import Engagement, NextAction, Visit
from advisors.services import causes, moves
from advisors.services.errors import Refused
from advisors.services.registry import fees_on
from advisors.services.visits import payload_of
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor


def visit_confirm(*, actor: Actor, visit_id: int) -> Visit:
    """The firm: it was like that. Raises Refused in one's own cause, StaleState, RoleMissing."""
    fields = {"confirmed_by_id": actor.user_id, "confirmed_at": clock.database_now()}
    return _move(actor, visit_id, "confirm", fields=fields)


def visit_object(*, actor: Actor, visit_id: int, reason: str) -> Visit:
    """The firm: it was not like that. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, visit_id, "object", reason=reason, fields={"objection": moves.told(reason)})


def visit_return(*, actor: Actor, visit_id: int, reason: str) -> Visit:
    """The ward gives it back. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, visit_id, "return", reason=reason, fields={"objection": moves.told(reason)})


def visit_accept(*, actor: Actor, visit_id: int, reason: str = "") -> Visit:
    """受理: from now on it counts and is paid. Without the firm's confirmation only with a reason.

    The version of the fee table of the visit's day is frozen with it. Raises Refused (no fee
    table, one's own cause), ReasonMissing, StaleState, RoleMissing.
    """
    policies.require(policies.may_handle(actor))
    with transaction.atomic():
        row = policies.get_visit(actor, lock=True, pk=visit_id)
        # Which one is the engagement's first is decided under its lock.
        engagement = Engagement.objects.select_for_update().get(pk=row.engagement_id)
        causes.require_others_support(actor, engagement)
        fees = fees_on(row.ward_id, clock.to_date(row.starts_at))
        if fees is None:
            raise Refused(
                _("訪問の日に使える謝金表がありません。謝金表を確定してから受理してください。")
            )
        action = "accept" if row.status == states.CONFIRMED else "accept_unconfirmed"
        before = engagement.visits.filter(status=states.ACCEPTED).exists()
        transitions.apply(
            table=states.VISIT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            detail={"fees": fees.number, "minutes": row.minutes},
            payload={
                **payload_of(row),
                "first": not before,
                "visited_on": clock.to_date(row.starts_at).isoformat(),
            },
            fields={
                "accepted_by_id": policies.person(actor),
                "accepted_at": clock.database_now(),
                "fee_table_id": fees.pk,
            },
        )
        return row


def action_done(*, actor: Actor, action_id: int) -> NextAction:
    """A promise was kept: of the firm's side by the firm, of the advisor's by whom it was given.

    Raises Refused, RoleMissing, DoesNotExist. Done already is no error.
    """
    with transaction.atomic():
        rows = policies.visible_actions(actor)
        row = rows.select_for_update().get(pk=action_id)
        if not may_do(actor, row):
            raise Refused(_("この宿題は、相手の側が済ませるものです。"))
        if row.done_on is None:
            row.done_on, row.done_by_id = clock.today(), policies.person(actor)
            row.save(update_fields=["done_on", "done_by"])
            audit.record(actor=actor, action="advisors.action_done", obj=row)
        return row


def may_do(actor: Actor, row: NextAction) -> bool:
    """Whether this side ticks it off. An advisor also notes what the firm has told them."""
    if policies.is_firm(actor):
        return row.side == NextAction.Side.FIRM
    return policies.is_advisor(actor) and row.visit.advisor_id == actor.user_id


def _move(actor: Actor, visit_id: int, action: str, **kwargs: Any) -> Visit:
    # Whoever only reads may not lock either.
    policies.require(policies.is_firm(actor) or policies.is_office(actor))
    with transaction.atomic():
        row = policies.get_visit(actor, lock=True, pk=visit_id)
        causes.require_others_support(actor, row.engagement)
        transitions.apply(
            table=states.VISIT,
            instance=row,
            action=action,
            actor=actor,
            payload=payload_of(row),
            **kwargs,
        )
        return row
