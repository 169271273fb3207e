"""Who sees and starts which run: officials of the ward see all, one's own can be started."""

from uuid import UUID

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from subsidies.bulk.models import BulkRun
from subsidies.grants.kinds.claim import CLAIM
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.policies import visible_filings, visible_rulings
from subsidies.models import Application
from subsidies.policies import ASSIGNING_ROLES, CASE_ROLES, of_ward, visible_applications

# Whoever may carry out the act one by one may carry it out on many.
ROLES = {
    BulkRun.Kind.ASSIGN: ASSIGNING_ROLES,
    BulkRun.Kind.FINISH_CHECK: frozenset({Role.REVIEWER}),
    BulkRun.Kind.PROPOSE: frozenset({Role.REVIEWER}),
    BulkRun.Kind.APPROVE: frozenset({Role.APPROVER}),
    BulkRun.Kind.PRINT: CASE_ROLES,
    BulkRun.Kind.PAY: frozenset({Role.REVIEWER}),
    BulkRun.Kind.LETTERS: CASE_ROLES,
}


def may_prepare(actor: Actor, kind: str) -> bool:
    """Whether the actor may carry out this kind of act on many."""
    return actor.hat == Hat.WARD and kind in ROLES and actor.has_role(*ROLES[BulkRun.Kind(kind)])


def visible_runs(actor: Actor) -> QuerySet[BulkRun]:
    """Runs of the actor's ward."""
    rows = BulkRun.objects.select_related("created_by", "print_file", "zip_file")
    return of_ward(rows, actor)


def get_run(actor: Actor, *, lock: bool = False, **lookup: object) -> BulkRun:
    """One visible run, locked where asked. Raises BulkRun.DoesNotExist."""
    rows = visible_runs(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def case_of(actor: Actor, receipt_no: str) -> Application | None:
    """The visible application of that number."""
    return visible_applications(actor).filter(receipt_no=receipt_no).first()


def ruling_of(actor: Actor, pk: int) -> Ruling | None:
    """The visible ruling of that id whose case is not disposed of, with all its papers name."""
    rows = visible_rulings(actor).select_related(
        "grant__application__version__scheme",
        "grant__call",
        "filing__grant__application__version__scheme",
        "prepared_by",
        "approved_by",
        "letter",
    )
    return rows.filter(pk=pk, terms__has_key="letter").first()


def claim_of(actor: Actor, public_id: UUID) -> Filing | None:
    """The visible claim of that id once it was submitted, with its payment."""
    rows = visible_filings(actor).select_related(
        "grant__application__version__scheme", "grant__call", "payment__recorded_by"
    )
    return rows.filter(public_id=public_id, kind=CLAIM, versions__isnull=False).distinct().first()


def may_start(actor: Actor, run: BulkRun) -> bool:
    """What is carried out is carried out in the name of who prepared and read it."""
    return run.created_by_id == actor.user_id and may_prepare(actor, run.kind)
