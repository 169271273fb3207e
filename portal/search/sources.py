"""Where documents come from: each room that has something public registers one source.

    sources.register(sources.Source("events", gather))

`gather` is asked in the scope of a visitor, so that row policies keep drafts out whatever it asks.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from portal.search.models import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """What a room tells of one public thing. Texts are plain, without marks of HTML.

    A part of a thing (an answer of a page) has the thing's key, PART and its own.
    """

    key: str
    kind: Kind
    title: str
    url: str
    title_en: str = ""
    summary: str = ""
    summary_en: str = ""
    body: str = ""
    ward_id: int | None = None
    on: dt.date | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


# Between the key of a thing and that of its part.
PART = ":"
# All that is public now, or of these keys (with their parts) what is.
Gather = Callable[[Collection[str] | None], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    """A room's documents. `is_slow` leaves it out of the rounds of every few minutes; with `has_parts`
    the parts of a thing come and go with it."""

    name: str
    gather: Gather
    is_slow: bool = False
    has_parts: bool = False


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Take a room's source; again changes nothing."""
    _sources[source.name] = source


def registered(*, with_slow: bool = True) -> list[Source]:
    """All of them by name."""
    found = [_sources[name] for name in sorted(_sources)]
    return found if with_slow else [source for source in found if not source.is_slow]


def named(name: str) -> Source:
    """The source of that name. Raises KeyError."""
    return _sources[name]
