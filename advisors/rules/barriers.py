"""What holds firms back, counted without telling on one of them (domain.md D6: cells under 3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One ward or size: how many firms there are, and its cells in the order of the barriers."""

    key: str
    firms: int | None
    cells: tuple[int | None, ...]


def told(count: int) -> int | None:
    """0 and 3 or more are told."""
    return None if 0 < count < FEWEST else count


def lines(
    rows: Iterable[tuple[str, int, str]], keys: Iterable[str], barriers: Iterable[str]
) -> list[Line]:
    """Lines of a table from (key, firm, barrier); a firm counts once a cell.

    A line whose firms are fewer than 3 tells nothing at all: even a 0 would be about them.
    """
    order = tuple(barriers)
    firms: Mapping[str, set[int]] = defaultdict(set)
    cells: Mapping[tuple[str, str], set[int]] = defaultdict(set)
    for key, firm, barrier in rows:
        firms[key].add(firm)
        cells[key, barrier].add(firm)
    return [_line(key, firms[key], [cells[key, barrier] for barrier in order]) for key in keys]


def _line(key: str, firms: set[int], cells: list[set[int]]) -> Line:
    count = told(len(firms))
    if count is None:
        return Line(key, None, tuple(None for _ in cells))
    return Line(key, count, tuple(told(len(cell)) for cell in cells))
