"""Who may take part: the course's prerequisites, as data (受講の要件)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """`roles`: one of these must be held in the firm (none: anybody of the firm). `completed`: kinds of facts, all of
    which the firm must hold. `told`: conditions in words (Japanese, English), which people confirm.
    """

    roles: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    told: tuple[tuple[str, str], ...] = ()


class NotAnEntry(ValueError):
    """The data do not fit."""


def parse(data: Mapping[str, Any]) -> Entry:
    """From the course's JSON. Raises NotAnEntry."""
    if unknown := set(data) - {"roles", "completed", "told"}:
        raise NotAnEntry(f"unknown: {sorted(unknown)}")
    told = data.get("told", ())
    if any(set(item) != {"text", "text_en"} for item in told):
        raise NotAnEntry("told: each needs text and text_en")
    return Entry(
        frozenset(data.get("roles", ())),
        frozenset(data.get("completed", ())),
        tuple((item["text"], item["text_en"]) for item in told),
    )


def missing(entry: Entry, *, role: str, completed: Collection[str]) -> list[str]:
    """What the person or the firm lacks: "role", or the kinds of the facts."""
    lacks = ["role"] if entry.roles and role not in entry.roles else []
    return [*lacks, *sorted(entry.completed - set(completed))]
