"""Answers and figures in words, as screens and papers show them."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo.worksheets.rules.investment import NoIrr
from dojo.worksheets.rules.reading import Content, Unreadable, answers_of, is_begun, read, rows_of
from dojo.worksheets.rules.sheet import Field, Sheet, Step
from portal.ui.markup import era_date, yen_text

HIDDEN = gettext_lazy("非公開")
NO_IRR = {
    NoIrr.NO_OUTLAY: gettext_lazy("計算できません（初めに払うお金がありません）"),
    NoIrr.NO_RETURN: gettext_lazy("計算できません（払ったお金が戻りません）"),
    NoIrr.SEVERAL: gettext_lazy(
        "計算できません（お金の出入りが何度も入れ替わり、1つに決まりません）"
    ),
    NoIrr.OUT_OF_RANGE: gettext_lazy("計算できません（−99.99%から1,000%までの間にありません）"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What was answered, in words; `is_hidden` where it is kept out of sight."""

    label: str
    text: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A step as it is read: `cells` of a plain one, `heads` and `rows` of a list."""

    step: Step
    is_begun: bool
    cells: tuple[Cell, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def sections(
    sheet: Sheet, content: Content, *, hide: Collection[str] = (), told: str = ""
) -> Iterator[Section]:
    """The steps; `hide` names the figures (`step.field`) that are not shown, `told` a step that is shown
    otherwise already.
    """
    for step in sheet.steps:
        if step.builds or step.code == told:
            continue
        begun = is_begun(content, step)
        if step.has_rows:
            yield Section(
                step,
                begun,
                heads=tuple(str(field.label) for field in step.fields),
                rows=tuple(_cells(step, row, hide) for row in rows_of(content, step)),
            )
        else:
            yield Section(step, begun, cells=_cells(step, answers_of(content, step), hide))


def _cells(step: Step, answers: Any, hide: Collection[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(str(field.label), str(HIDDEN), is_hidden=True)
        if f"{step.code}.{field.code}" in hide and answers.get(field.code)
        else Cell(str(field.label), answer_text(field, answers.get(field.code)))
        for field in step.fields
    )


def answer_text(field: Field, typed: Any) -> str:
    """An answer in words; what cannot be read is shown as it was typed."""
    try:
        found = read(field, typed)
    except Unreadable:
        return str(typed)
    if found is None or found == []:
        return "—"
    if isinstance(found, list):
        return _("、").join(_label(field, code) for code in found)
    if field.kind == "choice":
        return _label(field, str(found))
    if isinstance(found, dt.date):
        return era_date(found)
    if field.is_money and isinstance(found, int):
        return money(found)
    if isinstance(found, int | Fraction):
        unit = str(field.unit)
        # 1,200分, but "1,200 minutes".
        gap = " " if unit[:1].isascii() and unit[:1].isalpha() else ""
        return f"{number(found)}{gap}{unit}"
    return found


def money(yen: int) -> str:
    """−1,234円 with a minus sign that is read out."""
    return f"−{yen_text(-yen)}" if yen < 0 else yen_text(yen)


def number(value: int | Fraction) -> str:
    """1,234 or 2.5."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{float(value):,.4f}".rstrip("0")


def percent(rate: Fraction) -> str:
    """0.281 → 28.1%, 7/10 → 70%."""
    return f"{number(Fraction(round(rate * 1000), 10))}%"


def duration(minutes: int) -> str:
    """90 → 1時間30分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d分") % {"minutes": rest}
    if not rest:
        return _("%(hours)s時間") % {"hours": f"{hours:,}"}
    return _("%(hours)s時間%(minutes)d分") % {"hours": f"{hours:,}", "minutes": rest}


def payback_text(payback: Fraction | None, years: int) -> str:
    """3.4年, rounded up; or that it is not reached."""
    if payback is None:
        return _("%(years)d年では元が取れません") % {"years": years}
    return _("%(years)s年") % {"years": number(Fraction(ceil(payback * 10), 10))}


def irr_text(irr: Fraction | NoIrr) -> str:
    """12.3%, or why there is none."""
    return str(NO_IRR[irr]) if isinstance(irr, NoIrr) else percent(irr)


def _label(field: Field, code: str) -> str:
    return next((str(label) for key, label in field.choices if key == code), code)
