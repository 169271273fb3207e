"""What the public reads of a column (R9, docs/adr/0039-small-cells.md).

A count of one or two firms is not told, a ratio only where it rests on ten or more; and with them what
would lead there by subtraction from the sum of all wards. What was untold in the release before stays
untold by preference: two releases beside each other would otherwise tell what each of them withholds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from kpi.releases.rules.canonical import WARD_COUNT, Column
from programs.small_cells import TOTAL, Cell, ends, is_small, withheld

FEWEST_OF_RATIO = 10
# Events are announced to everybody before they are held: a count of them tells nothing new.
ANNOUNCED = frozenset({"3-OP1"})
# Of what is not told, the sums over all wards are the dearest.
_COST_WARD, _COST_TOTAL = 4, 40


@dataclass(frozen=True, slots=True)
class Told:
    """A column with its sum as the 24th place, and how many places are untold."""

    column: Column
    withheld: int


def told(column: Column, before: Collection[bool] = ()) -> Told:
    """The public column. `before`: which places were untold in the release before."""
    sums = _with_sum(column)
    if column.indicator in ANNOUNCED:
        return Told(_cut(sums, [False] * (WARD_COUNT + 1)), 0)
    net = [
        cell for place in range(WARD_COUNT + 1) for cell in _cell(sums, place, before) if cell.value
    ]
    gone = withheld(net)
    hidden = [place in gone for place in range(WARD_COUNT + 1)]
    return Told(_cut(sums, hidden), sum(hidden))


def _cell(column: Column, place: int, before: Collection[bool]) -> list[Cell]:
    """The place as a cell of a table of one column; nothing where nobody stands behind it."""
    if column.numerators[place] is None:
        return []
    is_sum = place == WARD_COUNT
    value = int(_weight(column, place))
    was_hidden = bool(before) and list(before)[place]
    tail, head = ends("c", TOTAL if is_sum else str(place), "n", across=False)
    return [
        Cell(
            key=place,
            tail=tail,
            head=head,
            value=value,
            is_small=_is_small(column, place),
            least=1,
            cost=0 if was_hidden else _COST_TOTAL if is_sum else _COST_WARD,
        )
    ]


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
