"""What somebody typed, as words to look for."""

import re
import unicodedata
from dataclasses import dataclass

from portal.search.rules.folding import fold

MOST_SIGNS, MOST_WORDS = 100, 8
_JAPANESE_WORD = r"[^ぁ-ゖ\s]"
# 「補助金の申請」 is two words; 「ものづくり」 is one: a particle stands between signs that are no hiragana.
_PARTICLE = re.compile(
    rf"(?<={_JAPANESE_WORD})(?:についての|について|のための|に関する|による|したい|するには|するなら|する|での|への"
    rf"|から|まで|より|など|の|を|に|で|は|が|と|や|へ|も)(?={_JAPANESE_WORD}|$)"
)
_AFTER_KANA = re.compile(rf"[のを](?={_JAPANESE_WORD})")
_SCRIPTS = re.compile(r"[一-龠々〆]+|[ァ-ヶー]+|[ぁ-ゖー]+|[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` are folded and all have to be found; `written` are the same as they were typed.

    `too_long` is the number of signs where there are more than MOST_SIGNS; nothing is looked for then.
    `dropped` says that more than MOST_WORDS words were typed.
    """

    text: str
    words: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    too_long: int = 0
    dropped: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not self.text.strip()

    @property
    def whole(self) -> str:
        """The folded text as one, to know a title by."""
        return fold(self.text)


def ask(text: str) -> Asked:
    """Words as somebody parted them, and at particles between words."""
    text = _typed(text)
    if len(text) > MOST_SIGNS:
        return Asked(text[:MOST_SIGNS], too_long=len(text))
    return _asked(text, [part for word in text.split() for part in _split(word)])


def loosely(text: str) -> Asked:
    """Parted wherever the script changes: めっき工場補助金 → めっき, 工場補助金."""
    text = _typed(text)[:MOST_SIGNS]
    parts = [part for word in text.split() for part in _SCRIPTS.findall(word)]
    return _asked(text, [part for part in parts if len(fold(part)) > 1])


def _typed(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\x00", " ")).strip()


def _split(word: str) -> list[str]:
    return [
        part
        for piece in _PARTICLE.split(word)
        if piece
        for part in _AFTER_KANA.split(piece)
        if part
    ]


def _asked(text: str, parts: list[str]) -> Asked:
    """Folding may part a word further (A/B), and leaves nothing of marks."""
    found: dict[str, str] = {}
    for part in parts:
        for word in fold(part).split():
            found.setdefault(word, part)
    kept = dict(list(found.items())[:MOST_WORDS])
    return Asked(text, tuple(kept), tuple(kept.values()), dropped=len(found) > MOST_WORDS)
