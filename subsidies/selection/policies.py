"""Who may see and do what with a selection: officials of the ward, auditors; a firm its own result."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.models import Call
from subsidies.policies import is_office, of_ward
from subsidies.selection.models import Choice, Mark, Selection


def may_prepare(actor: Actor) -> bool:
    """Whether the actor marks, keeps minutes, proposes and checks quotes."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def may_approve(actor: Actor) -> bool:
    """Whether the actor decides what another person proposed."""
    return is_office(actor) and actor.has_role(Role.APPROVER)


def visible_calls(actor: Actor) -> QuerySet[Call]:
    """Calls with a review, of the own ward; auditors all."""
    rows = Call.objects.filter(review__isnull=False).select_related("version__scheme", "review")
    return of_ward(rows, actor)


def visible_selections(actor: Actor) -> QuerySet[Selection]:
    """Selections of the own ward; auditors and the system all."""
    return of_ward(Selection.objects.all(), actor)


def visible_marks(actor: Actor) -> QuerySet[Mark]:
    """Marks of the own ward's applications, never shown to a firm."""
    return of_ward(Mark.objects.all(), actor)


def visible_choices(actor: Actor) -> QuerySet[Choice]:
    """Results: a firm's own, the own ward's, auditors and the system all."""
    rows = Choice.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return of_ward(rows, actor)


def get_call(actor: Actor, *, lock: bool = False, **lookup: Any) -> Call:
    """One visible call, locked where asked. Raises Call.DoesNotExist."""
    rows = visible_calls(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_selection(actor: Actor, *, lock: bool = False, **lookup: Any) -> Selection:
    """One visible selection, locked where asked. Raises Selection.DoesNotExist."""
    rows = visible_selections(actor).select_related("call__version__scheme", "prepared_by")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
