"""Who may see which obligation, and who answers for it today."""

import datetime as dt
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from portal.accounts.models import Assignment
from portal.kernel.actor import Actor, Hat
from subsidies.obligations import states
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules.plan import OF_FIRM
from subsidies.policies import CASE_ROLES, of_ward


def visible_obligations(actor: Actor) -> QuerySet[Obligation]:
    """Every obligation the actor may see; a firm what it has to hand in."""
    rows = Obligation.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id, kind__in=OF_FIRM)
    return of_ward(rows, actor)


def get_obligation(actor: Actor, *, lock: bool = False, **lookup: Any) -> Obligation:
    """One visible obligation, locked where asked. Raises Obligation.DoesNotExist."""
    rows = visible_obligations(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def visible_assets(actor: Actor) -> QuerySet[Asset]:
    """Every asset of the ledger the actor may see."""
    rows = Asset.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return of_ward(rows, actor)


def present_officials(ward_id: int, today: dt.date) -> QuerySet[Assignment]:
    """The roles by which somebody answers for the ward's cases today."""
    return Assignment.objects.live_on(today).filter(
        ward_id=ward_id, role__in=CASE_ROLES, user__is_active=True
    )


def with_presence(rows: QuerySet[Obligation], today: dt.date) -> QuerySet[Obligation]:
    """Adds `is_owned`: whether the owner still serves the ward. Where not, the ward's
    administrators answer for it (担当者なし).
    """
    return rows.annotate(
        is_owned=Case(
            When(Q(_serves(today)), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def ownerless(rows: QuerySet[Obligation], today: dt.date) -> QuerySet[Obligation]:
    """Those whose owner does not serve the ward (any more)."""
    return rows.filter(~_serves(today))


def _serves(today: dt.date) -> Exists:
    return Exists(
        Assignment.objects.live_on(today).filter(
            user_id=OuterRef("owner_id"),
            ward_id=OuterRef("ward_id"),
            role__in=CASE_ROLES,
            user__is_active=True,
        )
    )


def may_hand_over(actor: Actor) -> bool:
    """Whether the actor may give obligations to somebody else."""
    return actor.hat == Hat.WARD and actor.has_role(*states.HANDING)
