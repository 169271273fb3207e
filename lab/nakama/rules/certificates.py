"""認証 by their many spellings: ISO 9001:2015 is iso9001."""

import re

from lab.nakama.rules.folding import fold

_YEAR = re.compile(r"[:(年](19|20)\d\d.*$")
_SAME = {
    fold(word): code
    for code, words in {
        "jisq9100": ("AS9100", "EN9100", "JISQ9100", "JIS Q 9100", "Q9100", "航空宇宙品質"),
        "iatf16949": ("TS16949", "ISO/TS16949", "IATF16949", "ISO/TS 16949"),
        "ecoaction21": ("エコアクション21", "EA21", "エコアクション"),
        "jisq15001": ("プライバシーマーク", "Pマーク", "JIS Q 15001"),
        "iso9001": ("ISO9001", "ISO9000", "JIS Q 9001", "JISQ9001"),
        "iso14001": ("ISO14001", "JIS Q 14001", "JISQ14001"),
        "iso13485": ("ISO13485", "JIS Q 13485", "JISQ13485"),
        "iso17025": ("ISO17025", "ISO/IEC17025", "ISO/IEC 17025", "JIS Q 17025"),
        "iso27001": ("ISO27001", "ISO/IEC27001", "ISMS", "JIS Q 27001"),
        "nadcap": ("Nadcap",),
    }.items()
    for word in words
}


def code_of(name: str) -> str:
    """The certificate's code, at most 40 characters."""
    folded = re.sub(r"[\s:]+", "", _YEAR.sub("", fold(name)))
    folded = folded.removesuffix(fold("認証取得")).removesuffix(fold("取得")).removesuffix("認証")
    return _SAME.get(folded, folded)[:40]
