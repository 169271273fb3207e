"""The list of findings, and those of one application: a fixed number of queries."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from portal.kernel.actor import Actor
from subsidies.watch import policies, states
from subsidies.watch.models import Finding

PAGE_SIZE = 25
# Of one application; more are on the list.
MOST_SHOWN = 20
ANY, ELSEWHERE = "any", "elsewhere"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks for. `status` "" means unsettled ones, ANY all; `where` ELSEWHERE those
    whose other case is another ward's.
    """

    query: str = ""
    kind: str = ""
    status: str = ""
    where: str = ""


def finding_rows(actor: Actor, wanted: Wanted) -> QuerySet[Finding]:
    """The newest first, each with its application's name and number."""
    rows = policies.visible_findings(actor).filter(_status(wanted.status), _where(wanted.where))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.query:
        rows = rows.filter(
            Q(application__firm_name__icontains=wanted.query)
            | Q(application__receipt_no__icontains=wanted.query)
        )
    named = ("firm_name", "receipt_no", "scheme_name", "title", "ward_id")
    own = [field.name for field in Finding._meta.concrete_fields]
    return (
        rows.select_related("application")
        .only(*own, *(f"application__{name}" for name in named))
        .order_by("-id")
    )


def finding_page(actor: Actor, wanted: Wanted, *, number: int) -> Page[Finding]:
    """One page of the list."""
    return Paginator(finding_rows(actor, wanted), PAGE_SIZE).get_page(number)


def counts(actor: Actor) -> dict[str, int]:
    """How many findings of each kind are unsettled: code → number, one query."""
    rows = policies.visible_findings(actor).filter(status__in=states.WAITING).order_by()
    return dict(rows.values_list("kind").annotate(number=Count("id")))


def of_application(actor: Actor, application_id: int) -> list[Finding]:
    """What was found about one application: unsettled first, one query."""
    rows = policies.visible_findings(actor).filter(application_id=application_id)
    found = list(rows.order_by("-id")[:MOST_SHOWN])
    return sorted(found, key=lambda row: row.status not in states.WAITING)


def _status(status: str) -> Q:
    if status == ANY:
        return Q()
    return Q(status=status) if status else Q(status__in=states.WAITING)


def _where(where: str) -> Q:
    if where != ELSEWHERE:
        return Q()
    return Q(other_ward__isnull=False) & ~Q(other_ward_id=F("ward_id"))
