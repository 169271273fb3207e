"""Cells: one indicator, ward and month, counted whole from the facts, never adjusted."""

import datetime as dt
from collections import Counter

from django.db import connection, transaction
from django.db.models import Min

from kpi.indicators import INDICATORS, Indicator, Once, counted_by
from kpi.models import Cell, Fact
from kpi.services import levels
from kpi.services.counting import Key, counting, counts, next_month
from portal.kernel import clock

# (code of the cells, ward, month)
Place = tuple[str, int, dt.date]


def recompute_for(fact: Fact) -> None:
    """The cells that a fact (or its reversal) touches: its own, and those of the same key, which may
    now hold the first one or hold it no longer.
    """
    for indicator in counted_by(fact.event_type, fact.stage):
        for ward, month in sorted(_touched(indicator, fact)):
            cell_recompute(indicator=indicator, ward_id=ward, month=month)
    for indicator in levels.moved_by(fact.event_type):
        _level_recompute(indicator, fact.occurred_on, clock.today())


def cell_recompute(*, indicator: Indicator, ward_id: int, month: dt.date) -> None:
    """Count one cell with its parts anew.

    The upsert locks the cell first; the count is a statement of its own and therefore sees what
    an earlier holder of the lock has committed.
    """
    with transaction.atomic():
        codes = [indicator.code, *(indicator.cell(part) for part in indicator.parts)]
        for code in codes:
            _lock(code, ward_id, month)
        found = _split(indicator, counts(indicator, ward_id=ward_id, month=month))
        for code in codes:
            _write(code, ward_id, month, found.get((code, ward_id, month), 0))


def cells_rebuild(*, as_of: dt.date | None = None) -> list[str]:
    """Count everything anew and replace the table; returns the cells that had been wrong.

    Levels are counted as of `as_of` (today).
    """
    day = as_of or clock.today()
    with transaction.atomic():
        before = {
            (cell.indicator, cell.ward_id, cell.month): cell
            for cell in Cell.objects.select_for_update()
        }
        after = _all_levels(day)
        for indicator in INDICATORS:
            after |= _split(indicator, counts(indicator))
        Cell.objects.all().delete()
        Cell.objects.bulk_create(
            Cell(indicator=code, ward_id=ward_id, month=month, value=value)
            for (code, ward_id, month), value in after.items()
        )
    was = {place: cell.value for place, cell in before.items()}
    return sorted(
        f"{place[0]} {place[1]} {place[2]:%Y-%m}: {was.get(place, 0)} → {after.get(place, 0)}"
        for place in was.keys() | after.keys()
        if was.get(place, 0) != after.get(place, 0) and _is_fixed(place, before.get(place))
    )


_LEVEL_CODES = {item.cell(item.level) for item in INDICATORS if item.level}


def _touched(indicator: Indicator, fact: Fact) -> set[tuple[int, dt.date]]:
    """(ward, month) of every fact that is compared with this one; reversed ones left a cell."""
    rows = Fact.objects.filter(event_type__in=indicator.event_types, reverses=None)
    by_firm = indicator.once == Once.MATCH
    rows = (
        rows.filter(firm_id=fact.firm_id or 0) if by_firm else rows.filter(event_key=fact.event_key)
    )
    found = {(ward, day.replace(day=1)) for ward, day in rows.values_list("ward_id", "occurred_on")}
    if indicator.once == Once.MEMBER:
        # Who leaves is taken off the ward in which it joined.
        wards, months = {ward for ward, _month in found}, {month for _ward, month in found}
        return {(ward, month) for ward in wards for month in months}
    return found


def _split(indicator: Indicator, found: Counter[Key]) -> dict[Place, int]:
    """The cells of an indicator and of its parts."""
    parts = {part.code: indicator.cell(part) for part in indicator.parts}
    cells: dict[Place, int] = {}
    for (ward, month, part), value in found.items():
        for code in (indicator.code, parts.get(part)):
            if code is not None:
                cells[code, ward, month] = cells.get((code, ward, month), 0) + value
    return cells


def _is_fixed(place: Place, cell: Cell | None) -> bool:
    """Whether the calendar leaves the cell alone: all but levels of months that ran when they were counted."""
    if place[0] not in _LEVEL_CODES:
        return True
    return cell is not None and clock.to_date(cell.computed_at) >= next_month(cell.month)


def _level_recompute(indicator: Indicator, first: dt.date, today: dt.date) -> None:
    """The months from a fact on. Who writes such a fact waits for the others (`facts`)."""
    assert indicator.level is not None
    code = indicator.cell(indicator.level)
    for month, day in levels.months(first, today):
        found = levels.level_on(indicator, day)
        rows = Cell.objects.filter(indicator=code, month=month)
        known = dict(rows.values_list("ward_id", "value"))
        for ward in sorted({*found, *known}):
            if known.get(ward) != found[ward]:
                _lock(code, ward, month)
                _write(code, ward, month, found[ward])


def _all_levels(today: dt.date) -> dict[Place, int]:
    cells: dict[Place, int] = {}
    for indicator in INDICATORS:
        if indicator.level is None:
            continue
        rows = counting(levels.LEVELS[indicator.code][1])
        first = rows.aggregate(first=Min("occurred_on"))["first"]
        for month, day in levels.months(first, today) if first else ():
            for ward, value in levels.level_on(indicator, day).items():
                cells[indicator.cell(indicator.level), ward, month] = value
    return cells


def _lock(code: str, ward_id: int, month: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpi_cell (indicator, ward_id, month, value) VALUES (%s, %s, %s, 0)"
            " ON CONFLICT (indicator, month, ward_id) DO UPDATE SET value = kpi_cell.value",
            [code, ward_id, month],
        )


def _write(code: str, ward_id: int, month: dt.date, value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpi_cell SET value = %s, computed_at = statement_timestamp()"
            " WHERE indicator = %s AND ward_id = %s AND month = %s",
            [value, code, ward_id, month],
        )
