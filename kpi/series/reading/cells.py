"""How the figures and codes of a sheet are read. Readers raise CellError with a sentence that says what to write.

Publishers' marks: χ and x are kept secret, - is none (0), … is unknown.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import override

from kpi.series.rules import datasets
from portal.kernel.money import without_sign
from programs.importing import cells
from programs.importing.cells import Cell, CellError
from programs.rules import fold
from programs.wards import WARDS


class Mark(Enum):
    """A sign that stands for a figure."""

    HIDDEN = "hidden"
    UNKNOWN = "unknown"


Told = int | Mark
_HIDDEN = frozenset({"χ", "x", "乂"})
_NONE = frozenset("-−‐–—―ー")
_UNKNOWN = frozenset({"...", "***", "・・・", "不詳"})
_FIGURE = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
# What a bigint of yen holds in any case, whatever the unit; and what an integer of people does.
MOST_DIGITS = 15
MOST, MOST_COUNTED = 10**MOST_DIGITS, 2**31 - 1


def plain(cell: Cell) -> str:
    """The cell's text after NFKC, lower case, without blanks and separators."""
    text = unicodedata.normalize("NFKC", cell.text).casefold()
    return re.sub(r"[\s,、]", "", text)


def figure(*, unit: int = 1, marks: bool = True) -> Callable[[Cell], Told]:
    """A whole number of the smallest unit (people, 円) from a cell in `unit`; a loss has a sign in front."""

    def reader(cell: Cell) -> Told:
        text = plain(cell)
        if marks and (mark := _mark(text)) is not None:
            return mark
        sign, digits = without_sign(text)
        digits = digits.removesuffix("円").removesuffix("人")
        if not _FIGURE.fullmatch(digits) or len(digits) > MOST_DIGITS:
            raise CellError(_("数字で入力してください。例：12,345"))
        value = sign * Fraction(digits) * unit
        if value.denominator != 1:
            raise CellError(_("小数は使えません。単位に合わせた整数で入力してください"))
        if abs(value) >= MOST:
            raise CellError(_("桁が多すぎます。数字と金額の単位を確かめてください"))
        return int(value)

    return reader


def _mark(text: str) -> Told | None:
    if text in _HIDDEN:
        return Mark.HIDDEN
    if text in _UNKNOWN:
        return Mark.UNKNOWN
    return 0 if text in _NONE else None


def count(cell: Cell) -> int:
    """A whole number from 0, without marks."""
    value = figure(marks=False)(cell)
    if not isinstance(value, int) or value < 0:
        raise CellError(_("0以上の整数で入力してください"))
    if value > MOST_COUNTED:
        raise CellError(_("桁が多すぎます。数字と金額の単位を確かめてください"))
    return value


def ward(cell: Cell) -> int:
    """「13107」, 「131075」 (with its check digit) or 「墨田区」."""
    text = plain(cell).removesuffix(".0")
    for item in WARDS:
        if text in {str(item.code), fold(item.name)} or (
            len(text) == 6 and text.startswith(str(item.code))
        ):
            return item.code
    raise CellError(_("特別区の団体コード（13101〜13123）か区名で入力してください"))


def industry(cell: Cell) -> str:
    """A JSIC 中分類 09–32, or manufacturing as a whole."""
    text = plain(cell)
    if text in {"00", "0", "e", "計", "総数", "合計", "製造業", "製造業計", "e製造業"}:
        return datasets.WHOLE
    return str(cells.jsic(cell))


@cache
def _sizes() -> dict[str, str]:
    with override("ja"):
        found = {str(label): code for code, label in datasets.SIZES}
    names = {_bare_size(label): code for label, code in found.items()}
    return names | {"総数": datasets.ALL, "合計": datasets.ALL, "全規模": datasets.ALL}


def _bare_size(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\s,]", "", text).replace("人", "")
    return re.sub(r"[〜~−‐–—―ー]", "-", text)


def size(cell: Cell) -> str:
    """「4〜9人」, 「４－９」, 「300人以上」, 「計」."""
    found = _sizes().get(_bare_size(cell.text))
    if found is None:
        names = _("、").join(str(label) for _code, label in datasets.SIZES)
        raise CellError(_("従業者規模は次のどれかを入力してください：%(names)s") % {"names": names})
    return found


def months(cell: Cell) -> int:
    """1 to 24."""
    value = count(cell)
    if not 1 <= value <= 24:
        raise CellError(_("決算期の月数は1から24までです"))
    return value


def agreement(cell: Cell) -> bool:
    """あり／なし."""
    text = plain(cell)
    if text in {"あり", "有", "はい", "同意", "同意する", "○", "〇"}:
        return True
    if text in {"なし", "無", "いいえ", "同意しない", "×"}:
        return False
    raise CellError(_("「あり」か「なし」で入力してください。聞いていないときは空欄です"))
