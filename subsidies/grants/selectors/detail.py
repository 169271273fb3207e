"""One grant, or one filing, with what hangs on it: a fixed number of queries each."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from portal.kernel.actor import Actor, Hat
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from portal.letters.selectors import Listed, letters_of_case
from subsidies.grants import policies, states
from subsidies.grants.models import (
    Filing,
    FilingDocument,
    FilingVersion,
    ProgressRequest,
    Ruling,
    SiteVisit,
)
from subsidies.models import BudgetEntry, Decision, Grant
from subsidies.rules.scheme.papers import CHARGES, HEARING, PAYMENT

# Letters after the decision that are no answer to a proposal; those stand with their rulings.
LETTERS = (PAYMENT, HEARING, CHARGES)


@dataclass
class GrantDetail:
    """What the page of a grant shows. `entries` and `history` are the ward's and empty for firms."""

    grant: Grant
    decision: Decision
    filings: list[Filing]
    rulings: list[Ruling]
    requests: list[ProgressRequest]
    visits: list[SiteVisit]
    letters: list[Listed]
    entries: list[BudgetEntry] = field(default_factory=list)
    history: list[AuditRow] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, int]:
        """Where the grant's money stands: column → yen."""
        sums: Counter[str] = Counter()
        for entry in self.entries:
            sums[entry.column] += entry.amount_yen
        return {column.value: sums[column] for column in BudgetEntry.Column}

    @property
    def proposed(self) -> Ruling | None:
        """The ruling that waits for its approver."""
        return next((item for item in self.rulings if item.status == states.PROPOSED), None)

    @property
    def waiting(self) -> list[Filing]:
        """Filings that the ward has to settle."""
        return [item for item in self.filings if item.status == states.SUBMITTED]


@dataclass
class FilingDetail:
    """A filing with its versions; `version` is the one shown, None for a draft."""

    filing: Filing
    versions: list[FilingVersion]
    documents: list[FilingDocument]
    rulings: list[Ruling]
    stored: dict[str, StoredFile]
    request: ProgressRequest | None

    @property
    def version(self) -> FilingVersion | None:
        return self.versions[-1] if self.versions else None


def grant_detail(actor: Actor, **lookup: Any) -> GrantDetail:
    """One visible grant with everything the actor may see of it. Raises Grant.DoesNotExist."""
    grant = policies.get_grant(actor, **lookup)
    prefetch_related_objects(
        [grant], "hearing_set", "recovery_set__ruling", "recovery_set__payments"
    )
    filings = policies.visible_filings(actor).filter(grant=grant).exclude(status=states.DROPPED)
    rulings = policies.visible_rulings(actor).filter(grant=grant)
    return GrantDetail(
        grant=grant,
        decision=Decision.objects.get(application_id=grant.application_id),
        filings=list(filings.order_by("-id")),
        rulings=list(_named(rulings, "prepared_by", "approved_by").order_by("-id")),
        requests=list(
            policies.visible_requests(actor).filter(grant=grant).select_related("filing")
        ),
        visits=list(policies.visible_visits(actor).filter(grant=grant)),
        letters=letters_of_case(grant.receipt_no, LETTERS),
        **_inner(actor, grant),
    )


def filing_detail(actor: Actor, *, number: int | None = None, **lookup: Any) -> FilingDetail:
    """One visible filing; with `number` as it stood when that version had been submitted.

    Raises Filing.DoesNotExist, FilingVersion.DoesNotExist.
    """
    filing = policies.get_filing(actor, **lookup)
    versions = list(filing.versions.all())
    if number is not None:
        if not 1 <= number <= len(versions):
            raise FilingVersion.DoesNotExist
        versions = versions[:number]
    listed = versions[-1].payload["documents"] if versions else []
    rulings = policies.visible_rulings(actor).filter(filing=filing)
    return FilingDetail(
        filing=filing,
        versions=versions,
        documents=list(filing.documents.filter(replaced_at=None).select_related("stored_file")),
        rulings=list(_named(rulings, "prepared_by", "approved_by")),
        stored={
            str(key): row
            for key, row in StoredFile.objects.in_bulk([item["file"] for item in listed]).items()
        },
        request=filing.answers.order_by("-id").first(),
    )


def _inner(actor: Actor, grant: Grant) -> dict[str, Any]:
    """What firms do not read: the ledger and the acts of officials by name."""
    if actor.hat == Hat.FIRM:
        return {}
    entries = BudgetEntry.objects.filter(application_id=grant.application_id).order_by("id")
    return {"entries": list(entries), "history": list(history(grant))}


def history(grant: Grant) -> QuerySet[AuditRow]:
    """Acts on the grant, its filings, rulings, requests and visits, newest first."""
    hung = {
        "grants.filing": grant.filings,
        "grants.ruling": grant.rulings,
        "grants.progressrequest": grant.progress_requests,
        "grants.sitevisit": grant.visits,
        "grants.hearing": grant.hearing_set,
        "grants.recovery": grant.recovery_set,
    }
    wanted = Q(object_type="subsidies.grant", object_id=str(grant.pk))
    for name, rows in hung.items():
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        wanted |= Q(object_type=name, object_id__in=ids)
    acts = AuditRow.objects.filter(wanted, chain=grant.ward_id)
    return acts.exclude(action__endswith="_viewed").order_by("-sequence")


def _named(rows: QuerySet[Any], *people: str) -> QuerySet[Any]:
    """The rows with the names of these people, and nothing else of them."""
    own = [entry.name for entry in rows.model._meta.concrete_fields]
    return rows.select_related(*people).only(*own, *(f"{person}__name" for person in people))
