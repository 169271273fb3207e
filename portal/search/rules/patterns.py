"""A question about names as a regular expression of PostgreSQL: the question is unfolded, not the data.

Names of people and firms stand in their own tables under row policies, and no copy of them is made
for the search. 渡邉 is asked as 渡\\s*[辺邊邉], まる as [まマﾏ][るルﾙ], 03-1234 with or without hyphens.
"""

import unicodedata
from functools import cache

from portal.search.rules.folding import fold

# Between two signs: spaces, hyphens, long vowels, and the marks of numbers and addresses.
_BETWEEN = r"[\s・･ー\-‐‑−–@._+()（）]*"
_KANA = range(ord("ぁ"), ord("ゖ") + 1)
_HALF = range(0xFF66, 0xFF9E)
_MARKS = ("", "ﾞ", "ﾟ")


def pattern(text: str) -> str:
    """Finds the text in whatever spelling it stands; "" for nothing. Words are asked as one."""
    signs = fold(text).replace(" ", "")
    return _BETWEEN.join(_any_of(sign) for sign in signs)


@cache
def _written_as() -> dict[str, set[str]]:
    """Folded sign → everything that is folded to it, as far as names are written."""
    from portal.search.rules.variants import TABLE

    written: dict[str, set[str]] = {}
    signs = [chr(code) for code in _KANA] + [chr(code + 0x60) for code in _KANA]
    signs += [chr(code) + mark for code in _HALF for mark in _MARKS]
    signs += [chr(code) for code in range(0xFF10, 0xFF5B)] + list(TABLE)
    for sign in signs:
        folded = fold(sign)
        if len(folded) == 1:
            written.setdefault(folded, {folded}).add(sign)
            written[folded].add(unicodedata.normalize("NFKC", sign))
    return written


def _any_of(sign: str) -> str:
    forms = sorted(_written_as().get(sign, set()) | {sign, sign.upper()})
    single = "".join(form for form in forms if len(form) == 1)
    pairs = [form for form in forms if len(form) > 1 and fold(form) == sign]
    return f"(?:{'|'.join([*pairs, f'[{single}]'])})" if pairs else f"[{single}]"
