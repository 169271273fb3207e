"""The rows of the ledger: one per submitted application, with everything an auditor asks for.

Read in one pass over a cursor; what hangs on a row (money, ruling, payment) is fetched for
CHUNK rows at a time, because a subquery for each of 100,000 rows would cost more than the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from portal.ui.numbers import posted_number
from programs.models import Firm
from subsidies import grant_states, policies, states
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Payment, Recovery, RecoveryPayment, Ruling
from subsidies.grants.states import RULED
from subsidies.models import Application, BudgetEntry, Decision

CHUNK = 1_000
MOST_CHARACTERS = 60
COLUMNS = ("decided", "final", "paid")
_NOT_REVOKED: dict[str, Any] = {"revoked_on": None, "revoked_no": None, "revoked_yen": None}
_NOTHING_ORDERED: dict[str, Any] = {"ordered_yen": None, "returned_yen": None}
OWN = (
    "id",
    "ward_id",
    "firm_id",
    "firm_name",
    "receipt_no",
    "scheme_name",
    "title",
    "status",
    "submitted_at",
    "requested_yen",
)
JOINED = {
    "scheme_code": F("version__scheme__code"),
    "version_number": F("version__number"),
    "year": F("call__fiscal_year"),
    "round": F("call__round"),
    "outcome": F("decision__outcome"),
    "approved_at": F("decision__approved_at"),
    "first_decided_on": F("decision__decided_on"),
    "first_decided_yen": F("decision__amount_yen"),
    "document_no": F("decision__document_no"),
    "eligible_yen": F("decision__calculation__eligible_yen"),
    "rate": F("decision__conditions__rate"),
    "cap_yen": F("decision__conditions__cap_yen"),
    "grant_id": F("grant__id"),
    "grant_status": F("grant__status"),
    "decided_yen": F("grant__decided_yen"),
    "final_yen": F("grant__final_yen"),
    "paid_yen": F("grant__paid_yen"),
    "project_ends_on": F("grant__project_ends_on"),
    "report_due_on": F("grant__report_due_on"),
    "completed_on": F("grant__completed_on"),
}


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """What is looked for; an empty value looks for everything."""

    ward_id: int | None = None
    year: int | None = None
    scheme: str = ""
    state: str = ""
    query: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "LedgerFilters":
        """From the parameters of an address; what cannot be read filters nothing."""
        return cls(
            ward_id=posted_number(given.get("ward", "")),
            year=posted_number(given.get("year", "")),
            scheme=given.get("scheme", ""),
            state=given.get("state", ""),
            query=plain(given.get("q", ""), MOST_CHARACTERS),
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows, and the four columns in yen: 申請中・決定・確定・支払."""

    count: int
    open_yen: int
    decided_yen: int
    final_yen: int
    paid_yen: int


def ledger(actor: Actor, filters: LedgerFilters) -> QuerySet[Application]:
    """The applications of the ledger in the order of their receipt."""
    rows = policies.visible_applications(actor).exclude(status=states.DRAFT)
    if filters.ward_id is not None:
        rows = rows.filter(ward_id=filters.ward_id)
    if filters.year is not None:
        rows = rows.filter(call__fiscal_year=filters.year)
    if filters.scheme:
        rows = rows.filter(version__scheme__code=filters.scheme)
    if filters.query:
        rows = rows.filter(
            Q(firm_name__icontains=filters.query) | Q(receipt_no__icontains=filters.query)
        )
    return rows.filter(_state(filters.state)).order_by("ward_id", "submitted_at", "id")


def _state(state: str) -> Q:
    if state == "open":
        return Q(status__in=states.OPEN)
    if state == "granted":
        return Q(grant__isnull=False)
    if state == "refused":
        return Q(status=states.REFUSED)
    if state == "withdrawn":
        return Q(status=states.WITHDRAWN) | Q(grant__status=grant_states.WITHDRAWN)
    known = {found.code for found in grant_states.GRANT.states}
    return Q(grant__status=state) if state in known else Q()


def entries(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of `ledger_rows` completed by what hangs on them, CHUNK at a time."""
    for chunk in batched(rows, CHUNK):
        money = _money([row["id"] for row in chunk])
        numbers = corporate_numbers({row["firm_id"] for row in chunk})
        grants = [row["grant_id"] for row in chunk if row["grant_id"]]
        finals, paid = _finals(grants), _paid(grants)
        revoked, ordered = _revoked(grants), _ordered_back(grants)
        for row in chunk:
            held = money.get(row["id"], {})
            final = finals.get(row["grant_id"], (None, None, None))
            # A proposal that nobody has approved is not the ledger's.
            approved = row["approved_at"] is not None
            yield {
                **row,
                "outcome": row["outcome"] if approved else None,
                "first_decided_yen": row["first_decided_yen"] if approved else None,
                "corporate_number": numbers.get(row["firm_id"], ""),
                "open_column": (row["requested_yen"] or 0) if row["status"] in states.OPEN else 0,
                **{f"{name}_column": held.get(name, 0) for name in COLUMNS},
                "final_on": final[0],
                "final_no": final[1],
                "paid_on": paid.get(row["grant_id"]),
                # From here on what an auditor needs to work the amounts out again.
                **{
                    name: row[name] if approved else None
                    for name in ("eligible_yen", "rate", "cap_yen")
                },
                "final_eligible_yen": final[2],
                **revoked.get(row["grant_id"], _NOT_REVOKED),
                **ordered.get(row["grant_id"], _NOTHING_ORDERED),
            }


def ledger_rows(actor: Actor, filters: LedgerFilters) -> QuerySet[Any, dict[str, Any]]:
    """The rows of one query, to be completed by `entries`."""
    return ledger(actor, filters).values(*OWN, **JOINED)


def ledger_entries(actor: Actor, filters: LedgerFilters) -> Iterator[dict[str, Any]]:
    """The whole ledger, streamed."""
    return entries(ledger_rows(actor, filters).iterator(chunk_size=CHUNK))


def totals(actor: Actor, filters: LedgerFilters) -> Totals:
    """Count and columns of the filtered ledger; the columns are those of the budget's entries."""
    rows = ledger(actor, filters).order_by()
    counted = rows.aggregate(
        count=Count("id"), open=Sum("requested_yen", filter=Q(status__in=states.OPEN))
    )
    held = dict(
        BudgetEntry.objects.filter(application__in=rows.values("id"))
        .values_list("column")
        .annotate(Sum("amount_yen"))
    )
    return Totals(
        counted["count"], counted["open"] or 0, *(int(held.get(name, 0)) for name in COLUMNS)
    )


def _money(applications: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    sums = (
        BudgetEntry.objects.filter(application_id__in=applications)
        .values_list("application_id", "column")
        .annotate(Sum("amount_yen"))
    )
    for application_id, column, yen in sums:
        found.setdefault(application_id, {})[column] = int(yen)
    return found


def corporate_numbers(firms: set[int]) -> dict[int, str]:
    """Of the firms the actor still sees; a firm that moved away keeps its row in the ledger."""
    rows = Firm.objects.filter(pk__in=firms).exclude(corporate_number="")
    return dict(rows.values_list("pk", "corporate_number"))


def _finals(grants: list[int]) -> dict[int, tuple[Any, Any, Any]]:
    """額の確定: (day, document number, 補助対象経費の実績額 in 円) by grant."""
    rows = Ruling.objects.filter(
        grant_id__in=grants, kind=FINAL_AMOUNT, status=RULED, outcome=Ruling.Outcome.APPROVE
    )
    return {
        grant_id: (day, number, eligible)
        for grant_id, day, number, eligible in rows.values_list(
            "grant_id", "ruled_on", "document_no", "terms__eligible_yen"
        )
    }


def _revoked(grants: list[int]) -> dict[int, dict[str, Any]]:
    """取消: day and number of the last one, what all of them took away (円)."""
    rows = Ruling.objects.filter(
        grant_id__in=grants, kind=REVOCATION, status=RULED, outcome=Ruling.Outcome.APPROVE
    ).order_by("approved_at")
    found: dict[int, dict[str, Any]] = {}
    for grant_id, day, number, yen in rows.values_list(
        "grant_id", "ruled_on", "document_no", "terms__revoked_yen"
    ):
        before = found.get(grant_id, _NOT_REVOKED)["revoked_yen"] or 0
        found[grant_id] = {
            "revoked_on": day,
            "revoked_no": number,
            "revoked_yen": before + int(yen),
        }
    return found


def _ordered_back(grants: list[int]) -> dict[int, dict[str, Any]]:
    """返還命令: what was ordered back, without charges, and what came of it (円)."""
    rows = Recovery.objects.filter(grant_id__in=grants)
    ordered = dict(rows.values_list("grant_id").annotate(Sum("principal_yen")))
    returned = dict(
        RecoveryPayment.objects.filter(recovery__grant_id__in=grants)
        .values_list("recovery__grant_id")
        .annotate(Sum("yen"))
    )
    return {
        grant_id: {"ordered_yen": yen, "returned_yen": returned.get(grant_id, 0)}
        for grant_id, yen in ordered.items()
    }


def _paid(grants: list[int]) -> dict[int, Any]:
    """The day of the last payment by grant."""
    rows = Payment.objects.filter(grant_id__in=grants)
    return dict(rows.values_list("grant_id").annotate(Max("paid_on")))


def decision_label(outcome: str | None) -> str:
    """交付, 不交付, or nothing while undecided."""
    return str(Decision.Outcome(outcome).label) if outcome else ""
