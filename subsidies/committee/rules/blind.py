"""Texts for reviewers who shall not know whose application it is (氏名・個人情報を伏せた審査). Pure.

Names, addresses and numbers that the portal knows of the firm are struck out wherever they stand,
and mail addresses and telephone numbers whoever's they are. What a text gives away by its content
no rule can find: officials look a dossier through before a blind review begins.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MARK = "■■■"
# One character stands in too many ordinary words.
SHORTEST = 2
_MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<!\d)0\d{1,4}[-‐−ー–（(]\d{1,4}[-‐−ー–）)]\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)"
)
_BLANKS = r"[\s\u3000]*"


def redacted(text: str, needles: Iterable[str]) -> str:
    """The text with every needle, mail address and telephone number struck out.

    Full-width and half-width forms and blanks between characters are the same to it; the text is
    normalised (NFKC) where something was found, and untouched where nothing was.
    """
    plain = unicodedata.normalize("NFKC", text)
    struck = plain
    for pattern in (*_patterns(needles), _MAIL, _PHONE):
        struck = pattern.sub(MARK, struck)
    return text if struck == plain else struck


def strike(value: Any, needles: Iterable[str]) -> Any:
    """`redacted` for every text within lists and mappings; keys stay."""
    known = list(needles)
    if isinstance(value, str):
        return redacted(value, known)
    if isinstance(value, list):
        return [strike(item, known) for item in value]
    if isinstance(value, dict):
        return {key: strike(item, known) for key, item in value.items()}
    return value


def _patterns(needles: Iterable[str]) -> list[re.Pattern[str]]:
    """Longest first, so that a whole name goes before its part."""
    plain = {re.sub(r"\s+", "", unicodedata.normalize("NFKC", needle)) for needle in needles}
    return [
        re.compile(_BLANKS.join(map(re.escape, needle)), re.IGNORECASE)
        for needle in sorted(plain, key=lambda needle: (-len(needle), needle))
        if len(needle) >= SHORTEST
    ]
