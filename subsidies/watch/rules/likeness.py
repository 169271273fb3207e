"""How alike two texts are: shingles of five characters, because Japanese has no blanks. Pure.

Likeness is the Jaccard index |A ∩ B| ÷ |A ∪ B| of the two sets of shingles, an exact fraction that
an official can check by hand. To find candidates without comparing everything, each text keeps the
`SKETCH` smallest digests of its shingles (bottom-k sketch, Broder 1997): of two texts with likeness
J about J of them agree, so an index on the digests finds the pairs.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Set
from fractions import Fraction

WIDTH = 5
SKETCH = 24
# Two texts with fewer agreeing digests are hardly candidates.
LEAST_COMMON = 6
# A plan of fewer characters is too short to be anybody's own words.
LEAST_CHARACTERS = 60
_SIGNS = re.compile(r"[\s、。，．,.・「」『』（）()！？!?：:；;ー〜~\-]")


def plain_text(text: str) -> str:
    """NFKC, lower case, without blanks and signs: a moved comma makes no other text."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower())


def shingles(text: str) -> frozenset[str]:
    """All runs of five characters of the plain text; none of a text that is too short."""
    plain = plain_text(text)
    if len(plain) < LEAST_CHARACTERS:
        return frozenset()
    return frozenset(plain[place : place + WIDTH] for place in range(len(plain) - WIDTH + 1))


def sketch(found: Collection[str]) -> tuple[str, ...]:
    """The smallest digests of the shingles, 64 bits in hex, in order."""
    return tuple(sorted(_digest(item) for item in found)[:SKETCH])


def likeness(one: Set[str], other: Set[str]) -> Fraction:
    """The Jaccard index, 0 where there is nothing to compare."""
    together = len(one | other)
    return Fraction(len(one & other), together) if together else Fraction(0)


def percent(share: Fraction) -> int:
    """Whole percent, cut off: 「87%」 never says more than is true."""
    return int(share * 100)


def common_passages(one: str, other: str, *, least: int = 12, most: int = 5) -> list[str]:
    """The longest passages that stand word for word in both, for the eye."""
    first, second = plain_text(one), plain_text(other)
    found: list[str] = []
    place = 0
    while place <= len(first) - least:
        length = _common_from(first, place, second, least)
        if length:
            found.append(first[place : place + length])
        place += length or 1
    return sorted(found, key=len, reverse=True)[:most]


def _common_from(first: str, place: int, second: str, least: int) -> int:
    """How long the passage from `place` on is that `second` has as well; 0 if below `least`."""
    length = least
    if first[place : place + length] not in second:
        return 0
    while place + length < len(first) and first[place : place + length + 1] in second:
        length += 1
    return length


def _digest(shingle: str) -> str:
    return hashlib.blake2b(shingle.encode(), digest_size=8).hexdigest()
