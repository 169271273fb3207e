"""Figures of many firms without telling on one of them: counts, share at target, the median curve.

A cell is told where it is empty or stands for 3 firms or more, and where no subtraction of told cells
would lead to one of fewer (programs.small_cells).
A firm with several tools is one voice of the curve: the mean of its tools in that week.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from advisors.adoption.rules.weeks import GREEN, RED, YELLOW
from programs.small_cells import FEWEST, TOTAL, Cell, Key, Knot, ends, is_small, withheld

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


LIGHTS = (GREEN, YELLOW, RED, "")
STOPPED = "stopped"
FIRMS, TOOLS, JUDGED, GOOD, MISSED = "firms", "tools", "judged", "at target", "missed"
# Where a ward's figure and the sum of all would both do, the ward's is withheld.
_WARD, _ALL = 1, 30
_Facts = Sequence[ToolFact]


def lines(
    by_ward: Mapping[str, _Facts], wards: Sequence[str], patterns: Sequence[str]
) -> tuple[list[Line], Line]:
    """The wards' lines and that of all, from the same facts.

    A line of fewer than 3 firms tells nothing: even a 0 would be about them, unless it is everybody's.
    """
    rows = {ward: by_ward.get(ward, ()) for ward in wards}
    rows[TOTAL] = [fact for facts in rows.values() for fact in facts]
    parts = {row: _columns(facts, patterns) for row, facts in rows.items()}
    hidden = withheld(_cells(parts, patterns))
    made = [_line(row, found, hidden, patterns) for row, found in parts.items()]
    return made[:-1], made[-1]


def _columns(facts: _Facts, patterns: Sequence[str]) -> dict[str, _Facts]:
    """Column → its tools. MISSED is never shown, but is what JUDGED less GOOD would tell."""
    judged = [fact for fact in facts if fact.is_judged]
    used = [fact for fact in facts if not fact.is_stopped]
    return {
        FIRMS: facts,
        TOOLS: facts,
        JUDGED: judged,
        GOOD: [fact for fact in judged if fact.at_target],
        MISSED: [fact for fact in judged if not fact.at_target],
        STOPPED: [fact for fact in facts if fact.is_stopped],
        **{_light(light): [f for f in used if f.light == light] for light in LIGHTS},
        **{_pattern(code): [f for f in facts if code in f.patterns] for code in patterns},
    }


def _light(code: str) -> str:
    return f"light {code}"


# What the tools of a line add up over.
_OF_TOOLS = (STOPPED, *map(_light, LIGHTS))


def _pattern(code: str) -> str:
    return f"pattern {code}"


def _firms(facts: _Facts) -> int:
    return len({fact.firm for fact in facts})


def _cells(parts: Mapping[str, Mapping[str, _Facts]], patterns: Sequence[str]) -> Iterator[Cell]:
    """Three things add up over wards: firms, tools with their lights, and what was judged."""
    for row in parts:
        yield _cell(parts, row, FIRMS, ends("firms", row, FIRMS, across=False))
        yield _cell(parts, row, TOOLS, ends("tools", row, TOTAL))
        yield _cell(parts, row, JUDGED, ends("judged", row, TOTAL))
        for column in (GOOD, MISSED):
            yield _cell(parts, row, column, ends("judged", row, column))
        for column in _OF_TOOLS:
            yield _cell(parts, row, column, ends("tools", row, column))
        for column in map(_pattern, patterns):
            yield _cell(parts, row, column, ends("patterns", row, column, across=False))


def _cell(
    parts: Mapping[str, Mapping[str, _Facts]], row: str, column: str, knots: tuple[Knot, Knot]
) -> Cell:
    """A figure; in a line of 3 firms or more none can be above its tools (lights add up to them anyway).

    Firms and tools of a line without any, and sums of 0, are told: what is untold of them is 1 or more,
    and 3 or more in a line that tells anything else.
    """
    facts, whole = parts[row][column], parts[row][TOOLS]
    is_known, is_whole = not whole or not parts[TOTAL][column], column in (FIRMS, TOOLS)
    is_large = _firms(whole) >= FEWEST
    return Cell(
        key=(row, column),
        tail=knots[0],
        head=knots[1],
        value=_count(facts, column),
        is_small=not is_known and (is_small(_firms(whole)) or is_small(_firms(facts))),
        is_known=is_known,
        most=len(whole) if is_large and not is_whole and column not in _OF_TOOLS else None,
        least=FEWEST if is_large and is_whole else int(is_whole or row == TOTAL),
        cost=_ALL if row == TOTAL else _WARD,
    )


def _count(facts: _Facts, column: str) -> int:
    return _firms(facts) if column == FIRMS else len(facts)


def _line(
    row: str, found: Mapping[str, _Facts], hidden: frozenset[Key], patterns: Sequence[str]
) -> Line:
    def told(column: str) -> int | None:
        return None if (row, column) in hidden else _count(found[column], column)

    judged, good = told(JUDGED), told(GOOD)
    return Line(
        key=row,
        # Tools are no fewer than firms: a told number of firms would bound what is untold.
        firms=None if (row, TOOLS) in hidden else told(FIRMS),
        tools=told(TOOLS),
        judged=judged,
        at_target=good,
        percent=100 * good // judged if judged and good is not None else None,
        lights=tuple(told(_light(code)) for code in LIGHTS),
        stopped=told(STOPPED),
        patterns=tuple(told(_pattern(code)) for code in patterns),
    )


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
