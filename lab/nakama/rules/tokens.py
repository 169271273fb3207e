"""Words of a text as Sudachi parts and normalises them (めっき = メッキ = 鍍金).

The dictionary is loaded once per process, at the first text. Its tokenizers are not safe to share: each
thread has its own.
"""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.nakama.rules.folding import fold

# Parts of speech that say something: nouns, verbs, adjectives, prefixes, and what is none of Japanese.
_SAYING = {"名詞", "動詞", "形容詞", "形状詞", "接頭辞"}
# する, ある, できる and the like are everywhere.
_EMPTY_WORDS = (
    "為る 有る 居る 成る 出来る 下さる 欲しい 致す 行う 御座る 言う 有り 為 事 物 等 様 方 時 可 可能 対応 得意 専門"
    " 弊社 当社 自社 各種 希望 依頼 御 お願い 願い 願う 探す 作る 製作 製造 加工 工場 会社 使う 持つ 揃える"
)
# Of at most four bytes each; Sudachi takes 49,149 bytes.
MOST_AT_ONCE = 12_000
# PostgreSQL keeps words of 2,046 bytes.
LONGEST = 100
_EMPTY = frozenset(fold(word) for word in _EMPTY_WORDS.split(" "))


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands (NFKC) and in its normal form."""

    surface: str
    normal: str
    reading: str
    kind: str
    is_unknown: bool


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="core")


_own = threading.local()


def _tokenizer() -> Any:
    if not hasattr(_own, "tokenizer"):
        from sudachipy import SplitMode

        _own.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    return _own.tokenizer


def tokenise(text: str) -> list[Token]:
    """All tokens of the text, in their order.

    ㌖ alone becomes six signs: what is short as typed may be longer than Sudachi takes at once.
    """
    text = unicodedata.normalize("NFKC", text)
    parts = (text[at : at + MOST_AT_ONCE] for at in range(0, len(text), MOST_AT_ONCE))
    return [
        Token(
            surface=word.surface(),
            normal=word.normalized_form(),
            reading=word.reading_form(),
            kind=word.part_of_speech()[0],
            is_unknown=word.is_oov(),
        )
        for part in parts
        for word in _tokenizer().tokenize(part)
    ]


def saying(tokens: list[Token]) -> list[str]:
    """The folded normal forms that say something, each once. A row of signs without end is no word."""
    words = (fold(token.normal) for token in tokens if token.kind in _SAYING)
    return [
        word for word in dict.fromkeys(words) if 0 < len(word) <= LONGEST and word not in _EMPTY
    ]
