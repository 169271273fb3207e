"""3-OP2: how many are members on a day."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """A firm (`key`) published its profile (`joins`) or withdrew it."""

    key: str
    ward_id: int
    on: dt.date
    joins: bool


def changes(rows: Iterable[Joined]) -> Iterator[tuple[int, dt.date, int]]:
    """(ward, day, +1 or −1) of each firm that joined or left.

    `rows` in the order of time. Who publishes again while a member, or withdraws without being one,
    changes nothing. Who leaves is taken off the ward in which it joined.
    """
    wards: dict[str, int] = {}
    for row in rows:
        if row.joins and row.key not in wards:
            wards[row.key] = row.ward_id
            yield row.ward_id, row.on, 1
        elif not row.joins and row.key in wards:
            yield wards.pop(row.key), row.on, -1
