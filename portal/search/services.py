"""Writes the documents. Only what a visitor sees is ever read for it."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection, Iterable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Q, TextField, Value

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.search import sources
from portal.search.models import Document, Kind
from portal.search.rules.folding import fold
from portal.search.rules.grams import grams
from portal.search.sources import PART, Entry, Source

WRITER = Actor.system("search")
LONGEST_BODY, BATCH = 20_000, 500
# Raised when folding or grams change: everything is written anew then.
RULES = "1"
_PLACES = {kind: place for place, kind in enumerate(Kind)}
_WRITTEN = (
    *("kind", "place", "ward", "url", "title", "title_en", "summary", "summary_en", "body", "on"),
    *("starts_at", "ends_at", "folded_title", "folded", "title_grams", "grams", "digest"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Refreshed:
    """How many documents were written and deleted, and how many there are of these sources."""

    written: int = 0
    deleted: int = 0
    kept: int = 0

    def __add__(self, other: "Refreshed") -> "Refreshed":
        return Refreshed(
            self.written + other.written, self.deleted + other.deleted, self.kept + other.kept
        )


def rebuild(*, with_slow: bool = True) -> Refreshed:
    """Bring every registered source up to date."""
    found = Refreshed()
    for source in sources.registered(with_slow=with_slow):
        found += refresh(source)
    return found


def refresh(source: Source, keys: Collection[str] | None = None) -> Refreshed:
    """Bring the documents of a source (or of these keys of it) in line with what is public now.

    Writes what changed and deletes what is public no more. Two refreshes of one source wait for each
    other, so that the later one is the one that stays.
    """
    with acting(WRITER):
        _wait_for_others(source.name)
        rows = Document.objects.filter(source=source.name)
        rows = rows if keys is None else rows.filter(_of(keys, with_parts=source.has_parts))
        known = dict(rows.values_list("key", "digest"))
        with acting(Actor.public()):
            entries = {entry.key: entry for entry in source.gather(keys)}
        digests = {key: _digest(entry) for key, entry in entries.items()}
        changed = [entry for key, entry in entries.items() if known.get(key) != digests[key]]
        _write(source.name, changed, digests)
        gone = known.keys() - entries.keys()
        if gone:
            rows.filter(key__in=gone).delete()
        return Refreshed(len(changed), len(gone), len(entries) - len(changed))


def _of(keys: Collection[str], *, with_parts: bool) -> Q:
    found = Q(key__in=keys)
    for key in keys if with_parts else ():
        found |= Q(key__startswith=f"{key}{PART}")
    return found


def _wait_for_others(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"search:{name}"])


def _write(source: str, entries: Iterable[Entry], digests: dict[str, str]) -> None:
    Document.objects.bulk_create(
        [_document(source, entry, digests[entry.key]) for entry in entries],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source", "key"],
        update_fields=_WRITTEN,
    )


def _document(source: str, entry: Entry, digest: str) -> Document:
    body = entry.body[:LONGEST_BODY]
    names, rest = (entry.title, entry.title_en), (entry.summary, entry.summary_en, body)
    return Document(
        source=source,
        key=entry.key,
        kind=entry.kind,
        place=_PLACES[entry.kind],
        ward_id=entry.ward_id,
        url=entry.url,
        title=entry.title[:300],
        title_en=entry.title_en[:300],
        summary=entry.summary,
        summary_en=entry.summary_en,
        body=body,
        on=entry.on,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        folded_title=fold(entry.title)[:400],
        folded="\n".join(fold(text) for text in (*names, *rest)),
        title_grams=_vector(grams(*names)),
        grams=_vector(grams(*names, *rest)),
        digest=digest,
    )


def _vector(words: list[str]) -> Func:
    """A tsvector without places: only whether a gram is there is ever asked."""
    given = Value(words, output_field=ArrayField(TextField()))
    return Func(given, function="array_to_tsvector", output_field=SearchVectorField())


def _digest(entry: Entry) -> str:
    told = [
        value.timestamp() if isinstance(value, dt.datetime) else value
        for value in dataclasses.astuple(entry)
    ]
    return hashlib.sha256(repr([RULES, *told]).encode()).hexdigest()[:32]


def forget() -> int:
    """Have every document written again by the next refresh; returns how many there are."""
    with acting(WRITER):
        return Document.objects.update(digest="")
