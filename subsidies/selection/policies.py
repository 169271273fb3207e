"""Who may see and do what with a selection: officials of the ward, auditors; a firm its own result."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.models import Call
from subsidies.policies import CASE_ROLES
from subsidies.selection.models import Choice, Mark, Minutes, Selection


def is_office(actor: Actor) -> bool:
    """Whether the actor reads selections as an official of the ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*CASE_ROLES)


def may_prepare(actor: Actor) -> bool:
    """Whether the actor marks, keeps minutes, proposes and checks quotes."""
    return is_office(actor) and actor.has_role(Role.REVIEWER)


def may_approve(actor: Actor) -> bool:
    """Whether the actor decides what another person proposed."""
    return is_office(actor) and actor.has_role(Role.APPROVER)


def visible_calls(actor: Actor) -> QuerySet[Call]:
    """Calls with a review, of the own ward; auditors all."""
    rows = Call.objects.filter(review__isnull=False).select_related("version__scheme", "review")
    return _of_ward(rows, actor)


def visible_selections(actor: Actor) -> QuerySet[Selection]:
    """Selections of the own ward; auditors and the system all."""
    return _of_ward(Selection.objects.all(), actor)


def visible_marks(actor: Actor) -> QuerySet[Mark]:
    """Marks of the own ward's applications, never shown to a firm."""
    return _of_ward(Mark.objects.all(), actor)


def visible_minutes(actor: Actor) -> QuerySet[Minutes]:
    """Minutes of the own ward's calls."""
    return _of_ward(Minutes.objects.all(), actor)


def visible_choices(actor: Actor) -> QuerySet[Choice]:
    """Results: a firm's own, the own ward's, auditors and the system all."""
    rows = Choice.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return _of_ward(rows, actor)


def get_call(actor: Actor, *, lock: bool = False, **lookup: Any) -> Call:
    """One visible call, locked where asked. Raises Call.DoesNotExist."""
    rows = visible_calls(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_selection(actor: Actor, *, lock: bool = False, **lookup: Any) -> Selection:
    """One visible selection, locked where asked. Raises Selection.DoesNotExist."""
    rows = visible_selections(actor).select_related("call__version__scheme", "prepared_by")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def _of_ward(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()
