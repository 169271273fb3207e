"""One spelling for the many of a word: width, case, kana, long vowels, hyphens and spaces."""

import re
import unicodedata

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# ウェハ and ウエハ, ヂ and ジ are one word each.
_SMALL = str.maketrans("ぁぃぅぇぉぢづ", "あいうえおじず")
_LONG_VOWEL = re.compile(r"(?<=[ぁ-ゖ])[ー〜~]+")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑–—―−]+(?=\w)")
# A space parts two Latin words (sus304 a5052) and nothing else; "SUS 304" is one word.
_SPACE = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])|(?<=[a-z])\s+(?=[0-9])")


def fold(text: str) -> str:
    """NFKC, lower case, hiragana, without long vowels, hyphens and spaces.

    Folding a folded text changes nothing. Marks such as 、 and / stay: they part words.
    """
    text = unicodedata.normalize("NFKC", text).lower().translate(_KATAKANA).translate(_SMALL)
    text = _LONG_VOWEL.sub("", text)
    return _SPACE.sub("", _HYPHEN.sub("", text))
