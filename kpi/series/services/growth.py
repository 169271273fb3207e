"""2-KGI, descriptive: the growth of value added of users and of firms without a grant, by completion fiscal year."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_noop

from kpi.indicators.ratios import OTHERS, USERS
from kpi.models import Quotient
from kpi.rules import Growth, growth_gap
from kpi.rules.closed_years import Years
from kpi.rules.figure import stored
from kpi.rules.ratios import Side, winsorised
from kpi.series import selectors
from kpi.series.rules.growth import Granted, compared_other, compared_user
from kpi.services import Counted, quotients_write
from portal.kernel import clock
from programs.models import Firm
from programs.rules import size_model
from subsidies import grant_states
from subsidies.models import Decision, Grant

# As stored; pages say it in the reader's language.
SOURCE = gettext_noop("補助金の効果報告と企業の決算")
YEARS_BACK = 8


def growth_write(*, as_of: dt.date) -> list[Quotient]:
    """Count both sides of every fiscal year in which a grant was completed anew; returns what changed. By the system.

    Refused applicants are on no side; how many there are, how many firms had nothing to grow from, and how
    many users still wait for their year after, stands in `detail`. A grant that was revoked makes no user.
    """
    years, wards = _years(as_of)
    classes = _classes(years)
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
        if not ours:
            continue
        told = [(grant, compared_user(years.get(grant.firm_id, {}), grant)) for grant in ours]
        rest = [
            (firm, growth)
            for firm, each in years.items()
            if firm not in ever and (growth := compared_other(each, year, wards[firm]))
        ]
        our_growth = [growth for _grant, growth in told if growth]
        their_growth = [growth for firm, growth in rest if firm not in refused]
        gap = growth_gap(our_growth, their_growth)
        each = winsorised(our_growth, their_growth)
        our_classes = [
            (f"stage:{grant.stage}", *classes.get(grant.firm_id, ()))
            for grant, growth in told
            if growth
        ]
        their_classes = [classes.get(firm, ()) for firm, _growth in rest if firm not in refused]
        pending = Counter(grant.ward_id for grant, growth in told if growth is None)
        turned_down = Counter(growth.ward_id for firm, growth in rest if firm in refused)
        users += _counted(
            gap.users,
            year,
            {"pending": pending, "without_base": _without_base(our_growth)},
            _grouped(our_growth, each[0], our_classes),
        )
        others += _counted(
            gap.others,
            year,
            {"refused": turned_down, "without_base": _without_base(their_growth)},
            _grouped(their_growth, each[1], their_classes),
        )
    days = [dt.date(year, 4, 1) for year in periods]
    changed = quotients_write(indicator=USERS, periods=days, rows=users, as_of=as_of)
    return changed + quotients_write(indicator=OTHERS, periods=days, rows=others, as_of=as_of)


def _without_base(rows: Iterable[Growth]) -> Counter[int]:
    """Firms by ward that had no value added to grow from: in no mean."""
    return Counter(row.ward_id for row in rows if row.percent is None)


# Ward → class ("size:B") → Σ of its firms' growth, and how many they are.
Groups = Mapping[int, Mapping[str, tuple[Fraction, int]]]


def _grouped(
    rows: Iterable[Growth],
    percents: Iterable[Fraction | None],
    classes: Iterable[Sequence[str]],
) -> Groups:
    """What `kpi.gaps` shows 2-KGI by; firms without a base are in no class either."""
    found: dict[int, dict[str, tuple[Fraction, int]]] = defaultdict(dict)
    for row, percent, names in zip(rows, percents, classes, strict=True):
        for name in names if percent is not None else ():
            total, n = found[row.ward_id].get(name, (Fraction(0), 0))
            found[row.ward_id][name] = total + (percent or 0), n + 1
    return found


def _classes(firms: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Firm → its size class and industry, as they are today."""
    rows = Firm.objects.filter(pk__in=firms).values_list("pk", "employees", "jsic")
    return {
        pk: (f"size:{size_model(employees)}", f"industry:{jsic}") for pk, employees, jsic in rows
    }


def _counted(
    side: Side, year: int, apart: Mapping[str, Counter[int]], groups: Groups
) -> list[Counted]:
    """A row for each ward that has a firm on this side, or one that is counted `apart` from its mean."""
    places = side.wards.keys() | {ward for counts in apart.values() for ward in counts}
    return [
        Counted(
            ward_id=ward,
            period=dt.date(year, 4, 1),
            numerator=stored(total),
            denominator=Decimal(count),
            n=count,
            detail={
                "formula": "A",
                **{name: counts[ward] for name, counts in apart.items()},
                "groups": {
                    name: [str(stored(total)), n]
                    for name, (total, n) in sorted(groups.get(ward, {}).items())
                },
            },
            source=SOURCE,
        )
        for ward in sorted(places)
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
        Granted(firm, ward, decided, completed, stage)
        for firm, ward, decided, completed, stage in rows.values_list(
            "firm_id", "ward_id", "decided_on", "completed_on", "application__stage"
        )
        if completed is not None
    ]


def _ever_granted() -> set[int]:
    """Firms with a grant that was not taken back before anything happened: none of them is a non-user."""
    rows = Grant.objects.exclude(status__in=[grant_states.WITHDRAWN])
    return set(rows.values_list("firm_id", flat=True).distinct())


def _refused() -> set[int]:
    """Firms whose application was rejected: a group of their own."""
    rows = Decision.objects.filter(outcome=Decision.Outcome.REFUSE, approved_at__isnull=False)
    return set(rows.values_list("application__firm_id", flat=True).distinct())
