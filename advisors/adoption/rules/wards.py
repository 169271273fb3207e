"""Figures of many firms without telling on one of them: counts, share at target, the median curve.

A cell is told where it is empty or stands for 3 firms or more (domain.md D6, as advisors.rules.barriers),
and where no subtraction of told cells would lead to one of fewer.
A firm with several tools is one voice of the curve: the mean of its tools in that week.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from advisors.adoption.rules.weeks import GREEN, RED, YELLOW
from advisors.rules.barriers import FEWEST

# Half a year: what is compared of all firms.
CURVE_WEEKS = 26


@dataclass(frozen=True, slots=True)
class ToolFact:
    """One tool as it is counted. `use` is in whole %, None before four weeks are recorded."""

    key: str
    firm: int
    light: str
    is_judged: bool
    at_target: bool
    is_stopped: bool
    patterns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One ward. None is withheld; `percent` is the share at target of those in use for 3 months."""

    key: str
    firms: int | None
    tools: int | None = None
    judged: int | None = None
    at_target: int | None = None
    percent: int | None = None
    lights: tuple[int | None, ...] = ()
    stopped: int | None = None
    patterns: tuple[int | None, ...] = ()


LIGHTS = (GREEN, YELLOW, RED)
STOPPED = "stopped"


def line(key: str, facts: Sequence[ToolFact], patterns: Sequence[str]) -> Line:
    """A line of fewer than 3 firms tells nothing: even a 0 would be about them."""
    firms = {fact.firm for fact in facts}
    if len(firms) < FEWEST:
        return Line(
            key,
            None if firms else 0,
            lights=(None,) * len(LIGHTS),
            patterns=(None,) * len(patterns),
        )
    judged = [fact for fact in facts if fact.is_judged]
    good = [fact for fact in judged if fact.at_target]
    rest = [fact for fact in judged if not fact.at_target]
    is_told = None not in (_told(judged), _told(good), _told(rest))
    parts = _parts(facts)
    return Line(
        key=key,
        firms=len(firms),
        tools=len(facts),
        judged=_told(judged),
        at_target=len(good) if is_told else None,
        percent=100 * len(good) // len(judged) if judged and is_told else None,
        lights=tuple(parts.get(code, 0) for code in LIGHTS),
        stopped=parts.get(STOPPED, 0),
        patterns=tuple(_told([f for f in facts if code in f.patterns]) for code in patterns),
    )


def total(key: str, by_ward: Mapping[int, Sequence[ToolFact]], patterns: Sequence[str]) -> Line:
    """All wards together, without those that a subtraction of the others' lines would tell on."""
    small = {ward: facts for ward, facts in by_ward.items() if _told(facts) is None}
    hidden = [fact for facts in small.values() for fact in facts]
    left_out = small if _told(hidden) is None else {}
    every = [fact for ward, facts in by_ward.items() if ward not in left_out for fact in facts]
    return line(key, every, patterns)


def _parts(facts: Sequence[ToolFact]) -> dict[str, int | None]:
    """Light or STOPPED → how many tools; tools without a light are in no column.

    Where all that is not told is of one or two firms, the smallest told part is withheld as well.
    """
    found: dict[str, list[ToolFact]] = defaultdict(list)
    for fact in facts:
        found[STOPPED if fact.is_stopped else fact.light].append(fact)
    told = {code for code, part in found.items() if code and _told(part) is not None}
    while told and _told([f for code in found.keys() - told for f in found[code]]) is None:
        told.remove(min(told, key=lambda code: (len(found[code]), code)))
    return {code: len(part) if code in told else None for code, part in found.items()}


def _told(facts: Sequence[ToolFact]) -> int | None:
    """How many tools; None where they are of one or two firms."""
    firms = len({fact.firm for fact in facts})
    return None if 0 < firms < FEWEST else len(facts)


def curve(
    points: Iterable[tuple[int, int, Fraction]], weeks: int = CURVE_WEEKS
) -> tuple[Fraction | None, ...]:
    """The median over firms by week of use, from (firm, week, use); None where fewer than 3 firms."""
    found: dict[int, dict[int, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for firm, number, use in points:
        if 1 <= number <= weeks:
            found[number][firm].append(use)
    told = []
    for number in range(1, weeks + 1):
        voices = [sum(uses, Fraction(0)) / len(uses) for uses in found[number].values()]
        told.append(median(voices) if len(voices) >= FEWEST else None)
    return tuple(told)


def firm_curve(points: Iterable[tuple[int, Fraction]]) -> tuple[Fraction | None, ...]:
    """One firm's own: the mean of its tools by week of use, from (week, use)."""
    found: dict[int, list[Fraction]] = defaultdict(list)
    for number, use in points:
        found[number].append(use)
    last = max(found, default=0)
    return tuple(
        sum(found[number], Fraction(0)) / len(found[number]) if number in found else None
        for number in range(1, last + 1)
    )
