"""What was put in by ward and fiscal year: money of the grants' and fees' ledgers, people, seats, machines.

Sums alone leave this place; they are read under the system's row visibility, because policy staff and
officials of other wards see figures of all wards and no single case.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, Count, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncMonth

from advisors.claims.models import Claim
from advisors.claims.states import DECIDED, PAID
from advisors.models import Visit
from advisors.states import ACCEPTED
from dojo.models import Cohort
from dojo.states import CANCELLED, DRAFT
from kpi.models import Cell, ProcessCell
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import grant_states
from subsidies.models import Application, Call, Decision, Grant

ENDED = (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED)
STAGES = (1, 2, 3)
LAB_USE, LAB_VISITS = "lab-use", "3-KSI"
OUTPUTS = ("1-OP1", "1-OP2", "1-OP3", LAB_VISITS)


@dataclass(frozen=True, slots=True)
class Given:
    """Of one fiscal year, of a ward or of all. A name that is missing counts 0.

    budget_N, spent_N (決定), paid_N in 円; asked_N, grants_N; granted_N, eligible_N in 円 by stage N;
    advisors (people who visited), fees and fees_paid in 円; seats_dojo, seats_leader; lab_minutes (that
    machines could be used), lab_used, lab_months; the outputs by their code, "lab" the visits of the months
    of which the hours are on record.
    """

    year: int
    numbers: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.numbers.get(name, 0)

    @property
    def lab_hours(self) -> int:
        return self["lab_minutes"] // 60


def given(
    actor: Actor, *, first: int, last: int, ward_id: int | None
) -> tuple[dict[int, Given], dict[int, Given]]:
    """(of the ward, of all wards), each by fiscal year."""
    own: dict[int, Counter[str]] = defaultdict(Counter)
    everywhere: dict[int, Counter[str]] = defaultdict(Counter)
    keys: dict[tuple[bool, int, str], set[object]] = defaultdict(set)
    years = range(first, last + 1)
    with acting(actor.elevated()):
        for ward, year, name, value in _rows(first, last):
            everywhere[year][name] += value
            if ward == ward_id:
                own[year][name] += value
        for ward, year, name, key in _distinct(first, last):
            keys[False, year, name].add(key)
            if ward == ward_id:
                keys[True, year, name].add(key)
    for (is_own, year, name), found in keys.items():
        (own if is_own else everywhere)[year][name] = len(found)
    whole = {year: Given(year, everywhere[year]) for year in years}
    if ward_id is None:
        return whole, whole
    return {year: Given(year, own[year]) for year in years}, whole


_Row = tuple[int, int, str, int]


def _rows(first: int, last: int) -> Iterable[_Row]:
    """(ward, fiscal year, name, value)."""
    yield from _money(first, last)
    yield from _fees(first, last)
    yield from _seats(first, last)
    yield from _months(first, last)


def _money(first: int, last: int) -> Iterable[_Row]:
    calls = Call.objects.filter(fiscal_year__range=(first, last))
    for ward, year, stage, budget, spent, paid in calls.values_list(
        "ward_id", "fiscal_year", "version__scheme__stage"
    ).annotate(Sum("budget_yen"), Sum("committed_yen"), Sum("paid_yen")):
        yield ward, year, f"budget_{stage}", budget
        yield ward, year, f"spent_{stage}", spent
        yield ward, year, f"paid_{stage}", paid
    asked = Application.objects.filter(
        submitted_at__isnull=False, call__fiscal_year__range=(first, last)
    )
    for ward, year, stage, count in asked.values_list(
        "ward_id", "call__fiscal_year", "call__version__scheme__stage"
    ).annotate(Count("id")):
        yield ward, year, f"asked_{stage}", count
    grants = Grant.objects.filter(call__fiscal_year__range=(first, last)).exclude(status__in=ENDED)
    for ward, year, stage, count, yen in grants.values_list(
        "ward_id", "call__fiscal_year", "call__version__scheme__stage"
    ).annotate(Count("id"), Sum("decided_yen")):
        yield ward, year, f"grants_{stage}", count
        yield ward, year, f"granted_{stage}", yen
    # 補助対象経費 stands inside the frozen calculation of each decision.
    decisions = Decision.objects.filter(
        application__grant__isnull=False, application__call__fiscal_year__range=(first, last)
    ).exclude(application__grant__status__in=ENDED)
    eligible = Cast(KeyTextTransform("eligible_yen", "calculation"), BigIntegerField())
    for ward, year, stage, yen in decisions.values_list(
        "application__ward_id",
        "application__call__fiscal_year",
        "application__call__version__scheme__stage",
    ).annotate(yen=Sum(eligible)):
        yield ward, year, f"eligible_{stage}", yen or 0


def _fees(first: int, last: int) -> Iterable[_Row]:
    """謝金 and 交通費 of advisors that were approved, and paid, by the month they were earned in."""
    rows = Claim.objects.filter(status__in=DECIDED, month__range=_days(first, last))
    for ward, month, status, fee, travel in rows.values_list("ward_id", "month", "status").annotate(
        Sum("fee_yen"), Sum("travel_yen")
    ):
        yield ward, clock.fiscal_year(month), "fees", fee + travel
        if status == PAID:
            yield ward, clock.fiscal_year(month), "fees_paid", fee + travel


def _seats(first: int, last: int) -> Iterable[_Row]:
    rows = Cohort.objects.filter(fiscal_year__range=(first, last))
    for ward, year, course, seats in (
        rows.exclude(status__in=(DRAFT, CANCELLED))
        .order_by()
        .values_list("ward_id", "fiscal_year", "course__code")
        .annotate(Sum("capacity"))
    ):
        yield ward, year, f"seats_{course}", seats


def _months(first: int, last: int) -> Iterable[_Row]:
    """Outputs, and the lab's hours; only months with hours count for its visits."""
    days = _days(first, last)
    hours = ProcessCell.objects.filter(code=LAB_USE, month__range=days)
    could = {}
    for ward, month, used, minutes in hours.values_list("ward_id", "month").annotate(
        Sum("numerator"), Sum("denominator")
    ):
        year = clock.fiscal_year(month)
        could[ward, month] = minutes
        yield ward, year, "lab_used", used
        yield ward, year, "lab_minutes", minutes
    cells = Cell.objects.filter(indicator__in=OUTPUTS, month__range=days)
    for ward, month, code, value in cells.values_list("ward_id", "month", "indicator").annotate(
        Sum("value")
    ):
        yield ward, clock.fiscal_year(month), code, value
        if code == LAB_VISITS and could.get((ward, month)):
            yield ward, clock.fiscal_year(month), "lab", value


def _distinct(first: int, last: int) -> Iterable[tuple[int, int, str, object]]:
    """(ward, fiscal year, name, what is counted once): advisors with an accepted visit, the lab's months."""
    begin, end = _days(first, last)
    rows = Visit.objects.filter(
        status=ACCEPTED,
        starts_at__gte=clock.midnight(begin),
        starts_at__lt=clock.midnight(end + dt.timedelta(days=1)),
    )
    visits = rows.order_by().values_list("ward_id", TruncMonth("starts_at"), "advisor_id")
    for ward, month, who in visits.distinct():
        yield ward, clock.fiscal_year(clock.to_date(month)), "advisors", who
    hours = ProcessCell.objects.filter(code=LAB_USE, month__range=(begin, end))
    for ward, month in hours.order_by().values_list("ward_id", "month").distinct():
        yield ward, clock.fiscal_year(month), "lab_months", month


def _days(first: int, last: int) -> tuple[dt.date, dt.date]:
    return clock.fiscal_year_bounds(first)[0], clock.fiscal_year_bounds(last)[1]
