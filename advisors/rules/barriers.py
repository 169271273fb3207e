"""What holds firms back, counted without telling on one of them (programs.small_cells)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from programs.small_cells import FEWEST, TOTAL, Cell, is_small, withheld

# What a figure is worth beside others: one of a ward gives way to one of a size, and that to one of all.
_WARD, _SIZE, _ALL = 1, 3, 30
FIRMS = "firms"
Counted = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A barrier named on a visit to a firm."""

    ward: str
    size: str
    firm: int
    barrier: str


@dataclass(frozen=True, slots=True)
class Line:
    """One ward or size: how many firms there are, and its cells in the order of the barriers.

    None is withheld.
    """

    key: str
    firms: int | None
    cells: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Two tables of the same firms, and their common sum."""

    by_ward: list[Line]
    by_size: list[Line]
    total: Line


def tables(
    entries: Iterable[Entry], wards: Sequence[str], sizes: Sequence[str], barriers: Sequence[str]
) -> Tables:
    """Counts of firms. A firm counts once a cell, in the ward and size of its first entry.

    A line whose firms are fewer than 3 tells nothing at all: even a 0 would be about them, unless it
    is everybody's. Lines of wards and of sizes have the same sums, so they are withheld together.
    """
    place: dict[int, tuple[str, str]] = {}
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for entry in entries:
        ward, size = place.setdefault(entry.firm, (entry.ward, entry.size))
        for name in (_of_ward(ward), _of_size(size), TOTAL):
            found[name, entry.barrier].add(entry.firm)
            found[name, FIRMS].add(entry.firm)
    counted = {cell: len(firms) for cell, firms in found.items()}
    by_ward, by_size = [_of_ward(key) for key in wards], [_of_size(key) for key in sizes]
    hidden = withheld(_cells(counted, by_ward, by_size, barriers))

    def line(key: str, name: str) -> Line:
        told = [
            None if (name, column) in hidden else counted.get((name, column), 0)
            for column in (FIRMS, *barriers)
        ]
        return Line(key, told[0], tuple(told[1:]))

    return Tables(
        by_ward=[line(key, name) for key, name in zip(wards, by_ward, strict=True)],
        by_size=[line(key, name) for key, name in zip(sizes, by_size, strict=True)],
        total=line(TOTAL, TOTAL),
    )


def _of_ward(key: str) -> str:
    return f"ward {key}"


def _of_size(key: str) -> str:
    return f"size {key}"


def _cells(
    counted: Counted, wards: Sequence[str], sizes: Sequence[str], barriers: Sequence[str]
) -> Iterator[Cell]:
    """The two tables as a flow: firms → ward → barrier → size → firms.

    What a line's cells add up to is its firms and, untold, how often a firm is in one more cell.
    """
    for line in wards:
        yield _firms(counted, line, barriers, "firms of wards", line, _WARD + 1)
        yield _more(counted, line, barriers, "more", line)
        for code in barriers:
            yield _cell(counted, line, code, line, f"wards {code}", _WARD)
    for line in sizes:
        yield _firms(counted, line, barriers, line, "firms of sizes", _SIZE + 1)
        yield _more(counted, line, barriers, line, "more")
        for code in barriers:
            yield _cell(counted, line, code, f"sizes {code}", line, _SIZE)
    yield _firms(counted, TOTAL, barriers, "firms of sizes", "firms of wards", _ALL)
    for code in barriers:
        yield _cell(counted, TOTAL, code, f"wards {code}", f"sizes {code}", _ALL)


def _cell(counted: Counted, line: str, column: str, tail: str, head: str, cost: int) -> Cell:
    firms, value = counted.get((line, FIRMS), 0), counted.get((line, column), 0)
    is_known = firms == 0 or counted.get((TOTAL, column), 0) == 0
    return Cell(
        key=(line, column),
        tail=tail,
        head=head,
        value=value,
        is_small=not is_known and (is_small(firms) or is_small(value)),
        is_known=is_known,
        most=firms if firms >= FEWEST and column != FIRMS else None,
        # A sum of 0 would be told.
        least=int(line == TOTAL and not is_known),
        cost=cost,
    )


def _firms(
    counted: Counted, line: str, barriers: Sequence[str], tail: str, head: str, cost: int
) -> Cell:
    """How many firms a line has: no fewer than name one barrier, and 3 where the line tells anything.

    A line without firms is told, so that an untold one has at least one.
    """
    cell = _cell(counted, line, FIRMS, tail, head, cost)
    if cell.is_known or cell.is_small:
        return replace(cell, least=min(cell.value, 1))
    return replace(cell, least=max(FEWEST, *(counted.get((line, code), 0) for code in barriers)))


def _more(counted: Counted, line: str, barriers: Sequence[str], tail: str, head: str) -> Cell:
    firms = counted.get((line, FIRMS), 0)
    more = sum(counted.get((line, code), 0) for code in barriers) - firms
    return Cell((line, "more"), tail, head, more, is_unpublished=True, is_known=firms == 0)
