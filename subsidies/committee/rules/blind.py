"""Texts for reviewers who shall not know whose application it is (氏名・個人情報を伏せた審査). Pure.

Names, addresses and numbers that the portal knows of the firm are struck out wherever they stand,
in hiragana and katakana, its name also in Latin letters as its kana and its addresses on the net
spell it; mail addresses and telephone numbers whoever's they are. What a text gives away by its content
no rule can find: officials look a dossier through before a blind review begins.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from subsidies.committee.rules.romaji import pattern_of, word

# A text, or what finds its spellings.
Needle = str | re.Pattern[str]
MARK = "■■■"
# One character stands in too many ordinary words.
SHORTEST = 2
_MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<!\d)0\d{1,4}[-‐−ー–（(]\d{1,4}[-‐−ー–）)]\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)"
)
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HIRAGANA = {katakana: hiragana for hiragana, katakana in _KATAKANA.items()}
_BLANKS = r"[\s\u3000]*"


# 法人の種類 as kana (カブシキガイシャ, カ）), points and blanks.
FORMS = re.compile(
    "(?:カブシキ|ユウゲン|ゴウドウ|ゴウシ|ゴウメイ)[ガカ]イシャ"
    r"|\([カユドシメ]\)?|(?<!\S)[カユドシメ]\)|[・\s]"
)
# What firms of the trade are called: an English name is often the head alone.
_TRADES = re.compile(
    "(?:カガク|カナガタ|キカイ|キコウ|キンゾク|ケンマ|コウギョウ(?:ショ)?|コウサク[シジ]ョ|サンギョウ|ジュシ"
    "|ショウカイ|ショウテン|ショウジ|セイキ|セイサク[シジ]ョ|セイミツ|テクノ|テック|テッコウ(?:[シジ]ョ)?"
    "|デンキ|デンシ|プレス|メッキ)+$"
)
# Addresses at these say nothing of the firm.
_HOSTS = {
    *("au", "biglobe", "dion", "docomo", "eonet", "excite", "example", "ezweb", "gmail"),
    *("hotmail", "icloud", "infoseek", "live", "nifty", "ocn", "outlook", "plala"),
    *("so-net", "softbank", "yahoo", "ybb"),
}
_LEAST_LABEL = 4


def latin_names(kana: str, *addresses: str) -> list[re.Pattern[str]]:
    """What finds the firm's name in Latin letters: its kana, whole and without the trade, and the
    name in its addresses on the net (website, mail).
    """
    name = FORMS.sub("", unicodedata.normalize("NFKC", kana).translate(_KATAKANA))
    found = [pattern_of(text) for text in dict.fromkeys((name, _TRADES.sub("", name)))]
    for address in addresses:
        label = _label(address)
        if len(label) >= _LEAST_LABEL and label not in _HOSTS:
            found.append(word(r"[\s\-_.]*".join(map(re.escape, re.split(r"[-_]+", label)))))
    return [pattern for pattern in found if pattern]


def _label(address: str) -> str:
    """The name in https://www.omori-seiki.co.jp/ or info@omori-seiki.co.jp: omori-seiki."""
    host = re.sub(r"^[a-z]+://|^.*@", "", address.strip().lower()).partition("/")[0]
    return host.removeprefix("www.").partition(".")[0]


def redacted(text: str, needles: Iterable[Needle]) -> str:
    """The text with every needle, mail address and telephone number struck out.

    Full-width and half-width forms and blanks between characters are the same to it; the text is
    normalised (NFKC) where something was found, and untouched where nothing was.
    """
    plain = unicodedata.normalize("NFKC", text)
    struck = plain
    for pattern in (_MAIL, *_patterns(needles), _PHONE):
        struck = pattern.sub(MARK, struck)
    return text if struck == plain else struck


def strike(value: Any, needles: Iterable[Needle]) -> Any:
    """`redacted` for every text within lists and mappings; keys stay."""
    known = list(needles)
    if isinstance(value, str):
        return redacted(value, known)
    if isinstance(value, list):
        return [strike(item, known) for item in value]
    if isinstance(value, dict):
        return {key: strike(item, known) for key, item in value.items()}
    return value


def _patterns(needles: Iterable[Needle]) -> list[re.Pattern[str]]:
    """Longest first, so that a whole name goes before its part; Latin spellings after them."""
    known = list(needles)
    texts = [needle for needle in known if isinstance(needle, str)]
    plain = {re.sub(r"\s+", "", unicodedata.normalize("NFKC", needle)) for needle in texts}
    return [
        *(
            re.compile(_BLANKS.join(map(_either, needle)), re.IGNORECASE)
            for needle in sorted(plain, key=lambda needle: (-len(needle), needle))
            if len(needle) >= SHORTEST
        ),
        *(needle for needle in known if not isinstance(needle, str)),
    ]


def _either(letter: str) -> str:
    """A kana in both scripts, anything else as it is."""
    katakana = letter.translate(_KATAKANA)
    hiragana = letter.translate(_HIRAGANA)
    return re.escape(letter) if katakana == hiragana else f"[{hiragana}{katakana}]"
