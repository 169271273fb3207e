"""Cells: one indicator, ward and month, counted whole from the facts, never adjusted."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kpi.indicators import BY_CODE, INDICATORS, Indicator
from kpi.services import levels
from kpi.services.counting import Key, count_all, count_cells, touched
from kpi.services.standing import fetch, first_day, month_number
from portal.kernel import clock

# (code of the cells, ward, first day of the month)
Place = tuple[str, int, dt.date]


def cells_recount(fact_ids: Collection[int]) -> None:
    """The cells that these facts and reversals touch."""
    places = touched(fact_ids)
    cells = dict.fromkeys(
        (
            (code, ward, first_day(month))
            for indicator, ward, month in places
            for code in _codes(BY_CODE[indicator])
        ),
        0,
    )
    _write(cells | _split(count_cells(places)))


def levels_recount(firsts: Mapping[str, dt.date], today: dt.date) -> None:
    """The levels of these indicators, each from a day on."""
    for code, first in firsts.items():
        indicator = BY_CODE[code]
        assert indicator.level is not None
        cell = indicator.cell(indicator.level)
        found = levels.levels(indicator, first, today)
        known = fetch(_KNOWN, {"code": cell, "first": first.replace(day=1)})
        cells = {(cell, ward, month): 0 for ward, month in known}
        cells |= {(cell, ward, first_day(month)): value for (ward, month), value in found.items()}
        _write(cells)


def cells_rebuild(*, as_of: dt.date | None = None) -> list[str]:
    """Count everything anew and mend the table; returns the cells that had been wrong.

    Levels are counted as of `as_of` (today).
    """
    day = as_of or clock.today()
    stored = {tuple(row[:3]): row[3:] for row in fetch(_STORED, {})}
    found = _split(count_all()) | _all_levels(day)
    after = {place: value for place, value in found.items() if value}
    was = {place: value for place, (value, _at) in stored.items()}
    # Levels tell by the time of their counting whether their month was over.
    _write(
        {
            place: value
            for place, value in after.items()
            if was.get(place) != value or place[0] in _LEVEL_CODES
        }
    )
    _remove([place for place in was if place not in after])
    return sorted(
        f"{place[0]} {place[1]} {place[2]:%Y-%m}: {was.get(place, 0)} → {after.get(place, 0)}"
        for place in was.keys() | after.keys()
        if was.get(place, 0) != after.get(place, 0) and _is_fixed(place, stored.get(place))
    )


_LEVEL_CODES = {item.cell(item.level) for item in INDICATORS if item.level}


def _is_fixed(place: Place, stored: tuple[Any, ...] | None) -> bool:
    """Whether the calendar leaves the cell alone: all but levels of months that ran when they were counted."""
    if place[0] not in _LEVEL_CODES:
        return True
    if stored is None:
        return False
    return month_number(clock.to_date(stored[1])) > month_number(place[2])


def _codes(indicator: Indicator) -> list[str]:
    return [indicator.code, *(indicator.cell(part) for part in indicator.parts)]


_PARTS = {(item.code, part.code): item.cell(part) for item in INDICATORS for part in item.parts}


def _split(found: Counter[Key]) -> dict[Place, int]:
    """The cells of indicators and of their parts."""
    cells: dict[Place, int] = {}
    for (indicator, ward, number, part), value in found.items():
        month = first_day(number)
        for code in (indicator, _PARTS.get((indicator, part))):
            if code is not None:
                cells[code, ward, month] = cells.get((code, ward, month), 0) + value
    return cells


def _all_levels(today: dt.date) -> dict[Place, int]:
    cells: dict[Place, int] = {}
    for indicator in levels.LEVELLED:
        assert indicator.level is not None
        first = levels.began(indicator)
        for (ward, month), value in levels.levels(indicator, first, today).items() if first else ():
            cells[indicator.cell(indicator.level), ward, first_day(month)] = value
    return cells


def _remove(places: Collection[Place]) -> None:
    fetch(
        _REMOVE,
        {
            "codes": [code for code, _ward, _month in places],
            "wards": [ward for _code, ward, _month in places],
            "months": [month for _code, _ward, month in places],
        },
    )


def _write(cells: Mapping[Place, int]) -> None:
    places: Iterable[Place] = cells
    fetch(
        _WRITE,
        {
            "codes": [code for code, _ward, _month in places],
            "wards": [ward for _code, ward, _month in places],
            "months": [month for _code, _ward, month in places],
            "values": list(cells.values()),
        },
    )


_KNOWN = "SELECT ward_id, month FROM kpi_cell WHERE indicator = %(code)s AND month >= %(first)s"
_STORED = "SELECT indicator, ward_id, month, value, computed_at FROM kpi_cell"
_REMOVE = """
DELETE FROM kpi_cell c
USING unnest(%(codes)s::text[], %(wards)s::int[], %(months)s::date[]) AS gone(code, ward_id, month)
WHERE c.indicator = gone.code AND c.ward_id = gone.ward_id AND c.month = gone.month
RETURNING 1
"""
_WRITE = """
INSERT INTO kpi_cell (indicator, ward_id, month, value)
SELECT * FROM unnest(%(codes)s::text[], %(wards)s::int[], %(months)s::date[], %(values)s::bigint[])
ON CONFLICT (indicator, month, ward_id) DO UPDATE
SET value = excluded.value, computed_at = statement_timestamp()
RETURNING 1
"""
