"""材料 of a firm against the material asked for.

A firm that says ステンレス takes SUS304 too; one that says SUS304 is found by ステンレス, and not by SUS316.
Marks kept with a profile: "copper.brass" (the firm takes brass), "copper.brass=c3604" (that grade of it),
"<copper.brass" and "<copper" (it takes something of it), "=ヒヒイロカネ" (a word nobody knows).
"""

import re
from collections.abc import Iterable

from lab.nakama.rules.folding import fold
from lab.nakama.rules.lexicon import Found, Lexicon
from lab.nakama.rules.tokens import tokenise

# Codes that name one grade: every word of theirs is that grade.
_GRADE = re.compile(r"\.(ss400|s45c|s50c|suj2|skd11|skd61|sus\d{3}|a5052|a7075|adc12|ti64)$")
_ENDING = re.compile(r"(?<=\d)(t\d+|h\d+|[psdb])$")  # A6061-T6, C2801P, S45CD
# Grades that are in no list, by the standard's way of naming them.
_FAMILIES = (
    (re.compile(r"a[1-8]\d{3}[a-z]?\b|ac\d[a-z]+|adc\d+"), "aluminium"),
    (re.compile(r"sus\d{3}|suh\d+|scs\d+"), "stainless"),
    (re.compile(r"c[1-7]\d{3}|cac\d+"), "copper"),
    (re.compile(r"fcd?\d{3}"), "castiron"),
    (
        re.compile(
            r"s\d\dck?\b|s(?:cm|nc|ncm|cr|kd|kh|ks|k|s|m|tk|tkm|up|uj|um|wch|pc|ph)\d*|nak\d+"
        ),
        "steel",
    ),
)


def marks(words: Iterable[str], lexicon: Lexicon) -> list[str]:
    """What to keep of the materials a firm names."""
    kept: set[str] = set()
    for word in words:
        claims = _claims(word, lexicon)
        for claim in claims - _named(claims):
            code = claim.partition("=")[0]
            kept |= {claim} | ({f"<{code}", f"<{code.partition('.')[0]}"} if code else set())
    return sorted(kept)


def wanted(word: str, lexicon: Lexicon) -> list[str]:
    """The marks of which a firm must carry one to take that material."""
    claims = _claims(word, lexicon)
    return _accepted(claims - _named(claims))


def wanted_code(code: str) -> list[str]:
    """The same for a material chosen from the list."""
    return _accepted({code})


def unread(words: Iterable[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Those of the words that name no material anybody knows."""
    return tuple(
        word
        for word in dict.fromkeys(words)
        if any(claim.startswith("=") for claim in _claims(word, lexicon))
    )


def _accepted(claims: set[str]) -> list[str]:
    accepted: set[str] = set()
    for claim in claims:
        code, is_grade, _grade = claim.partition("=")
        family = code.partition(".")[0]
        if is_grade:
            accepted |= {claim} | ({code, family} if code else set())
        else:
            accepted |= {f"<{code}", family} if "." in code else {f"<{code}"}
    return sorted(accepted)


def _claims(word: str, lexicon: Lexicon) -> set[str]:
    found = [
        (item, meaning.code)
        for item in lexicon.find(tokenise(word))
        for meaning in item.meanings
        if meaning.is_material
    ]
    if found:
        return {_claim(item, code) for item, code in found}
    folded = fold(word)
    for pattern, family in _FAMILIES:
        if pattern.match(folded):
            return {f"{family}={folded}"[:40]}
    return {f"={folded}"[:40]} if folded else set()


def _named(claims: set[str]) -> set[str]:
    """Families of which a grade is named too: ステンレス（SUS304） says SUS304."""
    graded = {claim.partition("=")[0] for claim in claims if "." in claim or "=" in claim}
    return {code.partition(".")[0] for code in graded}


def _claim(item: Found, code: str) -> str:
    if _GRADE.search(code) or not re.search(r"\d", item.word):
        return code
    return f"{code}={_ENDING.sub('', item.word)}"
