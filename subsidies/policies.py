"""Who may see and do what with an application: the rows and the answers come from the same facts.

A firm sees its own applications, drafts included. A ward's officials see what was submitted to
their ward, auditors what was submitted anywhere, the system all. Everybody else sees nothing.
"""

from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import Transition
from portal.letters.models import Letter
from subsidies import states
from subsidies.models import Application, Decision
from subsidies.rules.scheme.papers import CASE_LETTERS, FILING_RECEIPT, PAYMENT

CASE_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})
# Who may be put in charge, and who may put somebody in charge.
IN_CHARGE_ROLES = frozenset({Role.REVIEWER})
ASSIGNING_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})


def is_office(actor: Actor) -> bool:
    """Whether the actor works on cases as an official of a ward."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*CASE_ROLES)


def reads_cases(actor: Actor) -> bool:
    """Officials of a ward, and auditors."""
    return actor.hat == Hat.AUDITOR or is_office(actor)


def of_ward[Rows: QuerySet[Any]](rows: Rows, actor: Actor) -> Rows:
    """The own ward's rows for its officials; auditors and the system all, everybody else none."""
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_applications(actor: Actor) -> QuerySet[Application]:
    """Every application the actor may see."""
    rows = Application.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if actor.hat == Hat.SYSTEM:
        return rows
    return of_ward(rows.filter(~Q(status=states.DRAFT)), actor)


def visible_decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions of visible applications; a firm sees one only once it is approved."""
    return _told(actor, Decision.objects.filter(application__in=visible_applications(actor)))


def decisions_of(actor: Actor, application: Application) -> QuerySet[Decision]:
    """Of an application that the actor sees: the decision, if it is theirs to know."""
    return _told(actor, Decision.objects.filter(application=application))


def _told(actor: Actor, rows: QuerySet[Decision]) -> QuerySet[Decision]:
    return rows.filter(approved_at__isnull=False) if actor.hat == Hat.FIRM else rows


def visible_letters(actor: Actor) -> QuerySet[Letter]:
    """Letters of the cases the actor may see that are found by their case alone."""
    rows = Letter.objects.filter(kind__in=(*CASE_LETTERS, PAYMENT, FILING_RECEIPT))
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return of_ward(rows, actor)


def get_application(actor: Actor, *, lock: bool = False, **lookup: Any) -> Application:
    """One visible application, locked until the transaction ends where asked.

    Raises Application.DoesNotExist, which views turn into 404.
    """
    rows = visible_applications(actor).select_related("call", "version__scheme")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.get(**lookup)


def may(actor: Actor, action: str, application: Application) -> bool:
    """Whether the actor could do `action` now: a transition of the table, or one of "edit",
    "assign", "check", "message"."""
    match action:
        case "edit":
            return _own(actor, application) and application.status in states.EDITABLE
        case "assign":
            return (
                _case(actor, application)
                and actor.has_role(*ASSIGNING_ROLES)
                and application.status in states.OPEN
            )
        case "check":
            return (
                _case(actor, application)
                and actor.has_role(Role.REVIEWER)
                and application.status in {states.SUBMITTED, states.CHECKING}
            )
        case "message":
            return application.status != states.DRAFT and (
                _own(actor, application) or _case(actor, application)
            )
    return any(move.name == action for move in allowed_transitions(actor, application))


def allowed_transitions(actor: Actor, application: Application) -> list[Transition]:
    """The buttons the actor finds on the application. Guards are asked when one is pressed."""
    if not (_own(actor, application) or _case(actor, application)):
        return []
    roles = transitions.roles_of(actor)
    return states.APPLICATION.allowed(application.status, roles)


def may_apply(actor: Actor) -> bool:
    """Whether the actor may start an application at all."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None and actor.has_role(*FIRM_ROLES)


def _own(actor: Actor, application: Application) -> bool:
    return may_apply(actor) and application.firm_id == actor.firm_id


def _case(actor: Actor, application: Application) -> bool:
    return (
        actor.hat == Hat.WARD
        and actor.ward_id == application.ward_id
        and application.status != states.DRAFT
        and actor.has_role(*CASE_ROLES)
    )
