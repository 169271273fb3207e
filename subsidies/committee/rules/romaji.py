"""Katakana as people write it in Latin letters, for finding a firm's name in a blind dossier. Pure.

Hepburn and 訓令式; long vowels with a macron, doubled, with h or left out: オオモリ is Omori, Ōmori,
Ohmori or Oomori. Regular expressions, since nobody keeps to one spelling.
"""

import re

# Fewer syllables are ordinary words: アイ is AI.
LEAST = 3
_VOWELS = "aiueo"
# Onset → its row of the syllabary; a blank is a hole.
_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サ スセソ",
    "(?:sh|s)": " シ   ",
    "z": "ザ ズゼゾ",
    "(?:j|z)": " ジ   ",
    "(?:j|z|d)": " ヂヅ  ",
    "t": "タ  テト",
    "(?:ch|t)": " チ   ",
    "(?:ts|t)": "  ツ  ",
    "d": "ダ  デド",
    "n": "ナニヌネノ",
    "h": "ハヒ ヘホ",
    "[fh]": "  フ  ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "y": "ヤ ユ ヨ",
    "r": "ラリルレロ",
    "w": "ワ   ",
    "w?": "    ヲ",
    "v": "  ヴ  ",
}
# Syllable → (onset, vowel).
_SYLLABLES = {
    kana: (onset, vowel)
    for onset, row in _ROWS.items()
    for kana, vowel in zip(row, _VOWELS, strict=False)
    if kana != " "
} | {"ン": ("(?:n'?|m)", "")}
# キャ, シュ, チョ … have a y of their own, ファ, ティ … do not.
_BEFORE_Y = {"シ": "(?:sh|sy)", "チ": "(?:ch|ty)", "ジ": "(?:j|jy|zy)", "ヂ": "(?:j|zy)"}
_BEFORE_SMALL = {"フ": "f", "テ": "t", "デ": "d", "シ": "sh", "ジ": "j", "チ": "ch", "ウ": "w"}
_SMALL = {"ャ": "a", "ュ": "u", "ョ": "o", "ァ": "a", "ィ": "i", "ェ": "e", "ォ": "o"}
# What draws a vowel out, and how that is written.
_LONG = {"a": "アー", "i": "イー", "u": "ウー", "e": "ー", "o": "オウー"}
_DRAWN = {
    "a": "(?:ā|aa?h?)",
    "i": "(?:ī|ii?)",
    "u": "(?:ū|uu?h?)",
    "e": "(?:ē|ee?|ei)",
    "o": "(?:ō|ô|oo|ou|oh|o)",
}
_GAP = r"[\s\-_.・]*"
_LETTER = "[A-Za-zÀ-ž]"


def word(pattern: str) -> re.Pattern[str]:
    """The pattern where no letter goes before or after."""
    return re.compile(f"(?<!{_LETTER})(?:{pattern})(?!{_LETTER})", re.IGNORECASE)


def pattern_of(katakana: str) -> re.Pattern[str] | None:
    """What finds the name in Latin letters; None for what is too short or no katakana."""
    parts, at = [], 0
    while at < len(katakana):
        double = katakana[at] == "ッ"
        kana, small = katakana[at + double : at + double + 1], katakana[at + double + 1 :][:1]
        if kana not in _SYLLABLES:
            return None
        onset, vowel = _SYLLABLES[kana]
        at += double + 1
        if small and small in _SMALL:
            vowel, at = _SMALL[small], at + 1
            onset = (
                _BEFORE_Y.get(kana, f"{onset}y")
                if small in "ャュョ"
                else _BEFORE_SMALL.get(kana, onset)
            )
        if vowel and katakana[at : at + 1] and katakana[at] in _LONG[vowel]:
            vowel, at = _DRAWN[vowel], at + 1
        parts.append(f"{'[a-z]?' if double else ''}{onset}{vowel}")
    return word(_GAP.join(parts)) if len(parts) >= LEAST else None
