"""One way to write a firm's name or an item, and a digest of it to look up. Pure."""

import hashlib
import re

from programs.rules import bare_name, fold

# Legal forms of foreign writing; the Japanese ones are `programs.rules.bare_name`'s.
_FORMS = re.compile(r"(?:co\.?,?ltd|k\.?k|inc|llc|corp)\.?$")
_SIGNS = re.compile(r"[\s・･.,、。()「」『』'\"\-‐‑‒–—―−ー_/&]")
_BRACKETS = re.compile(r"\([^()]*\)")
_FIGURES = re.compile(r"\d+")
KEY_LENGTH = 32


def plain_name(text: str) -> str:
    """「株式会社 多摩川ソフトウェア」, "㈱多摩川ソフトウエア" → the same text.

    Folded as names are everywhere (NFKC, katakana, no legal form), without signs; small kana count
    as large ones (ウェ = ウエ).
    """
    return _large(_SIGNS.sub("", _FORMS.sub("", bare_name(text))))


def plain_item(text: str) -> str:
    """An item without its particulars: 「日報クラウド利用料（5か月分）」 → 日報クラウド利用料."""
    return _large(_SIGNS.sub("", _FIGURES.sub("", _BRACKETS.sub("", fold(text)))))


def digest(*parts: object) -> str:
    """The key of that thing: 128 bits in hex, the same everywhere."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def name_key(name: str) -> str:
    """The same for a firm's name and for a vendor's."""
    return digest("name", plain_name(name))


def item_key(category: str, description: str) -> str:
    """The same 経費区分 and the same item, whatever its particulars."""
    return digest("item", category, plain_item(description))


# Each small katakana stands right before its large one.
_SMALL = {
    code: code + 1
    for code in (0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE)
}


def _large(text: str) -> str:
    return text.translate(_SMALL)
