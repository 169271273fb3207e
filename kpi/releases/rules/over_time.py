"""What one release tells beside those before: cells of several releases as one flow (docs/adr/0051-releases.md).

Growth links the releases of a column: what a ward had before and what came to it is what it has now, and
what came to all wards is the growth of their sum. Both are knots, each figure is an arc:

    row of a release ─ growth of a ward ─▶ ward then ─ its figure ─▶ ward at the next release … ─▶ end
    end ─ the sum ─▶ sum then ─ its growth ─▶ row of the release

so that `programs.small_cells` audits all of them together. A reader is taken to know that figures only grow
where they did.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi.releases.rules.canonical import WARD_COUNT
from programs.small_cells import FEWEST, Cell, Knot

# Of what is not told, the sums over all wards are the dearest; what was untold before costs nothing. A ward
# that nothing came to shields badly: its figure before and after are the same.
_COST_WARD, _COST_STILL, _COST_TOTAL = 4, 6, 40
_END = ("end",)
# The sum of all wards stands behind them.
PLACES = range(WARD_COUNT + 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A column as one release told it: what stands behind each of the 24 places, and which are untold."""

    period: dt.date
    weights: tuple[int, ...]
    hidden: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The column to be told. `small`: places too small to tell. `holds`: whether a step of one or two
    since an earlier release waits until there are more (速報).
    """

    period: dt.date
    weights: tuple[int, ...]
    small: tuple[bool, ...]
    holds: bool = False


def series(rows: Sequence[Row]) -> list[Row]:
    """Without those that said the same as the one before: nothing came to any ward, so nothing is learnt."""
    return [row for at, row in enumerate(rows) if not at or row != rows[at - 1]]


def cells(
    wanted: Wanted, before: Sequence[Row], after: Sequence[Row] = (), smaller_than: int = FEWEST
) -> list[Cell]:
    """The flow of all releases of the column; the keys of the wanted one's cells are its places.

    `before` and `after`: what was told already, of earlier and of later days, in their order. Below
    `smaller_than` an untold figure is small.
    """
    before, after = series(before), series(after)
    here = len(before)
    rows: list[Row | None] = [*before, None, *after]
    found = list(_wanted(wanted, before, after, _Line(here, len(rows))))
    for at, row in enumerate(rows):
        if row is not None:
            found += _told_not(row, at, len(rows), smaller_than)
    weights = [wanted.weights if row is None else row.weights for row in rows]
    known = [_NOBODY if row is None else row.hidden for row in rows]
    return found + list(_growth(weights, known, here))


# Where every place of a row may be untold: the one to be decided.
_NOBODY: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    at: int
    length: int


def _wanted(
    wanted: Wanted, before: Sequence[Row], after: Sequence[Row], line: _Line
) -> Iterator[Cell]:
    steps = _steps(wanted, [*before, *after])
    for place in PLACES:
        value = wanted.weights[place]
        if not value:
            continue  # nobody there: no secret
        tail, head = _ends(place, line.at, line.length)
        was_hidden = bool(before) and before[-1].hidden[place]
        is_still = bool(before) and before[-1].weights[place] == value
        cost = _COST_STILL if is_still else _COST_WARD
        yield Cell(
            place,
            tail,
            head,
            value,
            is_small=wanted.small[place],
            is_untold=place in steps,
            least=1,
            cost=0 if was_hidden else _COST_TOTAL if place == WARD_COUNT else cost,
        )


def _told_not(row: Row, at: int, length: int, smaller_than: int) -> Iterator[Cell]:
    """What an earlier release did not tell stays untold, and guarded."""
    for place in PLACES:
        if row.hidden[place]:
            value = row.weights[place]
            small = 0 < value < smaller_than
            tail, head = _ends(place, at, length)
            yield Cell((at, place), tail, head, value, small, is_untold=True, least=min(1, value))


def _steps(wanted: Wanted, rows: Sequence[Row]) -> set[int]:
    """Wards that moved by one or two firms since they were told: within the period where it `holds`, and
    always against another year, whose difference is the count of a year.
    """
    found = set()
    for row in rows:
        if wanted.holds or row.period != wanted.period:
            for place in range(WARD_COUNT):
                step = abs(wanted.weights[place] - row.weights[place])
                if not row.hidden[place] and 0 < step < FEWEST and wanted.weights[place]:
                    found.add(place)
    return found


def _growth(
    weights: Sequence[Sequence[int]], hidden: Sequence[Sequence[bool]], here: int
) -> Iterator[Cell]:
    """What came to each place since the release before. Left out where both figures are told."""
    for at, row in enumerate(weights):
        for place in PLACES:
            if not any(
                now == here or hidden[now][place] for now in ((at, at - 1) if at else (at,))
            ):
                continue
            came = row[place] - (weights[at - 1][place] if at else 0)
            then, knot = _knot(place, at), ("row", at)
            tail, head = (then, knot) if place == WARD_COUNT else (knot, then)
            yield Cell(
                ("came", at, place), tail, head, came, is_unpublished=True, least=min(0, came)
            )


def _knot(place: int, at: int) -> Knot:
    return ("place", place, at)


def _ends(place: int, at: int, length: int) -> tuple[Knot, Knot]:
    """A ward's figure leads on in time, the sum's back."""
    here, there = _knot(place, at), _END if at == length - 1 else _knot(place, at + 1)
    return (there, here) if place == WARD_COUNT else (here, there)
