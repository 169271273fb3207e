"""A result in words: what the page, the PDF and readers outside the firm are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.money import format_yen
from programs.diagnosis import barriers, drawing
from programs.diagnosis.instruments import SECURITY
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.rules import figures
from programs.diagnosis.rules.definition import (
    MANY,
    ONE,
    SAVINGS,
    Axis,
    Definition,
    Level,
    Question,
    built,
)
from programs.diagnosis.rules.path import chosen, figure, walk
from programs.diagnosis.rules.scoring import WEAK

# From so many points on nothing is asked for (where axes are rungs: from passing on).
SOUND = 75
# The 3-2-1 rule of backups (002): the question, the answer that it asks for.
BACKUPS = (
    ("copies", "3", gettext_lazy("3：写しが3つ以上")),
    ("media", "2", gettext_lazy("2：置き場所が2種類以上")),
    ("offsite", "yes", gettext_lazy("1：1つは社外")),
)
LETTERS: Mapping[str, Any] = {
    "A": gettext_lazy("労務費も付加価値に数える（営業利益＋人件費＋労務費＋減価償却費）"),
    "B": gettext_lazy("労務費を数えない（営業利益＋人件費＋減価償却費）"),
    "C": gettext_lazy("営業利益を付加価値とみなす"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """An axis with its number, points, those of the result before, and what is said of it."""

    number: int
    code: str
    name: str
    value: int | None
    before: int | None
    text: str
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """A level in words."""

    number: int
    name: str
    text: str
    is_here: bool
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Barrier:
    """A barrier with its group and what helps."""

    group: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a result that is shown."""

    row: Diagnosis
    sheet: Definition
    level: Level | None
    sides: tuple[Side, ...]
    radar: drawing.Radar | None
    ladder: drawing.Ladder | None
    rungs: tuple[Rung, ...]
    barriers: tuple[Barrier, ...]
    savings: Mapping[str, Any]
    letters: tuple[tuple[str, ...], ...]
    backups: tuple[tuple[str, bool], ...]


def shown(row: Diagnosis, before: Diagnosis | None = None) -> Shown:
    """The result in the reader's language; `before` is the one that it is compared with."""
    sheet = built(row.questionnaire.definition)
    sides = _sides(sheet, row.result, before.result if before else {})
    rungs = _rungs(sheet, row.result)
    here = next((at for at, rung in enumerate(rungs) if rung.is_here), 0)
    was = [side.before or 0 for side in sides] if before else []
    return Shown(
        row=row,
        sheet=sheet,
        level=sheet.level(row.result.get("level", "")),
        sides=sides,
        radar=drawing.radar([side.value or 0 for side in sides], was),
        ladder=drawing.ladder(len(rungs), here) if rungs else None,
        rungs=rungs,
        barriers=tuple(
            Barrier(
                group=str(barriers.GROUPS.get(code[:1], "")),
                name=barriers.name(code),
                text=str(barriers.HELPS[code].text) if code in barriers.HELPS else "",
            )
            for code in row.result.get("barriers", ())
        ),
        savings=_savings(sheet, row) if sheet.result == SAVINGS else {},
        letters=tuple(_letters(row.result.get("productivity", {}))),
        backups=tuple(
            (str(label), row.answers.get(code) == wanted)
            for code, wanted, label in (BACKUPS if row.instrument == SECURITY else ())
        ),
    )


def weaknesses(sheet: Definition, result: Mapping[str, Any]) -> list[tuple[str, Sequence[str]]]:
    """(why, what it needs), the most pressing first: for the next steps."""
    asked = [axis for axis in _pressing(sheet, result) if _points(result, axis) < _sound(sheet)]
    asks: list[tuple[str, Sequence[str]]] = [
        (barriers.name(code), barriers.HELPS[code].needs)
        for code in result.get("barriers", ())
        if code in barriers.HELPS
    ]
    return [(str(axis.name), axis.needs) for axis in asked] + asks


def _pressing(sheet: Definition, result: Mapping[str, Any]) -> list[Axis]:
    """The weakest axis first; of rungs the one that the firm stands on, then those above it."""
    codes = [level.code for level in sheet.levels]
    if sheet.passing and result.get("level") in codes:
        here = codes.index(result["level"])
        return [*sheet.axes[here:], *sheet.axes[:here]]
    return sorted(sheet.axes, key=lambda axis: _points(result, axis))


def _points(result: Mapping[str, Any], axis: Axis) -> int:
    return result.get("scores", {}).get(axis.code) or 0


def _sound(sheet: Definition) -> int:
    """From so many points on an axis asks for nothing."""
    return sheet.passing or SOUND


def answers_in_words(
    sheet: Definition, answers: Mapping[str, Any]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Page by page on the way: questions with their answers."""
    return [
        (str(page.title), [(str(one.words), said(one, answers)) for one in page.questions])
        for page in walk(sheet, answers)
    ]


def said(question: Question, answers: Mapping[str, Any]) -> str:
    """One answer in words; 「—」 without any."""
    if question.kind in {ONE, MANY}:
        picked = chosen(question, answers)
        return _("、").join(str(one.words) for one in question.options if one.code in picked) or "—"
    given = str(answers.get(question.code, "") or "")
    value = figure(question, answers)
    if value is None or question.kind == "text":
        return given or "—"
    return format_yen(value) if question.kind.endswith("yen") else f"{value:,}{question.unit}"


def _sides(
    sheet: Definition, result: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[Side, ...]:
    now, was = result.get("scores", {}), before.get("scores", {})
    return tuple(
        Side(
            number=number,
            code=axis.code,
            name=str(axis.name),
            value=now.get(axis.code),
            before=was.get(axis.code),
            text=str(axis.high if (now.get(axis.code) or 0) >= _sound(sheet) else axis.low),
            is_weak=(now.get(axis.code) or 0) < WEAK,
        )
        for number, axis in enumerate(sheet.axes, 1)
    )


def _rungs(sheet: Definition, result: Mapping[str, Any]) -> tuple[Rung, ...]:
    codes = [level.code for level in sheet.levels]
    here = codes.index(result["level"]) if result.get("level") in codes else -1
    return tuple(
        Rung(number, str(level.name), str(level.text), number - 1 == here, number - 1 <= here)
        for number, level in enumerate(sheet.levels, 1)
    )


def _savings(sheet: Definition, row: Diagnosis) -> Mapping[str, Any]:
    found = figures.savings(sheet, row.answers)
    return {
        "hourly": format_yen(found.hourly),
        "hours": _span(*found.hours),
        "yen": _span(*found.yen, unit=_("円")),
        "rows": [
            (
                str(axis.name) if (axis := sheet.axis(one.area)) else one.area,
                one.stage,
                f"{one.hours:,}",
                f"{one.low_share}–{one.high_share}%",
                _span(one.low_hours, one.high_hours),
                _span(one.low_yen, one.high_yen, unit=_("円")),
            )
            for one in found.rows
        ],
        "assumed": [
            (stage, f"{low}–{high}%", stage == figures.FROM_SOURCE)
            for stage, (low, high) in figures.SAVED.items()
        ],
    }


def _span(low: int, high: int, unit: str = "") -> str:
    unit = unit or _("時間")
    return f"{low:,}{unit}" if low == high else f"{low:,}–{high:,}{unit}"


def _letters(kept: Mapping[str, Sequence[int | None]]) -> list[tuple[str, ...]]:
    """(letter, how it is counted, value added, per person, per hour)."""
    rows = []
    for letter, (added, person, hour) in sorted(kept.items()):
        figures_ = [
            format_yen(value) if value is not None else "—" for value in (added, person, hour)
        ]
        rows.append((letter, str(LETTERS[letter]), *(one.replace("-", "−") for one in figures_)))
    return rows
