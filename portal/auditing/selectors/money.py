"""Everything that an amount rests on, of many cases in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from subsidies.grants import states as grant_states
from subsidies.grants.models import (
    Filing,
    FilingVersion,
    Payment,
    Recovery,
    Ruling,
)
from subsidies.models import Application, ApplicationVersion, BudgetEntry, Decision, Grant


@dataclass
class Money:
    """One case: what was submitted, decided, ruled, claimed, paid and given back."""

    application: Application
    versions: list[ApplicationVersion] = field(default_factory=list)
    decision: Decision | None = None
    grant: Grant | None = None
    rulings: list[Ruling] = field(default_factory=list)
    filings: dict[int, Filing] = field(default_factory=dict)
    filed: dict[int, list[FilingVersion]] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    entries: list[BudgetEntry] = field(default_factory=list)


def of(ids: Collection[int]) -> list[Money]:
    """The cases of these ids in their order: eleven queries however many there are."""
    rows = Application.objects.select_related("version__scheme", "call").in_bulk(list(ids))
    found = {pk: Money(rows[pk]) for pk in ids if pk in rows}
    for version in ApplicationVersion.objects.filter(application__in=found).order_by("number"):
        case = found[version.application_id]
        version.application = case.application
        case.versions.append(version)
    named = ("prepared_by", "approved_by")
    for decision in Decision.objects.filter(application__in=found).select_related(*named):
        found[decision.application_id].decision = decision
    by_grant: dict[int, Money] = {}
    for grant in Grant.objects.filter(application__in=found):
        case = found[grant.application_id]
        grant.application = case.application
        case.grant, by_grant[grant.pk] = grant, case
    _after(by_grant)
    for entry in BudgetEntry.objects.filter(application__in=found).order_by("id"):
        found[entry.application_id].entries.append(entry)
    return list(found.values())


def _after(cases: dict[int, Money]) -> None:
    """What hangs on the grants."""
    ruled = Ruling.objects.filter(grant__in=cases).select_related("prepared_by", "approved_by")
    for ruling in ruled.order_by("id"):
        cases[ruling.grant_id].rulings.append(ruling)
    filings = Filing.objects.filter(grant__in=cases).exclude(status=grant_states.DROPPED)
    owners = {}
    for filing in filings.order_by("id"):
        owners[filing.pk] = cases[filing.grant_id]
        cases[filing.grant_id].filings[filing.pk] = filing
    for filing_id, versions in _versions(owners).items():
        owners[filing_id].filed[filing_id] = versions
    for payment in Payment.objects.filter(grant__in=cases).select_related("recorded_by"):
        cases[payment.grant_id].payments.append(payment)
    owed = Recovery.objects.filter(grant__in=cases).select_related("ruling")
    for recovery in owed.prefetch_related("payments__recorded_by").order_by("id"):
        cases[recovery.grant_id].recoveries.append(recovery)


def _versions(filings: Iterable[int]) -> dict[int, list[FilingVersion]]:
    found: dict[int, list[FilingVersion]] = defaultdict(list)
    rows: Any = FilingVersion.objects.filter(filing__in=list(filings))
    for version in rows.select_related("inspection__inspected_by", "submitted_by").order_by(
        "number"
    ):
        found[version.filing_id].append(version)
    return found
