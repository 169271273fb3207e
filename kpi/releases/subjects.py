"""What the pages call an indicator: its name, its unit, and how a value is read from the columns."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils.functional import Promise

from kpi.indicators import INDICATORS, INVESTED, RATIOS, Indicator, Outcome, Quality, Ratio
from kpi.indicators.ratios import GAP, GROWTH, OTHERS, USERS
from kpi.releases.rules import Column, Kind, Reading, read
from kpi.rules import productivity_growth
from kpi.rules.ratios import Sum

Columns = Mapping[tuple[str, dt.date], Column]
SIDES = (USERS, OTHERS)
# What a year's figure stands on are the years before: their difference is the count of a year.
GO_ON = frozenset(row.code for row in INDICATORS if row.goes_on)


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the policy's indicators. `definition` is where its words and its version stand."""

    definition: Indicator | Outcome | Ratio
    kind: Kind

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def name(self) -> str | Promise:
        return self.definition.name

    @property
    def version(self) -> int:
        return self.definition.version

    @property
    def quality(self) -> Quality:
        return self.definition.quality

    @property
    def measure(self) -> int:
        """The policy's measure, 1 to 3."""
        return int(self.code[0])

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its columns."""
        return SIDES if self.code == GAP else (self.code,)

    @property
    def unit_text(self) -> str:
        """The word behind a figure that is no count of ours."""
        return self.unit(2)

    @property
    def unit(self) -> Callable[[object], str]:
        """The word behind a value."""
        if isinstance(self.definition, Indicator):
            word = self.definition.unit
            return lambda value: word(int(Decimal(str(value))))
        text = str(self.definition.unit) if isinstance(self.definition, Ratio) else "%"
        return lambda _value: text

    def target(self, fiscal_year: int) -> int:
        """The policy's figure of all wards together; 0 where there is none for that year."""
        found = self.definition
        if isinstance(found, Indicator):
            return found.target_of(fiscal_year)
        return found.target

    def periods(self, columns: Columns) -> list[dt.date]:
        """The periods with a column, the newest last."""
        return sorted({period for code, period in columns if code == self.codes[0]})

    def reading(self, columns: Columns, period: dt.date, place: int) -> Reading:
        """The value of a ward (or of all, the 24th place) in a period."""
        if self.code == GAP:
            return _gap(columns, period, place)
        now = _at(columns, self.code, period, place, self.kind)
        if self.code == GROWTH:
            return _growth(columns, now, place)
        return now


@cache
def subjects() -> tuple[Subject, ...]:
    """All indicators of the policy, in the order of its measures."""
    found = [
        *(Subject(item, Kind.COUNT) for item in INDICATORS),
        Subject(INVESTED, Kind.PERCENT),
        *(
            Subject(item, Kind.QUOTIENT if item.code in (GROWTH, GAP) else Kind.PERCENT)
            for item in RATIOS
        ),
    ]
    level = {"KGI": 0, "KSI": 1, "OC": 2}
    order = {subject.code: n for n, subject in enumerate(found)}

    def place(subject: Subject) -> tuple[int, int, int]:
        return (subject.measure, level.get(subject.code[2:], 3), order[subject.code])

    return tuple(sorted(found, key=place))


def subject_of(code: str) -> Subject | None:
    """The indicator of that code; of a part or level the indicator it stands beside."""
    whole = code.split("/", maxsplit=1)[0]
    return next((subject for subject in subjects() if subject.code == whole), None)


def definitions() -> dict[str, int]:
    """Indicator → version of its definition, as it is counted today."""
    return {subject.code: subject.version for subject in subjects()}


def _at(columns: Columns, code: str, period: dt.date, place: int, kind: Kind) -> Reading:
    column = columns.get((code, period))
    if column is None:
        return read(kind, None, None)
    return read(
        kind,
        column.numerators[place],
        column.denominators[place] if column.denominators is not None else None,
        column.ns[place],
        is_hidden=bool(column.hidden) and column.hidden[place],
    )


def _growth(columns: Columns, now: Reading, place: int) -> Reading:
    """1-KGI: growth against the year before the programme, in %."""
    base_year = dt.date(settings.PROGRAMME_START_FY - 1, 1, 1)
    base = _at(columns, GROWTH, base_year, place, Kind.QUOTIENT)
    if now.is_hidden or base.is_hidden:
        return read(Kind.QUOTIENT, None, None, is_hidden=True)
    grown = None
    if now.denominator and base.denominator:
        grown = productivity_growth(
            Sum(base.numerator or 0, base.denominator), Sum(now.numerator or 0, now.denominator)
        )
    value = None if grown is None else Decimal(grown.numerator) / Decimal(grown.denominator)
    return Reading(value, Kind.QUOTIENT, now.numerator, now.denominator, now.n)


def _gap(columns: Columns, period: dt.date, place: int) -> Reading:
    """2-KGI: the mean growth of users less that of others, in points."""
    users, others = (_at(columns, code, period, place, Kind.QUOTIENT) for code in SIDES)
    if users.is_hidden or others.is_hidden:
        return read(Kind.QUOTIENT, None, None, is_hidden=True)
    if users.value is None or others.value is None:
        return Reading(None, Kind.QUOTIENT)
    n = (users.n or 0) + (others.n or 0)
    return Reading(users.value - others.value, Kind.QUOTIENT, n=n)
