"""A deflator as a workbook or a file of e-Stat: one index a calendar year, one base year.

Years of another series or base year are never joined: who hands in another one hands in all years.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import IO, Any

from django.utils.translation import gettext as _

from kpi.series.reading import cells, estat
from kpi.series.reading.books import Column, Form, Line, ReadRow
from kpi.series.reading.forms import year
from kpi.series.reading.planning import Outcome, PlannedRow
from portal.ui.dates import NotADate, parse_date
from programs.importing.cells import Cell, CellError, date, text
from programs.importing.workbook import UnreadableWorkbook

# An index is kept in thousandths until it is written: whole numbers compare and are stored as they are.
SCALE = 1_000
WHOLE = 100 * SCALE
# An index beyond these was mistaken; a year that moves by more than a fifth waits for a word.
LEAST, MOST = 1 * SCALE, 10_000 * SCALE
SWING = Fraction(1, 5)
_INDEX = re.compile(r"\d{1,5}(?:\.\d{1,3})?", re.ASCII)
# 「2015暦年連鎖価格」「2020年基準」「2015年=100」
_BASE = re.compile(r"(\d{4})(?:暦年|年)?(?:=100|基準|連鎖)", re.ASCII)


def index(cell: Cell) -> int:
    """「101.2」 in thousandths."""
    told = cells.plain(cell)
    if not _INDEX.fullmatch(told):
        raise CellError(_("指数を数字で入力してください（小数は3桁まで）。例：101.2"))
    value = Fraction(told) * SCALE
    if not LEAST <= value <= MOST:
        raise CellError(_("指数は、基準年を100とした数字です。例：101.2"))
    return int(value)


def _columns(_about: Mapping[str, Any]) -> Sequence[Column]:
    return (
        Column("year", "年", year, True, "暦年（西暦の4桁）。1行に1年", as_text=True),
        Column("index", "指数", index, True, "基準年を100とした数字。小数は3桁まで"),
    )


DEFLATOR = Form(
    sheet="デフレーター",
    cover=(
        Line(
            "name",
            "デフレーターの名前",
            text(100),
            hint="例：経済活動別国内総生産デフレーター（製造業、連鎖方式）",
        ),
        Line("base_year", "基準年", year, hint="指数を100とする年（西暦）。例：2020"),
        Line("published_on", "公表日", date, required=False, hint="例：2025/12/26"),
        Line(
            "retrieved_on",
            "取得日",
            date,
            required=False,
            hint="空欄のときは、読み込んだ日にします。",
        ),
        Line("source", "出典", text(200), hint="統計の名前、表の番号、公表した機関"),
    ),
    columns=_columns,
    guide=(
        "1行目の見出しは変えないでください。1行に1年の指数を入力します。",
        "名前か基準年を変えるときは、登録済みの年もすべて入れてください。系列や基準年の違う指数は混ぜません。",
        "名目の値が公式です。実質の値は、参考として横に示します。",
    ),
)


def read_estat(file: IO[bytes]) -> tuple[dict[str, Any], Iterator[ReadRow]]:
    """One series of a getStatsData file. Raises UnreadableWorkbook with what is missing."""
    table, classes, values = estat.body(file)
    if "time" not in classes:
        wanted = _("この表には「%(name)s」がないため、読み込めません。")
        raise UnreadableWorkbook(wanted % {"name": "time（時間軸）"})
    for name, codes in classes.items():
        used = {str(value.get(f"@{name}")) for value in values if f"@{name}" in value}
        if name != "time" and len(used) > 1:
            label = str(codes.get(min(used), {}).get("@name", name))
            many = _(
                "「%(name)s」（%(label)sなど）が複数あります。1つの系列に絞って取得し直してください。"
            )
            raise UnreadableWorkbook(many % {"name": name, "label": label})
    said = " ".join(
        [
            estat.text(table.get("STATISTICS_NAME")),
            estat.text(table.get("TITLE")),
            *(str(value.get("@unit", "")) for value in values[:1]),
            *(
                str(codes.get(str(values[0].get(f"@{name}")), {}).get("@name", ""))
                for name, codes in classes.items()
                if name != "time"
            ),
        ]
    )
    base = _BASE.search(unicodedata.normalize("NFKC", said).replace(" ", ""))
    if base is None:
        raise UnreadableWorkbook(
            _(
                "この表の名前から基準年（2020年＝100 など）が分かりません。様式に写して取り込んでください。"
            )
        )
    about: dict[str, Any] = {
        "name": " ".join(said.split())[:100] or "e-Stat",
        "base_year": int(base.group(1)),
        "source": " ".join(
            f"{estat.text(table.get('STAT_NAME'))} {estat.text(table.get('TITLE'))}".split()
        )[:200]
        or "e-Stat",
    }
    with suppress(NotADate):
        about["published_on"] = parse_date(estat.text(table.get("OPEN_DATE"))).isoformat()
    return about, iter([_row(*row, classes) for row in enumerate(values, start=1)])


def _row(number: int, value: Mapping[str, Any], classes: estat.Classes) -> ReadRow:
    at = _("%(number)d件目") % {"number": number}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    try:
        values["year"] = estat.year(value, classes)
        values["index"] = index(Cell(str(value.get("$", ""))))
    except CellError as error:
        errors[at] = str(error)
    return ReadRow(number, values, {"year": at, "index": at}, errors)


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """The series in force: its base year, year → index in thousandths, its name."""

    base_year: int = 0
    years: Mapping[int, int] = field(default_factory=dict)
    name: str = ""

    def goes_on(self, about: Mapping[str, Any]) -> bool:
        """Whether a file is of the same series and base year, so that its years join these."""
        return (self.base_year, self.name) == (int(about["base_year"]), about["name"])


def plan(about: Mapping[str, Any], rows: Sequence[ReadRow], known: KnownIndex) -> list[PlannedRow]:
    """Every year with its outcome. Raises UnreadableWorkbook where two series or base years would be mixed."""
    base = int(about["base_year"])
    given = {row.values["year"]: row.values for row in rows if "index" in row.values}
    left = sorted(set(known.years) - set(given))
    if left and not known.goes_on(about):
        raise UnreadableWorkbook(_mixed(about, known, left))
    there = known.years if known.goes_on(about) else {}
    before = {**there, **{key: values["index"] for key, values in given.items()}}
    seen: dict[int, int] = {}
    return [_planned(row, base, there, known.years, before, seen) for row in rows]


def _mixed(about: Mapping[str, Any], known: KnownIndex, left: Sequence[int]) -> str:
    values = {"old": known.base_year, "new": about["base_year"]}
    text = _(
        "登録済みのデフレーターは%(old)s年基準、このファイルは%(new)s年基準です。基準年の違う指数は混ぜられません。"
        "登録済みの年（%(years)s）も、このファイルに入れてください。"
    )
    if known.base_year == int(about["base_year"]):
        values = {"old": known.name, "new": about["name"]}
        text = _(
            "登録済みのデフレーターは「%(old)s」、このファイルは「%(new)s」です。違う系列の指数はつなげません。"
            "同じ系列なら名前をそろえ、違う系列なら登録済みの年（%(years)s）も、このファイルに入れてください。"
        )
    return text % {**values, "years": _("、").join(map(str, left[:10]))}


def _planned(
    row: ReadRow,
    base: int,
    there: Mapping[int, int],
    registered: Mapping[int, int],
    before: Mapping[int, int],
    seen: dict[int, int],
) -> PlannedRow:
    values, errors = dict(row.values), list(row.messages)
    at, now = values.get("year"), values.get("index")
    label = _("%(year)s年") % {"year": at} if at else ""
    if at is not None and not errors:
        first = seen.setdefault(at, row.number)
        if first != row.number:
            twice = _("同じ年が%(first)d行目にもあります。どちらかを消してください。")
            errors.append(_told(row, "year", twice % {"first": first}))
        if at == base and now != WHOLE:
            wrong = _("基準年（%(year)s年）の指数は100です。基準年か指数を直してください。")
            errors.append(_told(row, "index", wrong % {"year": base}))
    if errors or at is None or now is None:
        return PlannedRow(row.number, Outcome.ERROR, label, values, errors=errors)
    if there.get(at) == now:
        return PlannedRow(row.number, Outcome.SAME, label, values)
    becomes = Outcome.CHANGED if at in registered else Outcome.NEW
    changes = {"index": [registered[at], now]} if at in registered else {}
    last = before.get(at - 1)
    if last and abs(Fraction(now, last) - 1) > SWING:
        held = [{"column": "index", "why": "swing", "value": now, "before": last}]
        return PlannedRow(
            row.number, Outcome.HELD, label, values, changes, held=held, becomes=becomes
        )
    return PlannedRow(row.number, becomes, label, values, changes)


def _told(row: ReadRow, name: str, message: str) -> str:
    return _("%(cell)s：%(message)s") % {"cell": row.places.get(name, ""), "message": message}
