"""What was typed, read: figures in any width, dates in either calendar; and what is to be mended.

Answers are kept as they were typed. A step is {field: text}, or a list of such rows; `many` holds a
list of codes.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dojo.worksheets.rules.sheet import Field, Sheet, Step
from portal.kernel.money import NotYen, parse_yen, without_sign
from portal.ui.dates import NotADate, parse_date

Value = str | int | Fraction | dt.date | list[str] | None
Content = Mapping[str, Any]
_MOST_DECIMALS = 4
# Comma and ideographic comma.
_SEPARATORS = re.compile("[,\u3001]")


class Unreadable(ValueError):
    """What was typed cannot be read; the text says how to type it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be mended: in which step, row (of a list) and field."""

    step: str
    text: str
    field: str = ""
    row: int | None = None


def read(field: Field, typed: Any) -> Value:
    """The value of what was typed, None where nothing was. Raises Unreadable."""
    if field.kind == "many":
        return [code for code, _label in field.choices if code in (typed or [])]
    text = str(typed or "").strip()
    if not text:
        return None
    if field.kind == "choice":
        return _chosen(field, text)
    if field.kind == "date":
        return _day(text)
    if field.is_figure:
        return _bounded(field, _figure(field, unicodedata.normalize("NFKC", text)))
    if len(text) > field.limit:
        raise Unreadable(_("%(most)d字以内で入力してください。") % {"most": field.limit})
    return text


def value(field: Field | None, typed: Any) -> Value:
    """As `read`; what cannot be read counts as nothing."""
    if field is None:
        return None
    try:
        return read(field, typed)
    except Unreadable:
        return None


def whole(step: Step, answers: Mapping[str, Any], code: str) -> int:
    """A figure of whole numbers; 0 where there is none."""
    found = value(step.field(code), answers.get(code))
    return found if isinstance(found, int) else 0


def exact(step: Step, answers: Mapping[str, Any], code: str) -> Fraction:
    """A figure with decimals; 0 where there is none."""
    found = value(step.field(code), answers.get(code))
    return Fraction(found) if isinstance(found, int | Fraction) else Fraction(0)


def rows_of(content: Content, step: Step) -> Sequence[Mapping[str, Any]]:
    """The rows of a step made of rows."""
    found = content.get(step.code)
    return found if isinstance(found, list) else []


def answers_of(content: Content, step: Step) -> Mapping[str, Any]:
    """The answers of a plain step."""
    found = content.get(step.code)
    return found if isinstance(found, dict) else {}


def is_begun(content: Content, step: Step) -> bool:
    """Whether the step was saved once."""
    return step.code in content


def problems(sheet: Sheet, content: Content) -> list[Problem]:
    """All that is to be mended before the sheet is handed in."""
    return [problem for step in sheet.steps for problem in step_problems(step, content)]


def step_problems(step: Step, content: Content) -> Iterator[Problem]:
    """What is to be mended in one step."""
    if not step.has_rows:
        yield from _problems(step, answers_of(content, step), None)
        return
    rows = rows_of(content, step)
    if len(rows) < step.least:
        yield Problem(
            step.code,
            _("「%(name)s」を%(least)d件以上入力してください。")
            % {"name": step.row_name, "least": step.least},
        )
    for number, row in enumerate(rows):
        yield from _problems(step, row, number)


def _problems(step: Step, answers: Mapping[str, Any], row: int | None) -> Iterator[Problem]:
    for field in step.fields:
        try:
            found = read(field, answers.get(field.code))
        except Unreadable as error:
            yield Problem(step.code, str(error), field.code, row)
        else:
            if field.required and found in (None, []):
                text = _("「%(label)s」を入力してください。") % {"label": field.label}
                yield Problem(step.code, text, field.code, row)


def _chosen(field: Field, text: str) -> str:
    if text not in {code for code, _label in field.choices}:
        raise Unreadable(_("選び直してください。"))
    return text


def _day(text: str) -> dt.date:
    try:
        return parse_date(text)
    except NotADate as error:
        raise Unreadable(
            _("正しい日付を入力してください。例：2026年11月21日、令和8年11月21日")
        ) from error


def _figure(field: Field, text: str) -> int | Fraction:
    if field.kind in {"yen", "signed_yen"}:
        return _yen(field, text)
    plain = _SEPARATORS.sub("", text).removesuffix("%").strip()
    sign, digits = without_sign(plain)
    left, point, right = digits.partition(".")
    if not (left.isascii() and left.isdecimal() and len(left) <= 9):
        raise Unreadable(_("数字で入力してください。例：12"))
    if not point:
        number = sign * int(left)
        return Fraction(number) if field.kind in {"decimal", "percent"} else number
    if field.kind == "count":
        raise Unreadable(_("小数点のない数字で入力してください。例：12"))
    if not (right.isascii() and right.isdecimal() and len(right) <= _MOST_DECIMALS):
        raise Unreadable(_("小数は4桁までの数字で入力してください。例：2.5"))
    return sign * Fraction(int(left + right), 10 ** len(right))


def _yen(field: Field, text: str) -> int:
    sign, bare = without_sign(text)
    try:
        return sign * parse_yen(bare)
    except NotYen as error:
        raise Unreadable(
            _("円の単位で、小数点のない数字を入力してください。例：1,234,000")
        ) from error


def _bounded(field: Field, number: int | Fraction) -> int | Fraction:
    if field.low is not None and number < field.low and field.kind != "signed_yen":
        raise Unreadable(_("%(low)s以上の数字を入力してください。") % {"low": f"{field.low:,}"})
    if field.high is not None and number > field.high:
        raise Unreadable(_("%(high)s以下の数字を入力してください。") % {"high": f"{field.high:,}"})
    return number
