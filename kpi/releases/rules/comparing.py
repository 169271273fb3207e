"""What changed between two releases."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kpi.releases.rules.canonical import FIRST_WARD, WARD_COUNT, Column


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is another, is new or is gone: (numerator, denominator), None where there is none."""

    indicator: str
    period: dt.date
    ward_id: int
    before: tuple[Decimal, Decimal | None] | None
    after: tuple[Decimal, Decimal | None] | None

    @property
    def difference(self) -> Decimal | None:
        """Of counts; a ratio's is read from both values."""
        for side in (self.before, self.after):
            if side is not None and side[1] is not None:
                return None
        was = self.before[0] if self.before else Decimal(0)
        now = self.after[0] if self.after else Decimal(0)
        return now - was


def changes(
    before: Iterable[Column], after: Iterable[Column], *, known_only: bool = False
) -> Iterator[Change]:
    """Every figure that differs, sorted; a missing one is not told from 0 of a count.

    `known_only` leaves out periods that only one side has (a later month is no restatement).
    """
    old, new = ({row.key: row for row in rows} for rows in (before, after))
    keys = old.keys() & new.keys() if known_only else old.keys() | new.keys()
    for key in sorted(keys):
        one, other = old.get(key), new.get(key)
        if one == other:
            continue
        for place in range(WARD_COUNT):
            was, now = _value(one, place), _value(other, place)
            if was != now and not (_is_nothing(was) and _is_nothing(now)):
                yield Change(key[0], key[1], FIRST_WARD + place, was, now)


def _value(row: Column | None, place: int) -> tuple[Decimal, Decimal | None] | None:
    if row is None or row.numerators[place] is None:
        return None
    numerator = row.numerators[place]
    assert numerator is not None
    return numerator, row.denominators[place] if row.denominators is not None else None


def _is_nothing(value: tuple[Decimal, Decimal | None] | None) -> bool:
    return value is None or (value[0] == 0 and not value[1])
