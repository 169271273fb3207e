"""Who sees and does what with claims: an advisor the own, an official those of the ward."""

from typing import Any

from django.db.models import QuerySet

from advisors.claims import states
from advisors.claims.models import Claim, ClaimLine, Payee, PayTerms
from advisors.policies import is_advisor, is_office, own_ward, person
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

_READERS = frozenset({Hat.AUDITOR, Hat.SYSTEM})


def _hat_ward(rows: QuerySet, actor: Actor) -> QuerySet:
    """An advisor of one ward works for that ward; one of all wards for each."""
    return rows if actor.ward_id is None else rows.filter(ward_id=actor.ward_id)


def serves(actor: Actor, ward_id: int) -> bool:
    """Whether the advisor's hat reaches to that ward."""
    return is_advisor(actor) and actor.ward_id in {None, ward_id}


def visible_claims(actor: Actor) -> QuerySet[Claim]:
    """The own ones; for the ward and for auditors those that were submitted."""
    rows = Claim.objects.all()
    if is_advisor(actor):
        return _hat_ward(rows.filter(advisor_id=person(actor)), actor)
    if is_office(actor):
        return rows.filter(ward_id=own_ward(actor)).exclude(status=states.DRAFT)
    if actor.hat == Hat.AUDITOR:
        return rows.exclude(status=states.DRAFT)
    return rows if actor.hat == Hat.SYSTEM else rows.none()


def visible_lines(actor: Actor) -> QuerySet[ClaimLine]:
    """Lines that stand, of visible claims."""
    return ClaimLine.objects.filter(claim__in=visible_claims(actor), released_at=None)


def visible_terms(actor: Actor) -> QuerySet[PayTerms]:
    """The ward's versions; auditors read all."""
    rows = PayTerms.objects.all()
    if is_office(actor):
        return rows.filter(ward_id=own_ward(actor))
    return rows if actor.hat in _READERS else rows.none()


def visible_payees(actor: Actor) -> QuerySet[Payee]:
    """The ward's."""
    rows = Payee.objects.all()
    if is_office(actor):
        return rows.filter(ward_id=own_ward(actor))
    return rows if actor.hat in _READERS else rows.none()


def may_read_lists(actor: Actor) -> bool:
    """Whether the actor may take lists of claims away: the own, the ward's, or all."""
    return is_office(actor) or is_advisor(actor) or actor.hat == Hat.AUDITOR


def may_read_statements(actor: Actor) -> bool:
    """Whether the actor reads what each payee was paid in a year: who answers for the ward's payments."""
    answers = is_office(actor) and actor.has_role(Role.APPROVER, Role.WARD_ADMIN)
    return answers or actor.hat == Hat.AUDITOR


def get_claim(actor: Actor, *, lock: bool = False, **lookup: Any) -> Claim:
    """One visible claim. Raises Claim.DoesNotExist."""
    rows = visible_claims(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
