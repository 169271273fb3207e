"""What the public reads of a column (R9, docs/adr/0039-small-cells.md, 0051-releases.md).

A count of one or two firms is not told, a ratio only where it rests on ten or more; and with them what
would lead there by subtraction: from the sum of all wards, and from what earlier releases told
(`over_time`). What was untold in the release before stays untold by preference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi.releases.rules.canonical import WARD_COUNT, Column
from kpi.releases.rules.over_time import PLACES, Row, Wanted, cells
from programs.small_cells import FEWEST, is_small, withheld

FEWEST_OF_RATIO = 10
# Events are announced to everybody before they are held: a count of them tells nothing new.
ANNOUNCED = frozenset({"3-OP1"})


@dataclass(frozen=True, slots=True)
class Told:
    """A column with its sum as the 24th place, and how many places are untold."""

    column: Column
    withheld: int


def told(
    column: Column, before: Sequence[Row] = (), after: Sequence[Row] = (), *, holds: bool = False
) -> Told:
    """The public column. `before`, `after`: what earlier releases told of it and, of a figure that goes
    on, of the years around it, in the order of the days they are about (`row_of`).

    `holds`: a ward that moved by one or two since it was told waits (速報).
    """
    sums = _with_sum(column)
    if column.indicator in ANNOUNCED:
        return Told(_cut(sums, [False] * (WARD_COUNT + 1)), 0)
    wanted = Wanted(
        period=column.period,
        weights=_weights(sums),
        small=tuple(_is_small(sums, place) for place in PLACES),
        holds=holds,
    )
    fewest = FEWEST if column.denominators is None else FEWEST_OF_RATIO
    gone = withheld(cells(wanted, before, after, fewest))
    hidden = [place in gone for place in PLACES]
    return Told(_cut(sums, hidden), sum(hidden))


def row_of(column: Column, hidden: Sequence[bool]) -> Row:
    """An earlier release's column, from its full figures and what was untold of them."""
    return Row(column.period, _weights(_with_sum(column)), tuple(hidden))


def _weights(column: Column) -> tuple[int, ...]:
    """What stands behind each place; 0 also where nothing was counted, and nobody is told on."""
    return tuple(
        0 if column.numerators[place] is None else int(_weight(column, place)) for place in PLACES
    )


def _weight(column: Column, place: int) -> Decimal | int:
    """What stands behind a place: the count itself, or the n of a ratio."""
    if column.denominators is None:
        return column.numerators[place] or 0
    return column.ns[place] or 0


def _is_small(column: Column, place: int) -> bool:
    weight = int(_weight(column, place))
    return 0 < weight < FEWEST_OF_RATIO if column.denominators is not None else is_small(weight)


def _with_sum(column: Column) -> Column:
    return Column(
        indicator=column.indicator,
        period=column.period,
        numerators=(*column.numerators, _sum(column.numerators)),
        denominators=None
        if column.denominators is None
        else (*column.denominators, _sum(column.denominators)),
        ns=(*column.ns, sum(n or 0 for n in column.ns)),
    )


def _sum(values: tuple[Decimal | None, ...]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _cut(column: Column, hidden: list[bool]) -> Column:
    """Untold places hold nothing at all: what is not there cannot leak."""

    def kept[Value](values: tuple[Value | None, ...]) -> tuple[Value | None, ...]:
        return tuple(None if gone else value for value, gone in zip(values, hidden, strict=True))

    return Column(
        indicator=column.indicator,
        period=column.period,
        numerators=kept(column.numerators),
        denominators=None if column.denominators is None else kept(column.denominators),
        ns=kept(column.ns),
        hidden=tuple(hidden),
    )
