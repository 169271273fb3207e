"""What a text is found by: pairs of neighbouring signs, and whole words of Latin letters and figures.

Pairs need no dictionary and miss nothing: whatever part of 電気亜鉛めっき is asked for stands in its
pairs. Words of a–z and 0–9 are kept whole and found by their beginning (sus → sus304), figures behind
letters also by themselves (304). docs/adr/0060-search.md tells what was measured.
"""

import re
from collections.abc import Iterable, Iterator

from portal.search.rules.folding import fold

# PostgreSQL keeps words of 2,046 bytes.
LONGEST = 60
_PART = re.compile(r"[a-z0-9]+|[^a-z0-9 ]+")
_FIGURES_BEHIND = re.compile(r"(?<=[a-z])[0-9]+")
_LATIN = re.compile(r"[a-z0-9]")


def grams(*texts: str) -> list[str]:
    """Every gram of the texts, each once, sorted."""
    return sorted({gram for text in texts for gram in _of(fold(text))})


def _of(folded: str) -> Iterator[str]:
    for part in _PART.findall(folded):
        if _LATIN.match(part):
            yield part[:LONGEST]
            yield from (figures[:LONGEST] for figures in _FIGURES_BEHIND.findall(part))
        else:
            yield from (part[at : at + 2] for at in range(len(part) - 1))
            yield part[-1]  # found by itself only; every other sign begins a pair


def wanted(word: str) -> list[tuple[str, bool]]:
    """(gram, whether its beginning is enough) that a text with this folded word must have."""
    found: list[tuple[str, bool]] = []
    for part in _PART.findall(word):
        if _LATIN.match(part):
            found.append((part[:LONGEST], True))
        elif len(part) == 1:
            found.append((part, True))
        else:
            found += [(part[at : at + 2], False) for at in range(len(part) - 1)]
    return list(dict.fromkeys(found))


def is_exact(word: str) -> bool:
    """Whether the grams alone say that the word is there: a pair of signs, one word of letters."""
    return len(wanted(word)) == 1


def question(words: Iterable[Iterable[str]]) -> str:
    """A tsquery: of each group of words at least one, of all groups together every one."""
    groups = [" | ".join(_all_of(word) for word in group) for group in words]
    return " & ".join(f"({group})" for group in groups)


def _all_of(word: str) -> str:
    return (
        "(" + " & ".join(f"'{gram}'{':*' if begins else ''}" for gram, begins in wanted(word)) + ")"
    )


def has(found: Iterable[str], word: str) -> bool:
    """Whether a text of these grams answers the word; what the database asks, in Python."""
    kept = set(found)
    return all(
        any(gram.startswith(part) for gram in kept) if begins else part in kept
        for part, begins in wanted(word)
    )
