"""1-KGI, 1-KSI and 2-KGI from rows of a facts file: statistics, answers, accounts (docs/kpi_facts.md).

In the portal the rooms of statistics and surveys keep these, and write the same sums as `Quotient` rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from kpi.indicators.ratios import GROWTH, OTHERS, SURVEY, USERS
from kpi.rules.closed_years import compared
from kpi.rules.figure import Figure, stored
from kpi.rules.firms import Firms
from kpi.rules.ratios import Answer, Side, Weighted, growth_gap, survey_share
from kpi.rules.row import Row
from portal.kernel.clock import fiscal_year, fiscal_year_bounds

STATISTIC, RESPONSE, ACCOUNTS = "stat.series", "survey.response", "firm.financials"
DECIDED, REFUSED, COMPLETED = "grant.decided", "grant.refused", "grant.completed"


def told(facts: Sequence[Row], firms: Firms) -> Iterator[Figure]:
    """What standing facts come to, by ward and year (or wave)."""
    yield from _productivity(facts)
    yield from _survey(facts, firms)
    yield from _growth(facts, firms)


def _productivity(facts: Sequence[Row]) -> Iterator[Figure]:
    """1-KGI: 付加価値額 千円 / 従業者数 人 of each year of the statistic."""
    sums: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in facts:
        if row.event_type == STATISTIC:
            sums[row.ward_id, row.occurred_on.year].append(row)
    for (ward, year), rows in sums.items():
        added = sum((row.quantity for row in rows), Decimal(0))
        people = sum((row.employees or Decimal(0) for row in rows), Decimal(0))
        yield Figure(GROWTH, ward, dt.date(year, 1, 1), added, people, len(rows))


def _survey(facts: Sequence[Row], firms: Firms) -> Iterator[Figure]:
    """1-KSI of each wave (its first day is the key), in the ward of a firm's last answer."""
    waves: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in sorted(facts, key=lambda row: (row.recorded_at, row.number)):
        if row.event_type == RESPONSE:
            waves[row.event_key][firms.of(row.firm)] = row
    for wave, last in waves.items():
        wards: dict[int, list[Answer]] = defaultdict(list)
        for firm, row in last.items():
            weight = Fraction(1 if row.weight is None else row.weight)
            wards[row.ward_id].append(Answer(firm, weight, row.part, row.recorded_at))
        for ward, answers in wards.items():
            found: Weighted = survey_share(answers)
            yield Figure(
                SURVEY,
                ward,
                dt.date.fromisoformat(wave),
                stored(found.positive),
                stored(found.valid),
                found.n,
            )


def _growth(facts: Sequence[Row], firms: Firms) -> Iterator[Figure]:
    """2-KGI: Σ winsorised growth in % / firms, of users and of others, by the fiscal year of completion."""
    years: dict[str, dict[dt.date, int]] = defaultdict(dict)
    home: dict[str, int] = {}
    granted: dict[str, list[Row]] = defaultdict(list)  # the decisions of each firm
    done: dict[str, Row] = {}  # by application
    out: set[str] = set()
    for row in facts:
        firm = firms.of(row.firm)
        if row.event_type == ACCOUNTS:
            years[firm][row.occurred_on] = int(row.quantity)
            home[firm] = row.ward_id
        elif row.event_type == DECIDED:
            granted[firm].append(row)
        elif row.event_type == REFUSED:
            out.add(firm)
        elif row.event_type == COMPLETED:
            done[row.event_key] = row
    cohorts: dict[int, list[tuple[str, Row, Row]]] = defaultdict(list)
    for firm, decisions in granted.items():
        # The facts stand in the order of time: the first grant that was completed.
        decided = next((row for row in decisions if row.event_key in done), None)
        if decided is not None:
            completed = done[decided.event_key]
            cohorts[fiscal_year(completed.occurred_on)].append((firm, decided, completed))
    for year, cohort in cohorts.items():
        users = [
            compared(
                years[firm],
                before=decided.occurred_on,
                after=completed.occurred_on,
                ward_id=completed.ward_id,
            )
            for firm, decided, completed in cohort
            if firm in years
        ]
        first, last = fiscal_year_bounds(year)
        others = [
            compared(each, before=first, after=last, ward_id=home[firm])
            for firm, each in years.items()
            if firm not in granted and firm not in out
        ]
        gap = growth_gap(
            [growth for growth in users if growth], [growth for growth in others if growth]
        )
        yield from _sides(USERS, gap.users, first)
        yield from _sides(OTHERS, gap.others, first)


def _sides(code: str, side: Side, period: dt.date) -> Iterator[Figure]:
    for ward, (total, count) in side.wards.items():
        yield Figure(code, ward, period, stored(total), Decimal(count), count)
