"""Finds public documents: one statement however many there are, and what it does not look at it says.

GIN gives documents with all grams of the words; of these the first `LOOKED` in the order of hits are
looked at whether the words really stand there, and a page of them is read.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from portal.search.models import Document, Kind
from portal.search.rules import asking, grams, snippets
from portal.search.rules.asking import Asked
from portal.search.selectors.synonyms import Widened, widen

PAGE, LOOKED = 20, 200
# Titles before texts, what was asked before other words for it, what runs before what is over: the
# function's order (migration 0001).
_FIND = """
    WITH candidate AS MATERIALIZED (
        SELECT * FROM search_candidates(
            %(asked)s::tsquery, %(direct)s::tsquery, %(whole)s, %(now)s, %(kind)s, %(ward)s, %(looked)s)
    ), hit AS (
        SELECT id, rank, count(*) OVER () AS hits FROM candidate {verified}
    )
    SELECT hit.hits, (SELECT count(*) FROM candidate), {columns}
    FROM (SELECT * FROM hit ORDER BY rank OFFSET %(skipped)s LIMIT %(most)s) hit
    JOIN search_document document USING (id)
    ORDER BY hit.rank
"""
_COLUMNS = (
    *("id", "kind", "ward_id", "url", "title", "title_en", "summary", "summary_en", "body"),
    *("on", "starts_at", "ends_at"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, and where. `kind` "" and `ward_id` None: everywhere."""

    text: str = ""
    kind: str = ""
    ward_id: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A paginator's figures. `is_more`: only the first `count` were looked at."""

    count: int
    num_pages: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, with what a pager asks of Django's pages.

    `widened` are the words with the others that were looked for too; `is_loose`: the words were not
    found as typed and were parted where the script changes.
    """

    asked: Asked
    hits: list[Document] = field(default_factory=list)
    widened: list[Widened] = field(default_factory=list)
    total: int = 0
    is_more: bool = False
    is_loose: bool = False
    number: int = 1

    @property
    def paginator(self) -> Counted:
        return Counted(self.total, max(1, -(-self.total // PAGE)), self.is_more)

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.number < self.paginator.num_pages

    def start_index(self) -> int:
        """Number of the first hit shown, from 1."""
        return (self.number - 1) * PAGE + 1 if self.hits else 0

    def end_index(self) -> int:
        return self.start_index() + len(self.hits) - 1 if self.hits else 0

    @property
    def words(self) -> list[str]:
        """Everything that is marked in a hit, the longest first."""
        every = {word for item in self.widened for word in (item.word, *item.others)}
        return sorted(every, key=len, reverse=True)

    @property
    def others(self) -> list[str]:
        """The other words that were looked for too."""
        return [other for item in self.widened for other in item.others]


def find(wish: Wish, *, now: dt.datetime) -> Found:
    """Two statements; four where nothing is found and the words can be parted further."""
    asked = asking.ask(wish.text)
    found = _find(asked, wish, now=now)
    loosely = asking.loosely(wish.text)
    if found.total or not asked.words or loosely.words in {asked.words, ()}:
        return found
    second = _find(loosely, wish, now=now, is_loose=True)
    return second if second.total else found


def _find(asked: Asked, wish: Wish, *, now: dt.datetime, is_loose: bool = False) -> Found:
    if not asked.words:
        return Found(asked)
    widened = widen(asked.words, asked.written)
    number = max(1, wish.page)
    rows = _rows(asked, widened, wish, number, now)
    if not rows and number > 1:
        number, rows = 1, _rows(asked, widened, wish, 1, now)
    hits = [Document(**dict(zip(_COLUMNS, row[2:], strict=True))) for row in rows]
    total, looked = rows[0][:2] if rows else (0, 0)
    return Found(asked, hits, widened, total, looked >= LOOKED, is_loose, number)


def _rows(
    asked: Asked, widened: Sequence[Widened], wish: Wish, number: int, now: dt.datetime
) -> list[tuple[Any, ...]]:
    groups = [(item.word, *item.others) for item in widened]
    values: dict[str, Any] = {
        "asked": grams.question(groups),
        "direct": grams.question((item.word,) for item in widened),
        "whole": asked.whole,
        "now": now,
        "kind": wish.kind if wish.kind in Kind.values else "",
        "ward": wish.ward_id or 0,
        "looked": LOOKED,
        "skipped": (number - 1) * PAGE,
        "most": PAGE,
    }
    statement = _FIND.format(
        verified=_verified(groups, values),
        columns=", ".join(f'document."{name}"' for name in _COLUMNS),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _verified(groups: Sequence[Sequence[str]], values: dict[str, Any]) -> str:
    """Pairs of signs may stand in a text without the word: of groups with such words it is asked."""
    doubtful = [group for group in groups if not all(map(grams.is_exact, group))]
    if not doubtful:
        return ""
    conditions = []
    for place, group in enumerate(doubtful):
        values[f"group{place}"] = list(group)
        conditions.append(
            f"EXISTS (SELECT FROM unnest(%(group{place})s::text[]) word"
            " WHERE position(word IN document.folded) > 0)"
        )
    return f"JOIN search_document document USING (id) WHERE {' AND '.join(conditions)}"


def shown(document: Document, found: Found) -> dict[str, Any]:
    """A hit as the page shows it, with the words marked."""
    words = found.words
    told = snippets.excerpt(document.display_summary, document.body, words)
    return {
        "document": document,
        "title": snippets.marked(document.display_title, words),
        "told": snippets.marked(told, words),
    }
