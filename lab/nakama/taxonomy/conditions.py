"""Which conditions of a case concern a step, by its process; read and checked from conditions.list."""

from collections.abc import Mapping
from functools import lru_cache

from lab.nakama.rules.ranking import CONDITIONS
from lab.nakama.taxonomy.definitions import FOLDER


def asked_of(process: str) -> tuple[str, ...]:
    """What a step of the process is asked for, in the conditions' order.

    Its own line counts before its group's. Everything, where neither is listed.
    """
    lines = listed()
    return lines.get(process) or lines.get(process.partition(".")[0]) or CONDITIONS


@lru_cache(maxsize=1)
def listed() -> Mapping[str, tuple[str, ...]]:
    """Code of a group or a process → conditions. Raises ValueError for a line that does not fit."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (FOLDER / "conditions.list").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, names, why = (cell.strip() for cell in line.split("|"))
        named = set(names.split())
        if code in found or not why or not named or not named <= set(CONDITIONS):
            raise ValueError(f"conditions.list: {line[:60]}")
        found[code] = tuple(name for name in CONDITIONS if name in named)
    return found
