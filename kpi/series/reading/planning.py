"""What each row of a file would do: pure, so that it can be asked twice.

The answer is the preview. Right before taking over it is worked out again from the stored values; any
difference means that something changed since, and nothing is taken over.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kpi.series import words
from kpi.series.models import IntakeRow
from kpi.series.reading.books import ReadRow
from kpi.series.reading.cells import MOST_COUNTED, Mark
from kpi.series.rules import BY_CODE, datasets, doubts, merged, misfits
from programs.importing.workbook import UnreadableWorkbook
from programs.rules import bare_name

Outcome = IntakeRow.Outcome
# dataset's year, ward, industry, size
Key = tuple[int, int, str, str]
FULL_YEAR = 12
# From so many rows on, a unit that makes most of them absurd is the file's mistake.
FEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row with what it would do; of a held one `becomes` says what, once it is confirmed."""

    number: int
    outcome: str
    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    becomes: str = ""
    firm_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownFigures:
    """Statistics that are there already, in 円: told values with "hidden" beside them."""

    rows: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)


def plan_statistics(
    rows: Iterable[ReadRow], known: KnownFigures, *, names: Mapping[int, str], own_ward: int | None
) -> list[PlannedRow]:
    """Every row of a statistic with its outcome. Raises UnreadableWorkbook when the unit cannot be right."""
    seen: dict[Key, int] = {}
    given = list(rows)
    # The year before may stand in the same file.
    there = {**known.rows, **{key: row.values for row in given if (key := _key(row.values))}}
    planned = [_statistic(row, known, there, seen, names, own_ward) for row in given]
    _refuse_unit(planned)
    return planned


def _key(values: Mapping[str, Any]) -> Key | None:
    names = ("year", "ward", "industry", "size")
    if any(name not in values for name in names):
        return None
    return (values["year"], values["ward"], values["industry"], values["size"])


def _statistic(
    row: ReadRow,
    known: KnownFigures,
    there: Mapping[Key, Mapping[str, Any]],
    seen: dict[Key, int],
    names: Mapping[int, str],
    own_ward: int | None,
) -> PlannedRow:
    values = {name: value for name, value in row.values.items() if not isinstance(value, Mark)}
    values.setdefault(
        "hidden", sorted(name for name, value in row.values.items() if value is Mark.HIDDEN)
    )
    errors = [*row.messages, *_wrong_statistic(row, values, own_ward)]
    label = _label(values, names)
    if errors:
        return PlannedRow(row.number, Outcome.ERROR, label, values, errors=errors)
    key = (values["year"], values["ward"], values["industry"], values["size"])
    first = seen.setdefault(key, row.number)
    if first != row.number:
        twice = _("同じ区・産業・従業者規模が%(first)d行目にもあります。どちらかを消してください。")
        error = _at(row, "ward", twice % {"first": first})
        return PlannedRow(row.number, Outcome.ERROR, label, values, errors=[error])
    before = known.rows.get(key)
    changes = _changes(before, values)
    if before is not None and not changes:
        return PlannedRow(row.number, Outcome.SAME, label, values)
    becomes = Outcome.NEW if before is None else Outcome.CHANGED
    last = there.get((key[0] - 1, *key[1:])) or before or {}
    held = [oddity.plain() for oddity in datasets.oddities(_figures(last), _figures(values))]
    if held:
        return PlannedRow(
            row.number, Outcome.HELD, label, values, changes, held=held, becomes=becomes
        )
    return PlannedRow(row.number, becomes, label, values, changes)


def _figures(values: Mapping[str, Any]) -> dict[str, int]:
    return {name: values[name] for name in datasets.COLUMNS if isinstance(values.get(name), int)}


def _changes(before: Mapping[str, Any] | None, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    if before is None:
        return {}
    return {
        name: [before.get(name), values.get(name)]
        for name in (*datasets.COLUMNS, "hidden")
        if before.get(name) != values.get(name)
    }


def _wrong_statistic(row: ReadRow, values: Mapping[str, Any], own_ward: int | None) -> list[str]:
    """What single cells cannot tell."""
    found = []
    if own_ward is not None and values.get("ward") not in {None, own_ward}:
        found.append(_at(row, "ward", _("自分の区の行だけを取り込めます。")))
    found += [
        _at(row, name, _("0以上の整数で入力してください"))
        for name in datasets.COUNTS
        if isinstance(values.get(name), int) and values[name] < 0
    ]
    found += [
        _at(row, name, _("桁が多すぎます。数字と金額の単位を確かめてください"))
        for name in datasets.COUNTS
        if isinstance(values.get(name), int) and values[name] > MOST_COUNTED
    ]
    if isinstance(values.get("shipments"), int) and values["shipments"] < 0:
        found.append(_at(row, "shipments", _("出荷額はマイナスになりません。")))
    told = [name for name in datasets.COLUMNS if name in values or name in values["hidden"]]
    if not row.errors and not told:
        found.append(_at(row, "establishments", _("数字が1つもありません。行を消してください。")))
    if values.get("size") in datasets.GROSS and "value_added" in values:
        text = _("29人以下は粗付加価値額です。「粗付加価値額」の列に入力してください。")
        found.append(_at(row, "value_added", text))
    return found


def _label(values: Mapping[str, Any], names: Mapping[int, str]) -> str:
    sizes = dict(datasets.SIZES)
    parts = [names.get(values.get("ward", 0), ""), values.get("industry", "")]
    if values.get("industry") == datasets.WHOLE:
        parts[1] = _("製造業計")
    if values.get("size"):
        parts.append(str(sizes[values["size"]]))
    return "　".join(filter(None, parts))


def _at(row: ReadRow, name: str, message: str) -> str:
    return _("%(cell)s：%(message)s") % {"cell": row.places.get(name, ""), "message": message}


def _refuse_unit(planned: list[PlannedRow]) -> None:
    told = [row for row in planned if row.outcome != Outcome.ERROR]
    odd = Counter(item["why"] for row in told for item in row.held)
    for why in ("too_small", "too_large"):
        if len(told) >= FEW_ROWS and odd[why] * 2 > len(told):
            text = _(
                "%(all)d行のうち%(odd)d行で、従業者1人当たりの付加価値額が%(how)s。"
                "表紙の「金額の単位」が公表された表と同じか確かめてください。"
            )
            how = _("小さすぎます") if why == "too_small" else _("大きすぎます")
            raise UnreadableWorkbook(text % {"all": len(told), "odd": odd[why], "how": how})


@dataclass(frozen=True, slots=True)
class KnownFirm:
    """A firm that the ward sees, with its accounting years: day → (months, figures).

    `elsewhere`: day → the ward that keeps that year; its figures are not this ward's to see or to change.
    `refused`: the firm itself said last that its accounts may not serve evaluations.
    """

    pk: int
    name: str
    years: Mapping[str, tuple[int, Mapping[str, int]]] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False


@dataclass(frozen=True, slots=True)
class KnownFirms:
    """By 法人番号, and sole proprietors by their bare name."""

    by_number: Mapping[str, KnownFirm] = field(default_factory=dict)
    by_name: Mapping[str, KnownFirm] = field(default_factory=dict)


def plan_accounts(rows: Iterable[ReadRow], known: KnownFirms, *, today: str) -> list[PlannedRow]:
    """Every row of firms' accounts with its outcome; `today` as ISO text."""
    seen: dict[tuple[int, str], int] = {}
    given = list(rows)
    # The year before may stand in the same file.
    told: dict[int, dict[str, Mapping[str, int]]] = {}
    for row in given:
        firm = _firm_of(row.values, known)
        if firm is not None and "period_end" in row.values:
            figures = {code: row.values[code] for code in BY_CODE if code in row.values}
            told.setdefault(firm.pk, {})[row.values["period_end"]] = figures
    return [_account(row, known, told, seen, today) for row in given]


Told = Mapping[int, Mapping[str, Mapping[str, int]]]


def _account(
    row: ReadRow, known: KnownFirms, told: Told, seen: dict[tuple[int, str], int], today: str
) -> PlannedRow:
    values = dict(row.values)
    errors = row.messages
    firm = _firm_of(values, known)
    if firm is None and not errors:
        text = _("この区で見られる企業に見つかりません。法人番号と企業名を確かめてください。")
        errors = [_at(row, "number" if values.get("number") else "name", text)]
    if str(values.get("period_end", "")) > today:
        errors = [*errors, _at(row, "period_end", _("決算日は、今日までの日にしてください。"))]
    label = str(values.get("name", ""))
    if errors or firm is None:
        return PlannedRow(row.number, Outcome.ERROR, label, values, errors=errors)
    day = values["period_end"]
    first = seen.setdefault((firm.pk, day), row.number)
    if first != row.number:
        text = _("同じ企業の同じ決算日が%(first)d行目にもあります。どちらかを消してください。")
        errors = [_at(row, "period_end", text % {"first": first})]
        return PlannedRow(row.number, Outcome.ERROR, label, values, errors=errors)
    return _planned_account(row, values, firm, label, told[firm.pk])


def _planned_account(
    row: ReadRow,
    values: dict[str, Any],
    firm: KnownFirm,
    label: str,
    told: Mapping[str, Mapping[str, int]],
) -> PlannedRow:
    day = values["period_end"]
    given = {code: values[code] for code in BY_CODE if code in values}
    months, old = firm.years.get(day, (0, {}))
    figures = merged(old, given)
    wrong = [
        _at(row, code if code in row.places else "sales", words.misfit_text(code, why, yen))
        for code, why, yen in misfits(figures)
    ]
    if ward := firm.elsewhere.get(day):
        text = _(
            "この決算は%(ward)sが登録しています。行を消し、直すところは%(ward)sに伝えてください。"
        )
        wrong.append(_at(row, "period_end", text % {"ward": ward}))
    if values.get("agreed") and firm.refused:
        text = _("企業は自分の画面で「同意しない」と答えています。空欄にしてください。")
        wrong.append(_at(row, "agreed", text))
    if not given and "agreed" not in values:
        wrong.append(_at(row, "sales", _("数字が1つもありません。行を消してください。")))
    base: dict[str, Any] = {
        "number": row.number,
        "label": label,
        "values": values,
        "firm_id": firm.pk,
    }
    if wrong:
        return PlannedRow(**base, outcome=Outcome.ERROR, errors=wrong)
    changes = {
        code: [old.get(code), value] for code, value in figures.items() if old.get(code) != value
    }
    if values.get("months", months or FULL_YEAR) != months and months:
        changes["months"] = [months, values.get("months")]
    if not changes and "agreed" not in values:
        return PlannedRow(**base, outcome=Outcome.SAME)
    becomes = Outcome.CHANGED if old else Outcome.NEW
    years = {**{key: year[1] for key, year in firm.years.items()}, **told}
    last = years[max(key for key in years if key < day)] if any(key < day for key in years) else {}
    held = [item.plain() for item in words.asked_of(doubts(last, figures), last, figures)]
    held = [item for item in held if item["column"] in changes]
    if held:
        return PlannedRow(**base, outcome=Outcome.HELD, changes=changes, held=held, becomes=becomes)
    return PlannedRow(**base, outcome=becomes, changes=changes)


def _firm_of(values: Mapping[str, Any], known: KnownFirms) -> KnownFirm | None:
    number = values.get("number")
    if number:
        return known.by_number.get(number)
    return known.by_name.get(bare_name(str(values.get("name", ""))))
