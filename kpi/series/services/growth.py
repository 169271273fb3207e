"""2-KGI, descriptive: the growth of value added of users and of firms without a grant, by completion fiscal year."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

from kpi.models import Quotient
from kpi.rules import growth_gap
from kpi.rules.ratios import Side
from kpi.series import selectors
from kpi.series.rules.growth import Granted, Years, compared_other, compared_user
from kpi.services import Counted, quotients_write
from portal.kernel import clock
from subsidies import grant_states
from subsidies.models import Decision, Grant

USERS, OTHERS = "2-KGI/users", "2-KGI/others"
SOURCE = "補助金の効果報告と企業の決算"
YEARS_BACK = 8
PLACES = Decimal("0.0001")


def growth_write(*, as_of: dt.date) -> list[Quotient]:
    """Count both sides of every fiscal year in which a grant was completed anew; returns what changed. By the system.

    Rejected applicants are on no side; how many there are, and how many users still wait for their year
    after, stands in `detail`. A grant that was revoked makes no user.
    """
    years, wards = _years(as_of)
    grants = _first_grants()
    granted, refused = {grant.firm_id for grant in grants}, _refused()
    by_year: dict[int, list[Granted]] = defaultdict(list)
    for grant in grants:
        by_year[grant.fiscal_year].append(grant)
    this_year = clock.fiscal_year(as_of)
    periods = range(this_year - YEARS_BACK, this_year + 1)
    ever = granted | _ever_granted()
    users: list[Counted] = []
    others: list[Counted] = []
    for year in periods:
        ours = by_year.get(year, [])
        told = [(grant, compared_user(years.get(grant.firm_id, {}), grant)) for grant in ours]
        theirs = [
            compared_other(each, year, wards[firm])
            for firm, each in years.items()
            if firm not in ever and firm not in refused
        ]
        if not ours:
            continue
        gap = growth_gap(
            [growth for _grant, growth in told if growth], [row for row in theirs if row]
        )
        pending = Counter(grant.ward_id for grant, growth in told if growth is None)
        users += _counted(gap.users, year, pending)
        others += _counted(gap.others, year, Counter())
    days = [dt.date(year, 4, 1) for year in periods]
    changed = quotients_write(indicator=USERS, periods=days, rows=users, as_of=as_of)
    return changed + quotients_write(indicator=OTHERS, periods=days, rows=others, as_of=as_of)


def _counted(side: Side, year: int, pending: Counter[int]) -> list[Counted]:
    """A row for each ward that has a firm on this side, pending ones included."""
    return [
        Counted(
            ward_id=ward,
            period=dt.date(year, 4, 1),
            numerator=(Decimal(total.numerator) / Decimal(total.denominator)).quantize(PLACES),
            denominator=Decimal(count),
            n=count,
            detail={"pending": pending[ward], "formula": "A"},
            source=SOURCE,
        )
        for ward in sorted(side.wards.keys() | pending.keys())
        for total, count in [side.wards.get(ward, (Fraction(0), 0))]
    ]


def _years(as_of: dt.date) -> tuple[dict[int, Years], dict[int, int]]:
    """Firm → its closed years, and the ward of the newest of them."""
    found: dict[int, dict[dt.date, int | None]] = defaultdict(dict)
    wards = {}
    first = dt.date(as_of.year - YEARS_BACK - 3, 1, 1)
    for row in selectors.closed_years(first=first, last=as_of):
        found[row.firm_id][row.ends] = row.added.get("A")
        wards[row.firm_id] = row.ward_id
    return dict(found), wards


def _first_grants() -> list[Granted]:
    """The first settled grant of each firm whose project has ended."""
    rows = (
        Grant.objects.filter(
            status__in=grant_states.SETTLED, final_yen__isnull=False, completed_on__isnull=False
        )
        .order_by("firm_id", "decided_on", "pk")
        .distinct("firm_id")
    )
    return [
        Granted(firm, ward, decided, completed)
        for firm, ward, decided, completed in rows.values_list(
            "firm_id", "ward_id", "decided_on", "completed_on"
        )
    ]


def _ever_granted() -> set[int]:
    """Firms with a grant that was not taken back before anything happened: none of them is a non-user."""
    rows = Grant.objects.exclude(status__in=[grant_states.WITHDRAWN])
    return set(rows.values_list("firm_id", flat=True).distinct())


def _refused() -> set[int]:
    """Firms whose application was rejected: a group of their own."""
    rows = Decision.objects.filter(outcome=Decision.Outcome.REFUSE, approved_at__isnull=False)
    return set(rows.values_list("application__firm_id", flat=True).distinct())
