"""The ratios 1-KGI, 1-KSI, 2-KGI and 2-OC of a year, made from sums; where there is none, why (R6, R7)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from django.conf import settings

from kpi.indicators import RATIOS, Ratio
from kpi.indicators.ratios import FELT, GAP, GROWTH, OTHERS, USERS
from kpi.models import Quotient
from kpi.rules.forecasts import ratio_chance
from kpi.rules.ratios import Sum, productivity_growth
from portal.kernel import clock


class State(Enum):
    """What can be said of a ratio."""

    TOLD = "told"
    SMALL = "small"  # 参考値: too few to judge by
    OPEN = "open"  # 集計中: the period runs
    EMPTY = "empty"  # —: nobody stands in the denominator
    MISSING = "missing"  # 利用できません: the period is over and nothing was entered
    NO_BASE = "no_base"  # 利用できません: no year to compare with


@dataclass(frozen=True, slots=True)
class Sums:
    """The rows of one code and period, added up over the wards asked for."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    n: int = 0
    completions: int | None = None  # 2-OC: of how many grants were completed
    sources: frozenset[str] = frozenset()
    as_of: dt.date | None = None
    rows: tuple[Quotient, ...] = ()

    def plus(self, row: Quotient) -> "Sums":
        """With one more ward; the oldest day counts as the day of all."""
        more = row.detail.get("completions")
        completions = self.completions if more is None else (self.completions or 0) + int(more)
        return Sums(
            self.numerator + row.numerator,
            self.denominator + row.denominator,
            self.n + row.n,
            completions,
            self.sources | ({row.source} if row.source else frozenset()),
            min(self.as_of, row.as_of) if self.as_of else row.as_of,
            (*self.rows, row),
        )

    @property
    def details(self) -> list[dict[str, Any]]:
        """What the rooms print beside, ward by ward."""
        return [row.detail for row in self.rows]

    @property
    def quotient(self) -> Fraction | None:
        if not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator)


@dataclass(frozen=True, slots=True)
class RatioValue:
    """One ratio: `value` in % or points, None with the reason in `state`. `period` is what it tells of.

    `sums` are numerator and denominator, by code where there are two sides (2-KGI), of the base year as
    well (1-KGI, under "base"). `chance` of reaching the target is told where answers are still open.
    """

    ratio: Ratio
    state: State
    value: Fraction | None = None
    period: dt.date | None = None
    base: dt.date | None = None
    chance: float | None = None
    sums: Mapping[str, Sums] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many answers, firms or establishments the value rests on."""
        return sum(found.n for code, found in self.sums.items() if code != "base")

    @property
    def is_judged(self) -> bool:
        """Whether it is compared with its target."""
        return self.state == State.TOLD and self.value is not None

    @property
    def is_reached(self) -> bool:
        return self.value is not None and self.value >= self.ratio.target

    @property
    def as_of(self) -> dt.date | None:
        """The day as of which it was counted, the oldest of its sums."""
        return min((found.as_of for found in self.sums.values() if found.as_of), default=None)

    @property
    def sources(self) -> list[str]:
        return sorted({text for found in self.sums.values() for text in found.sources})

    @property
    def completions(self) -> int | None:
        """2-OC: the grants completed, answered or not."""
        return next(iter(self.sums.values())).completions if self.sums else None


def ratios(*, fiscal_year: int, as_of: dt.date, ward_id: int | None) -> list[RatioValue]:
    """The four ratios as they stood at the end of that fiscal year or stand in it; one query."""
    found: dict[tuple[str, dt.date], Sums] = {}
    for row in _rows(fiscal_year, ward_id):
        key = (row.indicator, row.period)
        found[key] = found.get(key, Sums()).plus(row)
    return [_value(ratio, found, fiscal_year, as_of) for ratio in RATIOS]


def ward_ratios(*, fiscal_year: int, as_of: dt.date) -> dict[int, list[RatioValue]]:
    """Ward → its ratios, for files and tables; one query. Wards without a row have none."""
    wards: dict[int, dict[tuple[str, dt.date], Sums]] = defaultdict(dict)
    for row in _rows(fiscal_year, None):
        key = (row.indicator, row.period)
        wards[row.ward_id][key] = wards[row.ward_id].get(key, Sums()).plus(row)
    return {
        ward: [_value(ratio, found, fiscal_year, as_of) for ratio in RATIOS]
        for ward, found in sorted(wards.items())
    }


def _rows(fiscal_year: int, ward_id: int | None) -> Iterable[Quotient]:
    """Everything up to the year's end; there are few periods."""
    rows = Quotient.objects.filter(period__lte=clock.fiscal_year_bounds(fiscal_year)[1])
    return rows if ward_id is None else rows.filter(ward_id=ward_id)


def _value(
    ratio: Ratio, found: Mapping[tuple[str, dt.date], Sums], fiscal_year: int, as_of: dt.date
) -> RatioValue:
    first, last = clock.fiscal_year_bounds(fiscal_year)
    absent = State.OPEN if first <= as_of < last else State.MISSING
    if ratio.code == GROWTH:
        return _growth(ratio, found, absent)
    if ratio.code == GAP:
        return _gap(ratio, found, absent)
    periods = [period for code, period in found if code == ratio.code]
    if ratio.code == FELT:  # of the fiscal year itself
        periods = [period for period in periods if period == first]
    if not periods:
        return RatioValue(ratio, absent)
    period = max(periods)
    sums = found[ratio.code, period]
    value = None if sums.quotient is None else 100 * sums.quotient
    return RatioValue(
        ratio,
        _state(ratio, value, sums.n),
        value,
        period,
        chance=_chance(ratio, sums) if as_of < last else None,
        sums={ratio.code: sums},
    )


def _growth(ratio: Ratio, found: Mapping[tuple[str, dt.date], Sums], absent: State) -> RatioValue:
    """1-KGI: the newest year against the one before the programme."""
    base = dt.date(settings.PROGRAMME_START_FY - 1, 1, 1)
    periods = [period for code, period in found if code == GROWTH and period > base]
    if not periods:
        return RatioValue(ratio, absent, base=base)
    period = max(periods)
    sums = {GROWTH: found[GROWTH, period]}
    if (GROWTH, base) not in found:
        return RatioValue(ratio, State.NO_BASE, period=period, base=base, sums=sums)
    sums["base"] = found[GROWTH, base]
    value = productivity_growth(_sum(sums["base"]), _sum(sums[GROWTH]))
    state = _state(ratio, value, sums[GROWTH].n)
    return RatioValue(ratio, state, value, period, base, sums=sums)


def _gap(ratio: Ratio, found: Mapping[tuple[str, dt.date], Sums], absent: State) -> RatioValue:
    """2-KGI: the newest year of completion of which both sides are known."""
    periods = {period for code, period in found if code == USERS}
    periods &= {period for code, period in found if code == OTHERS}
    if not periods:
        return RatioValue(ratio, absent)
    period = max(periods)
    sums = {code: found[code, period] for code in (USERS, OTHERS)}
    users, others = (side.quotient for side in sums.values())
    value = None if users is None or others is None else users - others
    smaller = min(side.n for side in sums.values())
    return RatioValue(ratio, _state(ratio, value, smaller), value, period, sums=sums)


def _state(ratio: Ratio, value: Fraction | None, n: int) -> State:
    if value is None:
        return State.EMPTY
    return State.SMALL if n < ratio.smallest else State.TOLD


def _sum(found: Sums) -> Sum:
    return Sum(found.numerator, found.denominator)


def _chance(ratio: Ratio, sums: Sums) -> float | None:
    """Of 2-OC, while firms whose grants were completed have yet to answer."""
    if ratio.code != FELT or sums.completions is None:
        return None
    tried = int(sums.denominator)
    return ratio_chance(
        hits=int(sums.numerator),
        tried=tried,
        left=max(0, sums.completions - tried),
        target=Fraction(ratio.target, 100),
    )
