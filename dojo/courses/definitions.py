"""The shipped courses, read and checked: a file that does not fit is refused before it is loaded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dojo.rules import completion, entry

FOLDER = Path(__file__).parent
_TEXTS = {"title", "goal", "prework"}
_UNIT = {"minutes", "contents", *_TEXTS, *(f"{name}_en" for name in _TEXTS)}
_STATEMENT = {"text", "text_en", "source"}


@dataclass(frozen=True, slots=True)
class Definition:
    """A course as its file has it: columns of Course, and those of its units in their order."""

    fields: dict[str, Any]
    units: list[dict[str, Any]]


def definitions() -> Iterator[Definition]:
    """Every shipped course. Raises NotARule, NotAnEntry, ValueError."""
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        units = data.pop("units")
        completion.parse(data["rule"], units=len(units))
        entry.parse(data["entry"])
        for unit in units:
            if set(unit) != _UNIT or any(set(part) != _STATEMENT for part in unit["contents"]):
                raise ValueError(f"{path.name}: {unit.get('title')} does not fit")
        yield Definition(data, units)
