"""認証 by their many spellings: ISO 9001:2015 is iso9001."""

import re
from collections.abc import Iterable

from lab.nakama.rules.folding import fold

_YEAR = re.compile(r"[:(年](19|20)\d\d.*$")
_SPELLINGS = {
    "iso9001": ("ISO9001", "ISO9000", "JIS Q 9001", "JISQ9001"),
    "iso14001": ("ISO14001", "JIS Q 14001", "JISQ14001"),
    "ecoaction21": ("エコアクション21", "EA21", "エコアクション"),
    "jisq9100": ("JIS Q 9100", "JISQ9100", "AS9100", "EN9100", "Q9100", "航空宇宙品質"),
    "nadcap": ("Nadcap",),
    "iatf16949": ("IATF16949", "TS16949", "ISO/TS16949", "ISO/TS 16949"),
    "iso13485": ("ISO13485", "JIS Q 13485", "JISQ13485"),
    "iso17025": ("ISO/IEC17025", "ISO17025", "ISO/IEC 17025", "JIS Q 17025"),
    "iso27001": ("ISO/IEC27001", "ISO27001", "ISMS", "JIS Q 27001"),
    "jisq15001": ("プライバシーマーク", "Pマーク", "JIS Q 15001"),
}
_SPACE = re.compile(r"[\s:]+")
_SAME = {_SPACE.sub("", fold(word)): code for code, words in _SPELLINGS.items() for word in words}
# What a buyer chooses from: code → its usual name. All are names, the same in every language.
NAMES = {code: words[0] for code, words in _SPELLINGS.items()}


def code_of(name: str) -> str:
    """The certificate's code, at most 40 characters."""
    folded = _SPACE.sub("", _YEAR.sub("", fold(name)))
    folded = folded.removesuffix(fold("認証取得")).removesuffix(fold("取得")).removesuffix("認証")
    return _SAME.get(folded, folded)[:40]


def codes_of(names: Iterable[str]) -> list[str]:
    """The codes of what a case asks for, each once, in the order of the names."""
    return [code for code in dict.fromkeys(map(code_of, names)) if code]
