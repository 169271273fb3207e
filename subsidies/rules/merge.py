"""Two tabs on one draft: different fields merge, the same field twice is a conflict.

Each field keeps its last few values with the revision that wrote them. A tab says which revision
it was filled from: a field whose posted value still equals the value of that revision was not
touched in the tab, so that somebody else's newer value stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Values kept per field. A tab older than all of them conflicts where it differs.
KEPT = 6

History = Mapping[str, list[list[Any]]]
_UNKNOWN = object()
_EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Merged:
    """`changed` are the fields to store; `conflicts` maps a field to the other tab's value."""

    changed: dict[str, Any]
    conflicts: dict[str, Any]


def merge(
    stored: Mapping[str, Any],
    history: History,
    posted: Mapping[str, Any],
    base: int | None,
) -> Merged:
    """What a save of `posted`, filled from revision `base`, changes. None: do not compare."""
    changed: dict[str, Any] = {}
    conflicts: dict[str, Any] = {}
    for field, value in posted.items():
        current = stored.get(field)
        if _same(value, current):
            continue
        seen = current if base is None else _value_at(history, field, base, current)
        if _same(seen, current):
            changed[field] = value
        elif not _same(value, seen):
            conflicts[field] = current
    return Merged(changed, conflicts)


def remember(
    history: History, stored: Mapping[str, Any], changed: Mapping[str, Any], revision: int
) -> dict[str, list[list[Any]]]:
    """The history after `changed` has been stored as `revision`."""
    kept = {field: list(entries) for field, entries in history.items()}
    for field, value in changed.items():
        entries = kept.get(field) or [[0, stored.get(field)]]
        kept[field] = [*entries, [revision, value]][-KEPT:]
    return kept


def _value_at(history: History, field: str, revision: int, current: Any) -> Any:
    """What a tab filled from `revision` showed; a field without history never changed."""
    entries = history.get(field)
    if not entries:
        return current
    known = [value for number, value in entries if number <= revision]
    return known[-1] if known else _UNKNOWN


def _same(one: Any, other: Any) -> bool:
    """Equal, or both empty: a form posts "" for what was never answered."""
    return one == other or (one in _EMPTY and other in _EMPTY)
