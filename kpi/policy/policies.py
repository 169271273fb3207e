"""Who sees, writes and confirms which evaluation sheet."""

from typing import Any

from django.db.models import QuerySet

from kpi.policy import states
from kpi.policy.models import Sheet
from portal.kernel.actor import Actor, Hat

READERS = frozenset({Hat.POLICY, Hat.AUDITOR, Hat.SYSTEM})


def visible_sheets(actor: Actor) -> QuerySet[Sheet]:
    """Officials: their own ward's; policy staff and auditors all."""
    rows = Sheet.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in READERS else rows.none()


def may_write(actor: Actor, sheet: Sheet | None = None) -> bool:
    """Whether the actor writes sheets, or this one: an official of its ward."""
    if actor.hat != Hat.WARD or not actor.has_role(*states.WRITERS):
        return False
    return sheet is None or sheet.ward_id == actor.ward_id


def may_confirm(actor: Actor, sheet: Sheet) -> bool:
    """Whether the actor confirms it or gives it back; that it is another person, the guard says."""
    own = actor.hat == Hat.WARD and sheet.ward_id == actor.ward_id
    return own and actor.has_role(*states.CONFIRMERS)


def get_sheet(actor: Actor, **lookup: Any) -> Sheet:
    """One visible sheet. Raises Sheet.DoesNotExist."""
    return visible_sheets(actor).get(**lookup)
