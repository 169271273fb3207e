"""Reads for the pages of schemes, calls and budgets."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from portal.kernel.actor import Actor
from subsidies import policies as case_policies
from subsidies import states as application_states
from subsidies.models import Application, BudgetEntry, Call, Scheme, SchemeVersion
from subsidies.office import policies, states
from subsidies.office.models import Revision
from subsidies.rules.pools import Pools, Waiting, served
from subsidies.rules.scheme import GRADUATE

Column = BudgetEntry.Column


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A scheme as the list shows it."""

    scheme: Scheme
    version: SchemeVersion | None
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """The four columns of a call or of a sum (円): they and what is left make the budget."""

    budget_yen: int
    applied_yen: int
    decided_yen: int
    final_yen: int
    paid_yen: int
    call: Call | None = None
    applied: int = 0

    @property
    def committed_yen(self) -> int:
        return self.decided_yen + self.final_yen + self.paid_yen

    @property
    def left_yen(self) -> int:
        """What no decision has taken."""
        return self.budget_yen - self.committed_yen

    @property
    def free_yen(self) -> int:
        """What remains when every open application gets what it asks for; may be below zero."""
        return self.left_yen - self.applied_yen


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An undecided application of a first-come call in its place of the queue."""

    application: Application
    place: int
    yen: int
    inside: bool


def scheme_rows(
    actor: Actor, *, query: str = "", stage: int | None = None, revised: bool | None = None
) -> list[SchemeRow]:
    """The ward's schemes with their newest version and the open revision, if any.

    `query` is a part of the name in either language; `revised` asks for those with or without an
    open revision.
    """
    newest = SchemeVersion.objects.filter(
        scheme=OuterRef("pk"), published_at__isnull=False
    ).order_by("-number")
    found = policies.visible_schemes(actor)
    if query:
        found = found.filter(Q(name__icontains=query) | Q(name_en__icontains=query))
    if stage is not None:
        found = found.filter(stage=stage)
    schemes = list(
        found.select_related("ward")
        .annotate(newest_id=Subquery(newest.values("pk")[:1]))
        .order_by("ward_id", "stage", "code")
    )
    versions = SchemeVersion.objects.in_bulk(
        [scheme.newest_id for scheme in schemes if scheme.newest_id]
    )
    open_ = {
        row.scheme_id: row
        for row in policies.visible_revisions(actor).filter(status__in=states.OPEN)
    }
    return [
        SchemeRow(scheme, versions.get(scheme.newest_id), open_.get(scheme.pk))
        for scheme in schemes
        if revised is None or revised is (scheme.pk in open_)
    ]


def versions_of(scheme: Scheme) -> QuerySet[SchemeVersion]:
    """The published versions, newest first."""
    rows = SchemeVersion.objects.filter(scheme=scheme, published_at__isnull=False)
    return rows.order_by("-number")


def calls_of(actor: Actor, fiscal_year: int, ward_id: int | None = None) -> QuerySet[Call]:
    """The ward's calls of a year with what open applications ask for (申請中)."""
    rows = policies.visible_calls(actor).filter(fiscal_year=fiscal_year)
    if ward_id is not None:
        rows = rows.filter(ward_id=ward_id)
    return rows.select_related("version__scheme").order_by(
        "ward_id", "version__scheme__stage", "round", "id"
    )


def budget_rows(actor: Actor, fiscal_year: int, ward_id: int | None = None) -> list[BudgetRow]:
    """One row per call."""
    calls = list(calls_of(actor, fiscal_year, ward_id))
    asked = applied(actor, calls)
    return [budget_row(call, *asked.get(call.pk, (0, 0))) for call in calls]


def budget_row(call: Call, applied_yen: int = 0, count: int = 0) -> BudgetRow:
    return BudgetRow(
        call=call,
        budget_yen=call.budget_yen,
        applied_yen=applied_yen,
        applied=count,
        decided_yen=call.decided_yen,
        final_yen=call.final_yen,
        paid_yen=call.paid_yen,
    )


def summed(rows: list[BudgetRow]) -> BudgetRow:
    """The total of several calls."""
    names = ("budget_yen", "applied_yen", "decided_yen", "final_yen", "paid_yen", "applied")
    return BudgetRow(**{name: sum(getattr(row, name) for row in rows) for name in names})


def applied(actor: Actor, calls: list[Call]) -> dict[int, tuple[int, int]]:
    """Call → (yen, number) of its undecided applications."""
    rows = (
        case_policies.visible_applications(actor)
        .filter(call__in=calls, status__in=application_states.OPEN)
        .values("call_id")
        .annotate(yen=Coalesce(Sum("requested_yen"), 0), number=Count("pk"))
    )
    return {row["call_id"]: (row["yen"], row["number"]) for row in rows}


def queue_of(actor: Actor, call: Call) -> list[QueueRow]:
    """The undecided applications of a first-come call in the order of arrival."""
    rows = list(
        case_policies.visible_applications(actor)
        .filter(call=call, status__in=application_states.OPEN)
        .annotate(asked=Coalesce(F("decision__amount_yen"), F("requested_yen"), 0))
        .defer("eligibility", "answers", "expense_input", "history")
        .order_by("submitted_at", "pk")
    )
    pools = Pools(call.budget_yen, call.reserved_yen, call.committed_yen, call.graduate_yen)
    inside = served(pools, [Waiting(row.pk, row.applicant_class, row.asked) for row in rows])
    return [
        QueueRow(row, place, row.asked, inside[row.pk]) for place, row in enumerate(rows, start=1)
    ]


def years(actor: Actor) -> list[int]:
    """The fiscal years with calls, newest first."""
    rows = policies.visible_calls(actor).values_list("fiscal_year", flat=True).distinct()
    return sorted(rows, reverse=True)


def money_by_stage(fiscal_year: int) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Of the calls of all wards (calls are public): stage → budgets in yen, stage → their caps."""
    budgets: dict[int, int] = defaultdict(int)
    caps: dict[int, list[int]] = defaultdict(list)
    rows = Call.objects.filter(fiscal_year=fiscal_year).values_list(
        "version__scheme__stage", "budget_yen", "version__rules__cap_yen"
    )
    for stage, budget_yen, cap_yen in rows:
        budgets[stage] += budget_yen
        caps[stage].append(cap_yen)
    return budgets, caps


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that does not agree with what it is made of (円)."""

    call: Call
    what: str
    stands_yen: int
    should_yen: int


def mismatches(ward_id: int | None = None) -> list[Mismatch]:
    """Calls whose columns differ from their ledger. Needs the system's view."""
    calls = Call.objects.select_related("version__scheme").order_by("pk")
    if ward_id is not None:
        calls = calls.filter(ward_id=ward_id)
    entries = BudgetEntry.objects.values("call_id")
    ledger = {
        (row["call_id"], row["column"]): row["yen"]
        for row in entries.values("call_id", "column").annotate(yen=Sum("amount_yen"))
    }
    graduates = {
        row["call_id"]: row["yen"]
        for row in entries.filter(application__applicant_class=GRADUATE).annotate(
            yen=Sum("amount_yen")
        )
    }
    found = []
    for call in calls:
        stands = {column.value: getattr(call, f"{column.value}_yen") for column in Column}
        figures = [(name, yen, ledger.get((call.pk, name), 0)) for name, yen in stands.items()]
        figures.append(("committed", call.committed_yen, sum(stands.values())))
        figures.append(("graduate", call.graduate_yen, graduates.get(call.pk, 0)))
        found += [
            Mismatch(call, what, yen, should) for what, yen, should in figures if yen != should
        ]
    return found
