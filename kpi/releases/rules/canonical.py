"""The form in which a release is hashed: the same figures always give the same bytes.

UTF-8, a line each, ended by a line feed. First the head, `key=value`; then every figure as
`indicator|period|ward|numerator|denominator|n`, sorted by indicator, period and ward. Numbers have no
trailing zeros and no exponent, a count has no denominator, what is not public is `x`.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpi.rules.figure import WARDS, Figure, plain

FIRST_WARD, WARD_COUNT = WARDS[0], len(WARDS)
# The 24th place of what is public.
ALL_WARDS = 13100
HIDDEN = "x"

Numbers = tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One indicator in one period: a place for each ward, None where nothing was counted."""

    indicator: str
    period: dt.date
    numerators: Numbers
    denominators: Numbers | None
    ns: tuple[int | None, ...]
    hidden: tuple[bool, ...] = ()

    @property
    def key(self) -> tuple[str, dt.date]:
        return self.indicator, self.period


@dataclass(frozen=True, slots=True)
class Head:
    """What the digest covers besides the figures; `revises` is the digest of the revised release."""

    code: str
    kind: str
    as_of: dt.date
    watermark: dt.datetime
    reason: str
    revises: str
    definitions: Mapping[str, int]


def columns(figures: Iterable[Figure]) -> list[Column]:
    """Figures by indicator and period, sorted. Raises ValueError for a ward that is none of the 23."""
    found: dict[tuple[str, dt.date], dict[int, Figure]] = defaultdict(dict)
    for figure in figures:
        place = figure.ward_id - FIRST_WARD
        if not 0 <= place < WARD_COUNT:
            raise ValueError(f"no ward: {figure.ward_id}")
        found[figure.indicator, figure.period][place] = figure
    return [_column(key, places) for key, places in sorted(found.items())]


def lines(head: Head, rows: Iterable[Column]) -> Iterator[str]:
    """The canonical form, line by line."""
    yield f"code={head.code}"
    yield f"kind={head.kind}"
    yield f"as_of={head.as_of.isoformat()}"
    yield f"watermark={head.watermark.astimezone(dt.UTC).isoformat(timespec='microseconds')}"
    yield f"reason={head.reason}"
    yield f"revises={head.revises}"
    versions = json.dumps(dict(head.definitions), sort_keys=True, separators=(",", ":"))
    yield f"definitions={versions}"
    for row in sorted(rows, key=lambda row: row.key):
        for place in range(len(row.ns)):
            ward = ALL_WARDS if place == WARD_COUNT else FIRST_WARD + place
            if row.hidden and row.hidden[place]:
                yield f"{row.indicator}|{row.period.isoformat()}|{ward}|{HIDDEN}|{HIDDEN}|{HIDDEN}"
            elif row.numerators[place] is not None:
                below = row.denominators[place] if row.denominators is not None else None
                yield (
                    f"{row.indicator}|{row.period.isoformat()}|{ward}"
                    f"|{plain(row.numerators[place])}|{plain(below)}|{row.ns[place]}"
                )


def digest(head: Head, rows: Iterable[Column]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    total = hashlib.sha256()
    for line in lines(head, rows):
        total.update(f"{line}\n".encode())
    return total.hexdigest()


def _column(key: tuple[str, dt.date], places: Mapping[int, Figure]) -> Column:
    rows = [places.get(place) for place in range(WARD_COUNT)]
    is_count = all(row.denominator is None for row in places.values())
    return Column(
        indicator=key[0],
        period=key[1],
        numerators=tuple(row.numerator if row else None for row in rows),
        denominators=None if is_count else tuple(row.denominator if row else None for row in rows),
        ns=tuple(row.n if row else None for row in rows),
    )
