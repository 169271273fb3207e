"""Which facts stand, in SQL: told by the watermark and not taken back by then (R2)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kpi.rules.firms import MERGED, Firms

_REVERSED = "NOT EXISTS (SELECT FROM kpi_fact r WHERE r.reverses_id = f.id{known})"


@dataclass(frozen=True, slots=True)
class At:
    """As known at `watermark`, of days up to `as_of`; None is everything that was ever told."""

    watermark: dt.datetime | None = None
    as_of: dt.date | None = None

    @property
    def stands(self) -> str:
        """The condition on a fact `f`."""
        known = " AND r.recorded_at <= %(watermark)s" if self.watermark else ""
        found = ["f.reverses_id IS NULL", _REVERSED.format(known=known)]
        if self.watermark:
            found.append("f.recorded_at <= %(watermark)s")
        if self.as_of:
            found.append("f.occurred_on <= %(as_of)s")
        return " AND ".join(found)

    def values(self, **others: Any) -> dict[str, Any]:
        """The parameters of that condition, with others."""
        return {"watermark": self.watermark, "as_of": self.as_of, **others}


NOW = At()


def fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement of this package."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@contextmanager
def planned(setting: str, value: str) -> Iterator[None]:
    """Statements of the block are planned with that setting of PostgreSQL.

    Of what a statement makes on its way the planner knows nothing, and takes it for a few rows.
    """
    before = fetch("SELECT current_setting(%(name)s)", {"name": setting})[0][0]
    _set(setting, value)
    yield
    _set(setting, before)


def _set(setting: str, value: str) -> None:
    fetch("SELECT set_config(%(name)s, %(value)s, true)", {"name": setting, "value": value})


def firms(at: At = NOW) -> Firms:
    """The firms that have become one (R4)."""
    rows = fetch(_MERGERS.replace("{stands}", at.stands), at.values(merged=MERGED))
    return Firms((str(gone), into) for gone, into in rows)


_MERGERS = """
SELECT f.firm_id, f.event_key FROM kpi_fact f
WHERE f.event_type = %(merged)s AND f.firm_id IS NOT NULL AND {stands}
ORDER BY f.occurred_on, f.id
"""


def roots(known: Firms) -> tuple[list[str], list[str]]:
    """Each firm that is no more, and the one that goes on: two columns for a join."""
    pairs = list(known.pairs())
    return [gone for gone, _into in pairs], [into for _gone, into in pairs]


def month_number(day: dt.date) -> int:
    """As in `kpi_fact.month`: months since the year 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """The day on which a month by that number begins."""
    return dt.date(month // 12, month % 12 + 1, 1)
