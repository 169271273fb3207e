"""3-OC: which matches are new."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpi.rules.outcome import anniversary


@dataclass(frozen=True, slots=True)
class Match:
    """A pair of firms and a kind of part (`key`) in a match; a match has one row for each of them."""

    match: tuple[str, str]
    key: str
    ward_id: int
    on: dt.date
    part: str = ""


def new_matches(rows: Iterable[Match]) -> Iterator[Match]:
    """One row of each match that counts: with a key that no match counted in the 12 months before.

    `rows` in the order of time. The day exactly a year later is still within.
    """
    grouped: dict[tuple[str, str], list[Match]] = {}
    for row in rows:
        grouped.setdefault(row.match, []).append(row)
    counted: dict[str, dt.date] = {}
    for found in grouped.values():
        first = found[0]
        if any(row.key not in counted or first.on > anniversary(counted[row.key]) for row in found):
            counted.update(dict.fromkeys((row.key for row in found), first.on))
            yield first
