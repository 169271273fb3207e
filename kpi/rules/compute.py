"""All figures from facts: the one place that says, in plain Python, what every indicator comes to.

The portal's tables are filled by SQL, because there are millions of facts; tests hold both against
this, and `manage.py kpi_indicators` computes anybody's facts with it. Formulas and edge rules:
`kpi.indicators`; common rules R1 to R11: docs/kpi_facts.md.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from kpi.indicators import INDICATORS, Indicator, Kind, Once
from kpi.indicators.people import INVESTED
from kpi.indicators.ratios import FELT_EFFECT
from kpi.rules.figure import WARDS, Figure
from kpi.rules.firms import MERGED, Firms
from kpi.rules.matches import Match, new_matches
from kpi.rules.membership import Joined, changes
from kpi.rules.outcome import Completed, Invested, follow, share
from kpi.rules.ratios import felt_share
from kpi.rules.row import Row
from kpi.rules.told import told
from portal.kernel.clock import fiscal_year, fiscal_year_bounds

# What 1-OC and 2-OC are made of.
GRADUATED, REPLIED = "dojo.completed", "survey.answered"
INVESTMENTS = ("grant.submitted", "investment.reported")  # of a stage; of none
COMPLETED, EFFECT, FELT = "grant.completed", "grant.effect_answered", "felt"
# Beside an answer and a collaboration, to show them by it; counted by nothing.
EFFECT_KIND, PROCESS = "grant.effect_kind", "collab.process"

# (ward, fiscal year)
Place = tuple[int, int]


def compute(
    rows: Iterable[Row], *, as_of: dt.date, start: int, watermark: dt.datetime | None = None
) -> list[Figure]:
    """The figures that facts come to, by ward and year, as of a day and as known at the watermark.

    Facts and reversals are both cut at the watermark, so that a fact taken back later still counts.
    `start` is the programme's first fiscal year: what is cumulative begins there. A count is told for
    every ward and year, 0 included; a share only where there is a cohort.
    """
    facts = standing(rows, as_of=as_of, watermark=watermark)
    firms = Firms((row.firm, row.event_key) for row in facts if row.event_type == MERGED)
    years = _years(facts, as_of=as_of, start=start)
    figures = [
        figure
        for indicator in INDICATORS
        for figure in _counts(indicator, facts, firms, years, start)
    ]
    figures += _invested(facts, firms, as_of)
    figures += _felt(facts, firms)
    figures += told(facts, firms)
    return sorted(figures, key=lambda row: (row.indicator, row.period, row.ward_id))


def standing(
    rows: Iterable[Row], *, as_of: dt.date, watermark: dt.datetime | None = None
) -> list[Row]:
    """Facts that count, in the order of time: a fact and its reversal cancel out first (R2)."""
    known = [row for row in rows if watermark is None or row.recorded_at <= watermark]
    gone = {row.reverses for row in known if row.reverses is not None}
    facts = [
        row
        for row in known
        if row.reverses is None and row.number not in gone and row.occurred_on <= as_of
    ]
    return sorted(facts, key=lambda row: (row.occurred_on, row.number))


def counted(
    indicator: Indicator, facts: Sequence[Row], firms: Firms, start: int
) -> Iterator[tuple[Row, int]]:
    """The facts that the indicator counts, each with +1, or −1 for who left a stock."""
    own = [
        row
        for row in facts
        if row.event_type in indicator.event_types and indicator.stage in (None, row.stage)
    ]
    if indicator.kind == Kind.CUMULATIVE:
        own = [row for row in own if fiscal_year(row.occurred_on) >= start]
    yield from _ONCE[indicator.once](indicator, own, firms)


def _first(keyed: Callable[[Row, str], object]) -> Callable[..., Iterator[tuple[Row, int]]]:
    def found(indicator: Indicator, own: list[Row], firms: Firms) -> Iterator[tuple[Row, int]]:
        seen = set()
        for row in own:
            key = keyed(row, firms.key(indicator.firms_in_key, row.event_key))
            if key not in seen:
                seen.add(key)
                yield row, 1

    return found


def _members(indicator: Indicator, own: list[Row], firms: Firms) -> Iterator[tuple[Row, int]]:
    rows = (
        Joined(
            firms.key(indicator.firms_in_key, row.event_key),
            row.ward_id,
            row.occurred_on,
            joins=row.event_type == indicator.event_type,
        )
        for row in own
    )
    for ward, day, change in changes(rows):
        yield replace(own[0], ward_id=ward, occurred_on=day, part=""), change


def _matches(indicator: Indicator, own: list[Row], firms: Firms) -> Iterator[tuple[Row, int]]:
    rows = (
        Match(
            row.source,
            firms.key(indicator.firms_in_key, row.event_key),
            row.ward_id,
            row.occurred_on,
            row.part,
        )
        for row in own
    )
    for match in new_matches(rows):
        yield replace(own[0], ward_id=match.ward_id, occurred_on=match.on, part=match.part), 1


_ONCE: dict[Once, Callable[..., Iterator[tuple[Row, int]]]] = {
    Once.YEAR: _first(lambda row, key: (key, fiscal_year(row.occurred_on))),
    Once.EVER: _first(lambda row, key: key),
    Once.MEMBER: _members,
    Once.MATCH: _matches,
}


def _years(facts: Sequence[Row], *, as_of: dt.date, start: int) -> range:
    first = fiscal_year(facts[0].occurred_on) if facts else start
    return range(min(first, start), fiscal_year(as_of) + 1)


def _counts(
    indicator: Indicator, facts: Sequence[Row], firms: Firms, years: range, start: int
) -> Iterator[Figure]:
    """Of every ward and year; what goes on over the years stands on the years before."""
    found: Counter[Place] = Counter()
    for row, change in counted(indicator, facts, firms, start):
        found[row.ward_id, fiscal_year(row.occurred_on)] += change
    for ward in sorted({*WARDS, *(ward for ward, _year in found)}):
        value = 0
        for year in years:
            value = found[ward, year] + (value if indicator.goes_on else 0)
            yield Figure(indicator.code, ward, _april(year), Decimal(value), None, value)


def _invested(facts: Sequence[Row], firms: Firms, as_of: dt.date) -> Iterator[Figure]:
    """1-OC by the fiscal year of the first completion: firms that invested / firms a year has passed for."""
    numbers: dict[str, int] = {}

    def firm(row: Row) -> int:
        return numbers.setdefault(firms.of(row.firm), len(numbers))

    began = [
        Completed(firm(row), row.ward_id, row.occurred_on)
        for row in facts
        if row.event_type == GRADUATED and row.firm
    ]
    investments = [
        Invested(firm(row), row.occurred_on, row.stage)
        for row in facts
        if row.event_type in INVESTMENTS and row.firm
    ]
    cohorts = defaultdict(list)
    for followed in follow(began, investments):
        cohorts[followed.ward_id, fiscal_year(followed.completed_on)].append(followed)
    for (ward, year), cohort in cohorts.items():
        found = share(cohort, as_of=as_of)
        yield Figure(
            INVESTED.code,
            ward,
            _april(year),
            Decimal(found.invested),
            Decimal(found.matured),
            found.matured,
        )


def _felt(facts: Sequence[Row], firms: Firms) -> Iterator[Figure]:
    """2-OC by the fiscal year of the completion, in the ward of the firm's first one in it (R3).

    An application is completed once; what is answered of it is its firm's.
    """
    place: dict[tuple[str, int], int] = {}  # (firm, year) → ward
    whose: dict[str, tuple[str, int]] = {}  # application → (firm, year)
    for row in facts:
        if row.event_type == COMPLETED and row.event_key not in whose:
            whose[row.event_key] = firms.of(row.firm), fiscal_year(row.occurred_on)
            place.setdefault(whose[row.event_key], row.ward_id)
    answers = [
        (whose[row.event_key], row.part == FELT)
        for row in facts
        if row.event_type == EFFECT and row.event_key in whose
    ]
    for ward, year in sorted({(ward, year) for (_firm, year), ward in place.items()}):
        own = {key for key, at in place.items() if (at, key[1]) == (ward, year)}
        found = felt_share(own, answers)
        yield Figure(
            FELT_EFFECT.code,
            ward,
            _april(year),
            Decimal(found.felt),
            Decimal(found.answered),
            found.answered,
        )


def _april(year: int) -> dt.date:
    return fiscal_year_bounds(year)[0]
