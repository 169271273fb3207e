"""One spelling for the many of a word: width, case, kana, small and long sounds, 旧字体.

Each sign is folded for itself, whatever stands beside it, so that a hit is found again in the text
as it was written (`Folded`). Marks part words; hyphens, long vowels and accents fall away.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from portal.search.rules.variants import TABLE

_SMALL = dict(
    zip("ぁぃぅぇぉっゃゅょゎゕゖぢづゐゑ", "あいうえおつやゆよわかけじずいえ", strict=True)
)
# キーボード and キ-ボ-ド, 03-1234 and 031234, are one word each.
_SILENT = frozenset("ー-‐‑−–")
# A sign and what is written onto it: half-width ｶﾞ is two, and one sound.
_CLUSTER = re.compile(r".[̀-゙゚ͯﾞﾟ]*", re.DOTALL)


class _Signs(dict[int, str]):
    """What becomes of a sign, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _sign(chr(code))
        return found


def _sign(sign: str) -> str:
    if sign in _SILENT or unicodedata.category(sign).startswith("M"):
        return ""
    if not (sign.isalnum() or sign == "〆"):
        return " "
    letter = unicodedata.normalize("NFD", sign)[0]
    if letter.isascii():
        return letter
    if "ァ" <= sign <= "ヶ":
        sign = chr(ord(sign) - 0x60)
    return _SMALL.get(sign) or TABLE.get(sign, sign)


_SIGNS = _Signs()


def fold(text: str) -> str:
    """The text in its one spelling: words of letters and figures, parted by single spaces.

    Folding a folded text changes nothing.
    """
    return " ".join(_folded(text).split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    # A compatibility ideograph becomes its plain form only now; so does what casefold() took apart.
    return unicodedata.normalize("NFKC", plain.translate(_SIGNS))


@lru_cache(maxsize=8192)
def _cluster(signs: str) -> str:
    return _folded(signs)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its signs stood in the text as written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, written: str) -> "Folded":
        """Sign by sign: for the few sentences that are shown, not for whole documents."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in _CLUSTER.finditer(written):
            folded = _cluster(match.group())
            parts.append(folded)
            starts += [match.start()] * len(folded)
            ends += [match.end()] * len(folded)
        return cls("".join(parts), tuple(starts), tuple(ends))

    def places(self, word: str) -> list[tuple[int, int]]:
        """(start, end) in the text as written of every occurrence of the folded word."""
        found, at = [], self.text.find(word)
        while word and at >= 0:
            last = at + len(word) - 1
            found.append((self.starts[at], self._end(last)))
            at = self.text.find(word, last + 1)
        return found

    def _end(self, last: int) -> int:
        """A long vowel after the hit belongs to it: メッキー is marked as a whole."""
        following = bisect_right(self.starts, self.starts[last])
        end = self.ends[last]
        until = self.starts[following] if following < len(self.starts) else end
        return max(end, until) if until - end == 1 else end
