"""別名 in a text: every longest word that means or implies a process or a material."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from lab.nakama.rules.folding import fold
from lab.nakama.rules.tokens import Token, tokenise

_LATIN = re.compile(r"[a-z]")
_KANA_OR_LATIN = re.compile(r"[ぁ-ゖーa-z0-9]+")
# Words of kana that are as short as this are looked for between the borders of words only.
_SHORT = 5
_KANJI = re.compile(r"[一-龠々]")
_SPOKEN = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word leads to."""

    code: str
    is_material: bool = False
    is_implied: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A word, where it stands in the folded text, and how that goes on (`after`)."""

    word: str
    start: int
    end: int
    meanings: frozenset[Meaning]
    after: str = ""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Folded words and their meanings; `longest` is the length of the longest word."""

    words: Mapping[str, frozenset[Meaning]]
    longest: int

    @classmethod
    def of(cls, aliases: Iterable[tuple[str, Meaning]]) -> "Lexicon":
        """From texts and what they mean; each is found as written and in its normal form."""
        words: dict[str, set[Meaning]] = {}
        spoken: dict[str, set[Meaning]] = {}
        for text, meaning in aliases:
            for spelling in spellings(text):
                words.setdefault(spelling, set()).add(meaning)
            if not meaning.is_material and not meaning.is_implied and (kana := sound(text)):
                spoken.setdefault(kana, set()).add(meaning)
        # A word in kana alone (せんばん), where no word is written so.
        words = {**spoken, **words}
        return cls(
            {word: frozenset(meanings) for word, meanings in words.items()},
            max(map(len, words), default=0),
        )

    def find(self, tokens: list[Token]) -> list[Found]:
        """The longest words of the text as written, and of its normal form what that lacks."""
        found: list[Found] = []
        seen: set[Meaning] = set()
        for forms in ([t.surface for t in tokens], [t.normal for t in tokens]):
            new = self._longest(forms)
            found += [item for item in new if not item.meanings <= seen]
            seen.update(meaning for item in new for meaning in item.meanings)
        return found

    def _longest(self, forms: list[str]) -> list[Found]:
        text = fold("".join(forms))
        borders = {len(fold(joined)) for joined in accumulate(forms)} | {0}
        every = list(self._every(text, borders))
        return [item for item in every if not any(_covers(other, item) for other in every)]

    def _every(self, text: str, borders: set[int]) -> Iterator[Found]:
        for start in range(len(text)):
            for end in range(start + 1, min(start + self.longest, len(text)) + 1):
                meanings = self.words.get(text[start:end])
                if meanings and _stands_alone(text, start, end, borders):
                    yield Found(text[start:end], start, end, meanings, text[end : end + 8])


@lru_cache(maxsize=10_000)
def spellings(text: str) -> frozenset[str]:
    """As written and, of Japanese (machining is not マシニング), in normal form; both folded."""
    if text.isascii():
        return frozenset({fold(text)})
    return frozenset({fold(text), fold("".join(token.normal for token in tokenise(text)))} - {""})


@lru_cache(maxsize=10_000)
def sound(text: str) -> str:
    """How a word with kanji is spoken, folded; "" for a short one, which others may sound like."""
    tokens = tokenise(text)
    spoken = fold("".join(token.reading for token in tokens))
    return spoken if _KANJI.search(text) and len(spoken) >= _SPOKEN else ""


def _covers(other: Found, item: Found) -> bool:
    """Whether `item` is a part of a longer word, and does not say what that only implies (曲げ, 曲げて)."""
    longer = other.end - other.start > item.end - item.start
    if not (longer and other.start <= item.start and item.end <= other.end):
        return False
    implied = {meaning.code for meaning in other.meanings if meaning.is_implied}
    return not any(m.code in implied and not m.is_implied for m in item.meanings)


def _stands_alone(text: str, start: int, end: int, borders: set[int]) -> bool:
    """Not within a longer Latin word or number; short words of kana only between borders."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if _LATIN.match(first) and _LATIN.match(before):
        return False
    if _LATIN.match(last) and (_LATIN.match(after) or (end - start < 3 and after.isdigit())):
        return False
    if (first.isdigit() and (before.isdigit() or before == ".")) or (
        last.isdigit() and (after.isdigit() or (end - start < 4 and _LATIN.match(after)))
    ):
        return False
    word = text[start:end]
    if len(word) == 1 or (len(word) <= _SHORT and _KANA_OR_LATIN.fullmatch(word)):
        return start in borders and end in borders
    return True
