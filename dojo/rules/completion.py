"""修了の判定: a rule as data, and its pure, versioned reading.

`{"version": 1, "units": 4, "late_minutes": 30, "partial_percent": 50, "make_ups": 1, "plan": true}` reads: four
units are attended, whoever comes more than 30 minutes late has attended in part, a part counts from
50 % of the time on, one unit may be made up in an extra session, and a plan is handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from dojo.rules.presence import ABSENT, LATE, PARTIAL, PRESENT

VERSION = 1
_FIELDS = {
    "version",
    "units",
    "late_minutes",
    "partial_percent",
    "make_ups",
    "plan",
    "grace_minutes",
}


class NotARule(ValueError):
    """The data are no completion rule; the text says why."""


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """`units` of the course must count. `grace_minutes`: arriving within is on time. `late_minutes`:
    later than that is judged by the time attended. `make_ups`: so many units may be made up.
    """

    units: int
    grace_minutes: int = 10
    late_minutes: int = 30
    partial_percent: int = 50
    make_ups: int = 1
    plan: bool = True
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Visit:
    """One attended (or missed) session: its unit's number, whether it was an extra one (補講),
    how it was marked, and of how many minutes.
    """

    unit: int
    mark: str
    minutes: int
    planned_minutes: int
    is_make_up: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What one unit came to. `why` is a code: see WHYS."""

    unit: int
    counts: bool
    why: str


# Why a unit counts or does not.
ATTENDED, LATE_COUNTS, PART_COUNTS, MADE_UP = "attended", "late", "part", "made_up"
TOO_SHORT, MISSED, NO_RECORD, TOO_MANY_MAKE_UPS = (
    "too_short",
    "missed",
    "no_record",
    "make_up_limit",
)
WHYS = (
    ATTENDED,
    LATE_COUNTS,
    PART_COUNTS,
    MADE_UP,
    TOO_SHORT,
    MISSED,
    NO_RECORD,
    TOO_MANY_MAKE_UPS,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict with every line that led to it; kept with the graduation."""

    is_complete: bool
    counted: int
    needed: int
    has_plan: bool
    needs_plan: bool
    lines: tuple[Line, ...]
    version: int

    def as_data(self) -> dict[str, Any]:
        """For the record (JSON)."""
        return asdict(self)


def parse(data: Mapping[str, Any], *, units: int) -> CompletionRule:
    """The rule of a course with so many units. Raises NotARule."""
    if unknown := set(data) - _FIELDS:
        raise NotARule(f"unknown: {sorted(unknown)}")
    if data.get("version") != VERSION:
        raise NotARule(f"version {data.get('version')} is not known")
    rule = CompletionRule(**data)
    if not 1 <= rule.units <= units:
        raise NotARule(f"{rule.units} of {units} units")
    if not 0 <= rule.grace_minutes <= rule.late_minutes:
        raise NotARule("the grace is longer than what counts as late")
    if not 0 < rule.partial_percent <= 100:
        raise NotARule("a part is between 1 and 100 percent")
    if not 0 <= rule.make_ups <= units:
        raise NotARule("make-ups beyond the units")
    return rule


def assess(
    rule: CompletionRule, *, units: Sequence[int], visits: Sequence[Visit], has_plan: bool
) -> Assessment:
    """修了の判定. The order of the visits does not matter; the best of each unit counts."""
    lines = []
    made_up = 0
    for unit in units:
        line = _unit(rule, unit, [visit for visit in visits if visit.unit == unit])
        if line.why == MADE_UP:
            made_up += 1
            if made_up > rule.make_ups:
                line = Line(unit, counts=False, why=TOO_MANY_MAKE_UPS)
        lines.append(line)
    counted = sum(line.counts for line in lines)
    return Assessment(
        is_complete=counted >= rule.units and (has_plan or not rule.plan),
        counted=counted,
        needed=rule.units,
        has_plan=has_plan,
        needs_plan=rule.plan,
        lines=tuple(lines),
        version=rule.version,
    )


def _unit(rule: CompletionRule, unit: int, visits: Sequence[Visit]) -> Line:
    regular = [_why(rule, visit) for visit in visits if not visit.is_make_up]
    best = next((why for why in (ATTENDED, LATE_COUNTS, PART_COUNTS) if why in regular), None)
    if best:
        return Line(unit, counts=True, why=best)
    extra = [_why(rule, visit) for visit in visits if visit.is_make_up]
    if any(why in (ATTENDED, LATE_COUNTS, PART_COUNTS) for why in extra):
        return Line(unit, counts=True, why=MADE_UP)
    if TOO_SHORT in (*regular, *extra):
        return Line(unit, counts=False, why=TOO_SHORT)
    return Line(unit, counts=False, why=MISSED if visits else NO_RECORD)


def _why(rule: CompletionRule, visit: Visit) -> str:
    if visit.mark == PRESENT:
        return ATTENDED
    if visit.mark == ABSENT:
        return MISSED
    lost = visit.planned_minutes - visit.minutes
    if visit.mark == LATE and lost <= rule.late_minutes:
        return LATE_COUNTS
    assert visit.mark in (LATE, PARTIAL)
    share = Fraction(visit.minutes, visit.planned_minutes or 1)
    return PART_COUNTS if share >= Fraction(rule.partial_percent, 100) else TOO_SHORT
