"""Who may see and change what in the room."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from kpi.series.models import Accounts, Consent, Intake
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

IMPORTERS = frozenset({Role.REVIEWER, Role.WARD_ADMIN})


def visible_accounts(actor: Actor) -> QuerySet[Accounts]:
    """Accounts of the own firm, of the ward's firms, or (auditors, the system) of all."""
    return _own(Accounts.objects.all(), actor)


def visible_consents(actor: Actor) -> QuerySet[Consent]:
    """What those firms said about the use for evaluation."""
    return _own(Consent.objects.all(), actor)


def _own(rows: QuerySet, actor: Actor) -> QuerySet:
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def may_record(actor: Actor) -> bool:
    """Whether the actor writes the own firm's accounts."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None


def may_hand_in(actor: Actor, kind: str) -> bool:
    """Statistics: policy staff (all wards) and officials (their own ward); firms' accounts: officials;
    the deflator, which is the country's: policy staff.
    """
    if actor.hat == Hat.POLICY:
        return kind in {Intake.Kind.STATISTICS, Intake.Kind.DEFLATOR}
    if kind == Intake.Kind.DEFLATOR:
        return False
    return actor.hat == Hat.WARD and actor.has_role(*IMPORTERS)


def hand_in_ward(actor: Actor, kind: str) -> int | None:
    """The ward for which the actor hands in; None for all. Raises PermissionDenied."""
    if not may_hand_in(actor, kind):
        raise PermissionDenied
    return actor.ward_id


def visible_intakes(actor: Actor) -> QuerySet[Intake]:
    """The own ward's; policy staff theirs; auditors and the system all."""
    rows = Intake.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    if actor.hat == Hat.POLICY:
        return rows.filter(ward=None)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()
