"""Other words for what was asked: those of the lexicon of processes, and the portal's own few."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from lab.nakama.rules.folding import fold as fold_for_lexicon
from portal.search.rules.folding import fold

MOST = 8
# What owners say and what the wards write.
OWN = (
    ("補助金", "助成金"),
    ("締切", "締め切り", "〆切", "期限"),
    ("申込", "申し込み", "申込み", "応募"),
    ("講座", "研修", "セミナー"),
    ("相談", "アドバイス"),
    ("人手不足", "人材不足"),
    ("サイバー攻撃", "ランサムウェア", "情報セキュリティ"),
    ("見積", "見積もり", "相見積"),
    ("電子化", "デジタル化", "ペーパーレス"),
)
_OWN = {
    fold(word): tuple(fold(other) for other in row if other != word) for row in OWN for word in row
}

# An alias that only implies a process (シャフト) is no other word for it.
_ALIASES = """
    SELECT asked.normalised, other.text
    FROM nakama_alias asked
    JOIN nakama_alias other
      ON other.process_id = asked.process_id OR other.material_id = asked.material_id
    WHERE asked.normalised = ANY(%s) AND asked.is_active AND NOT asked.is_implied
      AND other.is_active AND NOT other.is_implied
    ORDER BY other.id
"""


class Widened(NamedTuple):
    """A folded word, and other words for it that its own grams do not find."""

    word: str
    others: tuple[str, ...]


def widen(words: Sequence[str], written: Sequence[str]) -> list[Widened]:
    """One query. `written` are the words as typed, which the lexicon folds in its own way."""
    names = {fold_for_lexicon(text): word for word, text in zip(words, written, strict=True)}
    found: dict[str, list[str]] = {word: list(_OWN.get(word, ())) for word in words}
    with connection.cursor() as cursor:
        cursor.execute(_ALIASES, [list(names)])
        for name, text in cursor.fetchall():
            found[names[name]].append(fold(text))
    return [Widened(word, _kept(word, others)) for word, others in found.items()]


def _kept(word: str, others: list[str]) -> tuple[str, ...]:
    """Shortest first: what contains another one is found by that already."""
    kept: list[str] = []
    for other in sorted(dict.fromkeys(others), key=len):
        if other and " " not in other and not any(part in other for part in [word, *kept]):
            kept.append(other)
    return tuple(kept[:MOST])
