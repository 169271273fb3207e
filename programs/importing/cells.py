"""One cell of a sheet and how each kind of value is read from it.

A reader takes a `Cell` and returns the value as it will be stored (JSON-able; dates as ISO text)
or raises CellError with a sentence that says what to write.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel.money import NotYen, parse_yen
from portal.ui.dates import NotADate, parse_date
from programs import corporate_numbers
from programs.industry import JSIC, ProductionType
from programs.rules import compact_postal_code, fold

SHOWN = 40  # characters of a wrong value that the message repeats


class CellError(ValueError):
    """The cell cannot be taken; the message is a sentence without the cell's name."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's value and openpyxl's letter for its type (s text, n number, d date, f formula …)."""

    value: Any
    type: str = "s"

    @property
    def is_blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """The value as people read it in the sheet; 20.0 is 20."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else str(self.value).strip()

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)

    def shown(self) -> str:
        """What the message repeats, cut short and on one line."""
        text = re.sub(r"\s+", " ", self.text)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


Reader = Callable[[Cell], Any]


@cache
def japanese_names() -> dict[str, dict[str, str]]:
    """Choices by their Japanese names: sheets are Japanese whatever the screen's language."""
    with override("ja"):
        return {
            "jsic": {code: str(name) for code, name in JSIC},
            "production_type": {choice.value: str(choice.label) for choice in ProductionType},
        }


def short_name(label: str) -> str:
    """The part before the bracket: 受注生産（中量産型、MTO） → 受注生産."""
    return label.split("（", maxsplit=1)[0]


def read(cell: Cell, reader: Reader) -> Any:
    """The cell's value through its reader, after refusing what no column may hold."""
    if cell.type == "f":
        raise CellError(_("計算式は取り込めません。値に置き換えてください"))
    if cell.type == "e":
        raise CellError(_("エラー値です。正しい値を入力してください"))
    if isinstance(cell.value, bool):
        raise CellError(_("「TRUE／FALSE」は使えません。値を入力してください"))
    return reader(cell)


def text(limit: int) -> Reader:
    """Text on one line, trimmed, of at most `limit` characters."""

    def reader(cell: Cell) -> str:
        value = re.sub(r"\s+", " ", unicodedata.normalize("NFC", cell.text))
        if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in value):
            raise CellError(_("使えない文字（制御文字など）が含まれています。入力し直してください"))
        if len(value) > limit:
            raise CellError(
                _("%(limit)d文字以内で入力してください（%(count)d文字あります）")
                % {"limit": limit, "count": len(value)}
            )
        return value

    return reader


def corporate_number(cell: Cell) -> str:
    """法人番号 with its check digit."""
    try:
        return corporate_numbers.parse(cell.text)
    except corporate_numbers.NotACorporateNumber as error:
        raise CellError(str(error).removesuffix("。")) from error


def employees(cell: Cell) -> int:
    """A whole number from 0; 「２０人」 and 「1,000」 are taken."""
    plain = unicodedata.normalize("NFKC", cell.text)
    plain = re.sub(r"[\s,、]|[人名]$", "", plain)
    if not re.fullmatch(r"[0-9]{1,6}", plain):
        raise CellError(_("従業員数は0以上の整数で入力してください"))
    return int(plain)


def yen(cell: Cell) -> int:
    """Whole yen; units such as 万円 are refused rather than guessed."""
    try:
        return parse_yen(cell.text)
    except NotYen as error:
        raise CellError(_("資本金は円単位の数字で入力してください。例：10000000")) from error


def jsic(cell: Cell) -> str:
    """「24」, 24 or 「24 金属製品製造業」 or the bare name."""
    plain = fold(cell.text)
    digits = re.match(r"[0-9]{1,2}(?![0-9])", plain)
    for code, name in japanese_names()["jsic"].items():
        if (digits and int(digits[0]) == int(code)) or plain == fold(name):
            return code
    raise CellError(_("業種は日本標準産業分類の中分類番号（09〜32）で入力してください"))


def production_type(cell: Cell) -> str:
    """The label, its part before the bracket, or the code."""
    plain = fold(cell.text)
    choices = japanese_names()["production_type"]
    for code, name in choices.items():
        if plain in {fold(name), fold(short_name(name)), code}:
            return code
    names = "、".join(short_name(name) for name in choices.values())
    raise CellError(_("生産形態は次のどれかを入力してください：%(names)s") % {"names": names})


def postal_code(cell: Cell) -> str:
    """Seven digits; a number that lost its leading zeros gets them back."""
    plain = cell.text.zfill(7) if cell.is_number else cell.text
    code = compact_postal_code(plain)
    if code is None:
        raise CellError(_("郵便番号は7桁の数字で入力してください。例：131-0045"))
    return code


def phone(cell: Cell) -> str:
    """Digits and hyphens as text; a number has lost its leading zero."""
    if cell.is_number:
        raise CellError(
            _("電話番号が数値になり、先頭の0が消えています。書式を文字列にして入力し直してください")
        )
    plain = re.sub(r"[‐‑‒–—―−ー]", "-", unicodedata.normalize("NFKC", cell.text)).replace(" ", "")
    if not re.fullmatch(r"[0-9+()-]{6,20}", plain):
        raise CellError(_("電話番号は数字とハイフンで入力してください。例：03-1234-5678"))
    return plain


def email(cell: Cell) -> str:
    """An e-mail address."""
    try:
        validate_email(cell.text)
    except ValidationError as error:
        raise CellError(_("メールアドレスの形になっていません。例：info@example.jp")) from error
    return cell.text


def website(cell: Cell) -> str:
    """An http(s) address."""
    try:
        URLValidator(schemes=["http", "https"])(cell.text)
    except ValidationError as error:
        raise CellError(_("ウェブサイトはhttps://から入力してください")) from error
    return cell.text


def date(cell: Cell) -> str:
    """A date cell, or a date as text in either calendar, as ISO text."""
    if isinstance(cell.value, dt.datetime):
        return cell.value.date().isoformat()
    if isinstance(cell.value, dt.date):
        return cell.value.isoformat()
    try:
        return parse_date(cell.text).isoformat()
    except NotADate as error:
        raise CellError(_("日付で入力してください。例：2001/4/1、平成13年4月1日")) from error


def localised(errors: Mapping[str, str], number: int) -> list[str]:
    """「D12：…」 for each column letter, in the order of the sheet."""
    return [f"{letter}{number}：{message}" for letter, message in errors.items()]
