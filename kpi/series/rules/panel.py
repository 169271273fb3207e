"""Our own firms of a ward added up by year: sums, never an average of ratios (R7). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.series.rules.accounts import LETTERS, FirmYear


@dataclass(frozen=True, slots=True)
class Place:
    """A calendar year and a ward."""

    year: int
    ward_id: int


def panels(rows: Iterable[FirmYear]) -> Mapping[Place, tuple[int, dict[str, Any]]]:
    """Firms and figures of each year and ward, as `models.Panel` keeps them.

    A firm that moved leaves the panel of one ward and joins that of the other.
    """
    by_firm: dict[int, dict[int, FirmYear]] = defaultdict(dict)
    for row in rows:
        by_firm[row.firm_id][row.year] = row
    found: dict[Place, tuple[int, dict[str, Any]]] = {}
    for years in by_firm.values():
        for row in years.values():
            last, following = years.get(row.year - 1), years.get(row.year + 1)
            _add(found, row, last if last and last.ward_id == row.ward_id else None)
            if following is None or following.ward_id != row.ward_id:
                _figures(found, Place(row.year + 1, row.ward_id))["left"] += 1
    # A year nobody told of yet has no panel: all of its firms are still to come.
    return {place: panel for place, panel in found.items() if panel[0]}


def _figures(found: dict[Place, tuple[int, dict[str, Any]]], place: Place) -> dict[str, Any]:
    empty: dict[str, Any] = {letter: {"firms": 0, "people": 0, "added": 0} for letter in LETTERS}
    both = {"firms": 0, "people": 0, "added": 0, "people_before": 0, "before": 0}
    return found.setdefault(place, (0, {**empty, "both": both, "left": 0, "joined": 0}))[1]


def _add(
    found: dict[Place, tuple[int, dict[str, Any]]], row: FirmYear, last: FirmYear | None
) -> None:
    place = Place(row.year, row.ward_id)
    figures = _figures(found, place)
    found[place] = (found[place][0] + 1, figures)
    for letter, added in zip(LETTERS, (row.va_a, row.va_b, row.va_c), strict=True):
        if added is not None and row.employees:
            figures[letter]["firms"] += 1
            figures[letter]["people"] += row.employees
            figures[letter]["added"] += added
    if last is None:
        figures["joined"] += 1
    elif row.va_a is not None and last.va_a is not None and row.employees and last.employees:
        both = figures["both"]
        both["firms"] += 1
        both["people"] += row.employees
        both["added"] += row.va_a
        both["people_before"] += last.employees
        both["before"] += last.va_a
