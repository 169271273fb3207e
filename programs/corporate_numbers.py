"""法人番号: thirteen digits of which the first checks the other twelve (国税庁, check digit mod 9).

The check does not notice 0 typed for 9 or 9 for 0 (both are the same modulo 9).
"""

import re
import unicodedata

from django.utils.translation import gettext as _
from stdnum.jp import cn

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ー]")


class NotACorporateNumber(ValueError):
    """The text is no corporate number; the message says what is wrong and how to mend it."""


def parse(text: str) -> str:
    """Full-width digits, hyphens and blanks taken: 「４０１１-００１０９…」 → "4011001098993".

    Raises NotACorporateNumber.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    for place, character in enumerate(digits, start=1):
        if not re.fullmatch(r"[0-9]", character):
            raise NotACorporateNumber(
                _("法人番号は数字だけです。%(place)d文字目の「%(character)s」を見直してください。")
                % {"place": place, "character": character}
            )
    if len(digits) == 12:
        raise NotACorporateNumber(
            _(
                "12桁しかありません。登記簿の会社法人等番号（12桁）なら、"
                "先頭に「%(digit)s」を付けた13桁が法人番号です。"
            )
            % {"digit": cn.calc_check_digit(digits)}
        )
    if len(digits) != 13:
        raise NotACorporateNumber(
            _("法人番号は13桁です（いま%(count)d桁）。国税庁の法人番号公表サイトで確認できます。")
            % {"count": len(digits)}
        )
    expected = cn.calc_check_digit(digits[1:])
    if expected != digits[0]:
        raise NotACorporateNumber(
            _(
                "どこか1桁が違うようです。2桁目からの12桁が正しければ、先頭は「%(expected)s」に"
                "なります（いま「%(actual)s」）。1桁ずつ見直してください。"
            )
            % {"expected": expected, "actual": digits[0]}
        )
    return digits


def complete(twelve: str) -> str:
    """The corporate number of a 会社法人等番号 (twelve digits)."""
    return cn.calc_check_digit(twelve) + twelve


def spaced(number: str) -> str:
    """4-0110-0109-8993, easier to compare with a certificate."""
    return cn.format(number) if number else ""
