"""Vendors as applications name them: the list of a year, and one vendor's cases."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Max

from portal.kernel.actor import Actor
from subsidies.models import Application, ExpenseLine
from subsidies.policies import visible_applications
from subsidies.watch import policies
from subsidies.watch.models import Finding, Trace
from subsidies.watch.rules import clusters, names
from subsidies.watch.rules.limits import Limits, thawed

MOST_VENDORS = 100
MOST_CASES = 200
# Vendors of the picture besides the one in question.
MOST_COMPANIONS = 7


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor of the list. `of` counts the firms that applied in the year (to the same ward)."""

    key: str
    name: str
    firms: int
    applications: int
    of: int
    is_cluster: bool

    @property
    def share(self) -> Fraction:
        return clusters.share(self.firms, self.of)


@dataclass(frozen=True, slots=True)
class Case:
    """An application that names the vendor. `yen`: what it orders from it (円, 税抜)."""

    application: Application
    yen: int
    companions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One vendor with its cases; `companions` are vendors named beside it, with how many firms.
    `told`: by which limits a finding says that many name it, None where there is no finding."""

    key: str
    name: str
    cases: tuple[Case, ...]
    firms: int
    companions: tuple[tuple[str, str, int], ...]
    told: Limits | None

    @property
    def yen(self) -> int:
        return sum(case.yen for case in self.cases)


def years(actor: Actor) -> list[int]:
    """Fiscal years with something to compare, the newest first."""
    rows = policies.visible_traces(actor).filter(kind=Trace.Kind.FIRM).order_by()
    return sorted(rows.values_list("fiscal_year", flat=True).distinct(), reverse=True)


def year_of(known: Sequence[int], asked: int | None) -> int | None:
    """The one of `years` that is shown: the one asked for if it is there, else the newest."""
    return asked if asked in known else (known[0] if known else None)


def vendor_lines(actor: Actor, fiscal_year: int) -> list[VendorLine]:
    """Vendors named by two firms or more, those with the most firms first. Three queries.

    `is_cluster`: in some call so many name it that the officials were told.
    """
    rows = policies.visible_traces(actor).filter(fiscal_year=fiscal_year).order_by()
    of = rows.filter(kind=Trace.Kind.FIRM).values("firm").distinct().count()
    found = (
        rows.filter(kind=Trace.Kind.VENDOR)
        .values("key")
        .annotate(
            name=Max("label"),
            firms=Count("firm", distinct=True),
            applications=Count("application", distinct=True),
        )
        .filter(firms__gte=2)
        .order_by("-firms", "name")[:MOST_VENDORS]
    )
    told = policies.visible_findings(actor).filter(kind=Finding.Kind.VENDOR)
    keys = set(told.order_by().values_list("subject", flat=True).distinct())
    return [VendorLine(**row, of=of, is_cluster=row["key"] in keys) for row in found]


def cluster(actor: Actor, key: str) -> Cluster | None:
    """One vendor's cases that the actor may see, or None where there are none. Five queries."""
    rows = policies.visible_traces(actor).filter(kind=Trace.Kind.VENDOR, key=key)
    traced = list(rows.order_by("-application_id")[:MOST_CASES])
    if not traced:
        return None
    ids = [row.application_id for row in traced]
    seen = visible_applications(actor).filter(pk__in=ids).select_related("ward")
    applications = seen.defer("answers", "eligibility", "expense_input", "history").order_by("-pk")
    orders: dict[int, int] = Counter()
    companions: dict[int, dict[str, str]] = defaultdict(dict)
    for line in ExpenseLine.objects.filter(application__in=ids).order_by("position"):
        other = names.name_key(line.vendor)
        if other == key:
            orders[line.application_id] += line.unit_price * line.quantity
        elif line.vendor:
            companions[line.application_id][other] = line.vendor
    cases = tuple(
        Case(item, orders[item.pk], tuple(companions[item.pk].values())) for item in applications
    )
    beside: dict[str, set[int]] = defaultdict(set)
    named: dict[str, str] = {}
    for case in cases:
        for other, name in companions[case.application.pk].items():
            beside[other].add(case.application.firm_id)
            named.setdefault(other, name)
    most = sorted(beside, key=lambda other: (-len(beside[other]), named[other]))
    return Cluster(
        key,
        traced[0].label,
        cases,
        len({case.application.firm_id for case in cases}),
        tuple((other, named[other], len(beside[other])) for other in most[:MOST_COMPANIONS]),
        _told(actor, key),
    )


def _told(actor: Actor, key: str) -> Limits | None:
    rows = policies.visible_findings(actor).filter(kind=Finding.Kind.VENDOR, subject=key)
    found = rows.order_by("-id").first()
    return thawed(found.evidence) if found else None
