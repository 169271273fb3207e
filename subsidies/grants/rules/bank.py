"""A bank account as it is typed becomes one as banks write it (全銀): digits and half-width kana."""

import re
import unicodedata

from django.utils.translation import gettext as _

_SMALL = str.maketrans("ァィゥェォッャュョヮー－―‐", "アイウエオツヤユヨワ----")
# Forms of firms as banks shorten them, at the beginning, the end or between.
_FORMS = re.compile(
    r"カブシキガイシヤ|ユウゲンガイシヤ|ゴウドウガイシヤ|[(（]?[カユド][)）]|[(（][カユド]"
)
_FULL_SIGNS = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
    "ハヒフヘホマミムメモヤユヨラリルレロワヲン゛゜。「」、・"
)
_HALF_SIGNS = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝﾞﾟ｡｢｣､･"
_HALF = str.maketrans(_FULL_SIGNS, _HALF_SIGNS)
_ALLOWED = re.compile(r"[ｦ-ﾟｰA-Z0-9().,/\- ｡｢｣]+")
_DIGITS = {"bank_code": 4, "branch_code": 3, "number": 7}


class Unreadable(ValueError):
    """The text is no such part of an account; the message says what to type instead."""


def read_digits(name: str, text: str) -> str:
    """Bank code (4), branch code (3) or account number (7, zeros added in front).

    Raises Unreadable.
    """
    size = _DIGITS[name]
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"\d+", digits, flags=re.ASCII) or len(digits) > size:
        message = _("%(size)d桁の数字で入力してください。例：%(example)s")
        raise Unreadable(message % {"size": size, "example": "1234567"[:size]})
    if name != "number" and len(digits) != size:
        raise Unreadable(
            _("%(size)d桁の数字で入力してください。0から始まる番号も省きません。") % {"size": size}
        )
    return digits.zfill(size)


def read_holder(text: str) -> str:
    """The holder in half-width capitals: 「カ）スミダセイサクショ」→「ｶ)ｽﾐﾀﾞｾｲｻｸｼﾖ」.

    Raises Unreadable.
    """
    plain = _katakana(text).translate(_SMALL)
    half = _voiced_apart(plain).translate(_HALF)
    half = re.sub(r"\s+", " ", half).strip()
    if not half or not _ALLOWED.fullmatch(half):
        raise Unreadable(
            _(
                "通帳のとおりのカタカナで入力してください。漢字は使えません。例：カ）スミダセイサクショ"
            )
        )
    return half


def is_of(holder: str, name_kana: str) -> bool:
    """Whether the account's holder is the firm by its kana, 株式会社 and spaces left aside."""
    one, other = _bare(holder), _bare(name_kana)
    return bool(other) and (one == other or one.startswith(other))


def _bare(text: str) -> str:
    plain = _FORMS.sub("", _katakana(text).translate(_SMALL))
    return re.sub(r"[\s().（）・･\-]", "", plain)


def _katakana(text: str) -> str:
    """NFKC, hiragana as katakana, capitals."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)


def _voiced_apart(text: str) -> str:
    """ダ → タ゛: half-width kana write the voicing on its own."""
    apart = unicodedata.normalize("NFD", text)
    return apart.replace("\u3099", "゛").replace("\u309a", "゜")
