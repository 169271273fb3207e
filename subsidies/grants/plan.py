"""The plan that counts: the expense lines of the decision, or of the last change since."""

from collections.abc import Collection

from subsidies.grants import states
from subsidies.grants.models import FilingVersion
from subsidies.models import Decision, Grant
from subsidies.rules.amount import ExpenseItem

CHANGE = "change"


def last_change(grant: Grant, *, among: Collection[str] = states.DONE) -> FilingVersion | None:
    """The change that was settled last (承認 or, for a small one, 受理), as it was submitted."""
    settled = FilingVersion.objects.filter(
        filing__grant=grant, filing__kind=CHANGE, filing__status__in=among
    )
    return settled.order_by("-filing__settled_at", "-number").first()


def plan_of(grant: Grant) -> tuple[ExpenseItem, ...]:
    """The lines that stand now; the completion report is measured by them."""
    return _after(grant, last_change(grant))


def approved_plan_of(grant: Grant) -> tuple[ExpenseItem, ...]:
    """The lines that the ward has approved last: those of the decision or of a change that was ruled.
    What is small is measured by them, so that small changes do not add up unseen.
    """
    return _after(grant, last_change(grant, among=(states.APPROVED,)))


def _after(grant: Grant, change: FilingVersion | None) -> tuple[ExpenseItem, ...]:
    if change is not None:
        return tuple(ExpenseItem(**line) for line in change.payload["record"]["lines"])
    decision = Decision.objects.get(application_id=grant.application_id)
    version = grant.application.versions.get(number=decision.conditions["submitted_version"])
    return tuple(ExpenseItem(**line) for line in version.payload["expenses"])
