"""Files in the shape of e-Stat's getStatsData (JSON): classes are found by their names, values by their codes."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO, Any

from django.utils.translation import gettext as _

from kpi.series.reading import cells
from kpi.series.reading.books import MAX_ROWS, ReadRow
from kpi.series.reading.forms import DATASET_NAMES, FIRST_YEAR, LAST_YEAR, UNIT_NAMES
from kpi.series.rules import datasets
from portal.ui.dates import NotADate, parse_date
from programs.importing.cells import Cell, CellError
from programs.importing.workbook import UnreadableWorkbook

# What a 表章項目 must say in its name; the longer names first.
_ITEMS = (
    ("粗付加価値額", "gross_value_added"),
    ("付加価値額", "value_added"),
    ("製造品出荷額等", "shipments"),
    ("従業者数", "employees"),
    ("事業所数", "establishments"),
)
Classes = dict[str, dict[str, Mapping[str, Any]]]


def body(file: IO[bytes]) -> tuple[Mapping[str, Any], Classes, list[Any]]:
    """What the table says of itself, its classes by code, and its values. Raises UnreadableWorkbook."""
    try:
        # PostgreSQL keeps no NUL; nothing that e-Stat says has one.
        data = json.loads(file.read().decode("utf-8-sig").replace("\\u0000", ""))
        found = data["GET_STATS_DATA"]["STATISTICAL_DATA"]
        classes = _classes(found["CLASS_INF"]["CLASS_OBJ"])
        return found["TABLE_INF"], classes, _listed(found["DATA_INF"]["VALUE"])
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableWorkbook(
            _(
                "e-Statの統計データ（getStatsDataのJSON）の形になっていません。"
                "e-Stat APIから取得したJSONをそのまま選んでください。"
            )
        ) from error


def read(file: IO[bytes]) -> tuple[dict[str, Any], Iterator[ReadRow]]:
    """What the table says of itself, and one row for each ward, industry, size and year.

    Raises UnreadableWorkbook with what is missing.
    """
    table, classes, values = body(file)
    for needed, name in (
        ("tab", "tab（表章項目）"),
        ("area", "area（地域）"),
        ("time", "time（時間軸）"),
    ):
        if needed not in classes:
            wanted = _("この表には「%(name)s」がないため、読み込めません。")
            raise UnreadableWorkbook(wanted % {"name": name})
    return _about(table), iter(_rows(classes, values))


def _listed(found: Any) -> list[Any]:
    """e-Stat writes a single entry without its list."""
    return found if isinstance(found, list) else [found]


def _classes(found: Any) -> Classes:
    return {
        str(item["@id"]): {str(each["@code"]): each for each in _listed(item["CLASS"])}
        for item in _listed(found)
    }


def text(value: Any) -> str:
    """What e-Stat writes as text or as {"$": text}."""
    return str(value.get("$", "")) if isinstance(value, dict) else str(value or "")


def _about(table: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{text(table.get('STAT_NAME'))} {text(table.get('STATISTICS_NAME'))} {text(table.get('TITLE'))}"
    dataset = next((code for said, code in DATASET_NAMES.items() if said in name), datasets.OTHER)
    about = {"dataset": dataset, "source": " ".join(name.split())[:200] or "e-Stat"}
    with suppress(NotADate):
        about["published_on"] = parse_date(text(table.get("OPEN_DATE"))).isoformat()
    return about


def _rows(classes: Classes, values: list[Any]) -> Iterator[ReadRow]:
    """Cells that belong together become one row; a class that is neither industry nor size must have one value."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for value in values:
        item = classes["tab"].get(str(value.get("@tab")), {})
        column = next((code for name, code in _ITEMS if name in str(item.get("@name", ""))), "")
        if not column:
            text = _("表章項目「%(name)s」は取り込めません。その項目を除いて取得し直してください。")
            raise UnreadableWorkbook(text % {"name": item.get("@name", value.get("@tab"))})
        key = tuple(str(value.get(f"@{name}", "")) for name in sorted(classes) if name != "tab")
        row = found.setdefault(key, {"value": value})
        row[column] = (str(value.get("$", "")), str(value.get("@unit") or item.get("@unit") or ""))
        if len(found) > MAX_ROWS:
            text = _("一度に取り込めるのは%(rows)d行までです。ファイルを分けてください。")
            raise UnreadableWorkbook(text % {"rows": MAX_ROWS})
    if not found:
        raise UnreadableWorkbook(_("この表には値が1つもありません。"))
    for number, row in enumerate(found.values(), start=1):
        yield _row(number, row, classes)


def _row(number: int, row: dict[str, Any], classes: Classes) -> ReadRow:
    given = row.pop("value")
    values: dict[str, Any] = {"industry": datasets.WHOLE, "size": datasets.ALL}
    errors: dict[str, str] = {}
    at = _("%(number)d件目") % {"number": number}
    try:
        values["ward"] = cells.ward(Cell(str(given.get("@area", ""))))
        values["year"] = year(given, classes)
    except CellError as error:
        errors[at] = str(error)
    for name in (name for name in classes if name not in {"tab", "area", "time"}):
        label = str(classes[name].get(str(given.get(f"@{name}")), {}).get("@name", ""))
        kind, value = _sort_of(label)
        if not kind:
            errors[f"{at} {name}"] = _("「%(name)s」は産業でも従業者規模でもありません。") % {
                "name": label
            }
        elif kind != "any":
            values[kind] = value
    for column, (told, unit) in row.items():
        factor = datasets.UNITS[UNIT_NAMES[unit]] if unit in UNIT_NAMES else 1
        if column in datasets.MONEY and unit not in UNIT_NAMES:
            errors[f"{at} {column}"] = _("金額の単位「%(unit)s」が分かりません。") % {"unit": unit}
            continue
        try:
            values[column] = cells.figure(unit=factor)(Cell(told))
        except CellError as error:
            errors[f"{at} {column}"] = f"{error}（{told}）"
    places = {column: f"{at} {column}" for column in datasets.COLUMNS}
    return ReadRow(number, values, places, errors)


def year(value: Mapping[str, Any], classes: Classes) -> int:
    """「2024000000」 → 2024. 「2024100000」 is a 年度, 「2024000103」 a quarter: another span of time, no year."""
    time = str(value.get("@time", ""))
    name = str(classes["time"].get(time, {}).get("@name", ""))
    text = time[:4]
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text or 0) <= LAST_YEAR):
        raise CellError(_("時間軸「%(time)s」から西暦の年を読めません。") % {"time": time[:20]})
    if time[4:].strip("0") or "年度" in name:
        raise CellError(
            _(
                "時間軸「%(time)s」は暦年ではありません（年度、四半期、月など）。暦年の値だけを取得し直してください。"
            )
            % {"time": (name or time)[:20]}
        )
    return int(text)


def _sort_of(label: str) -> tuple[str, str]:
    """What a class is of: an industry, a size, or a total of whatever it divides."""
    if label in {"計", "総数", "合計", "全国計"}:
        return "any", ""
    try:
        return "size", cells.size(Cell(label))
    except CellError:
        pass
    try:
        return "industry", cells.industry(Cell(label))
    except CellError:
        return "", ""
