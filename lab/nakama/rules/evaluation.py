"""An evaluation set of the search (docs/nakama_evaluate.md): its shape, and its two measures."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_FIRM: dict[str, tuple[type, ...]] = {
    "id": (str, int),
    "name": (str,),
    "ward": (str, int, type(None)),
    "description": (str,),
    "materials": (list, type(None)),
    "tolerance_um": (int, float, type(None)),
    "max_size_mm": (int, float, type(None)),
    "lot_min": (int, type(None)),
    "lot_max": (int, type(None)),
    "certifications": (list, type(None)),
}
_PAIR: dict[str, tuple[type, ...]] = {
    "id": (str, int),
    "query": (str,),
    "constraints": (dict, type(None)),
    "relevant": (list,),
    "process_only": (list, type(None)),
}
_CONSTRAINTS: dict[str, tuple[type, ...]] = {
    "material": (str, type(None)),
    "max_size_mm": (int, float, type(None)),
    "tolerance_um": (int, float, type(None)),
    "lot": (int, type(None)),
    "certification": (str, type(None)),
}
_NEEDED = {"firms": {"id", "description"}, "pairs": {"id", "query", "relevant"}}

Id = str | int
# What a column of the database takes; and a text that is no text any more.
MOST, LONGEST = 2**31 - 1, 20_000


class NotASet(ValueError):
    """The file is not an evaluation set; the message says where."""


@dataclass(frozen=True, slots=True)
class FirmCase:
    """A firm as the file has it. Sizes in mm, tolerances in µm."""

    id: Id
    name: str
    ward: Id | None
    description: str
    materials: tuple[str, ...] = ()
    tolerance_um: int | None = None
    max_size_mm: int | None = None
    lot_min: int | None = None
    lot_max: int | None = None
    certifications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A query with the firms that answer it and those that only have the process."""

    id: Id
    query: str
    relevant: frozenset[Id]
    process_only: frozenset[Id]
    constraints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A whole file."""

    firms: tuple[FirmCase, ...]
    pairs: tuple[Pair, ...]


def parse(data: Any) -> EvaluationSet:
    """Raises NotASet at the first thing that does not fit; a key it does not know is one."""
    _keys("the file", data, {"firms": (list,), "pairs": (list,)}, {"firms", "pairs"})
    firms = tuple(_firm(number, row) for number, row in enumerate(data["firms"], 1))
    known = _once("firms", [firm.id for firm in firms])
    pairs = tuple(_pair(number, row, known) for number, row in enumerate(data["pairs"], 1))
    _once("pairs", [pair.id for pair in pairs])
    return EvaluationSet(firms, pairs)


def _firm(number: int, row: Any) -> FirmCase:
    where = f"firms[{number}]"
    _keys(where, row, _FIRM, _NEEDED["firms"])
    low, high = row.get("lot_min"), row.get("lot_max")
    if low and high and low > high:
        raise NotASet(f"{where}: lot_min {low} is more than lot_max {high}")
    return FirmCase(
        id=row["id"],
        name=row.get("name") or str(row["id"]),
        ward=row.get("ward"),
        description=row["description"],
        materials=_strings(where, "materials", row),
        # Rounded to the safe side: a finer claim than the file's is never made.
        tolerance_um=_whole(row.get("tolerance_um"), math.ceil),
        max_size_mm=_whole(row.get("max_size_mm"), math.floor),
        lot_min=low,
        lot_max=high,
        certifications=_strings(where, "certifications", row),
    )


def _pair(number: int, row: Any, known: frozenset[Id]) -> Pair:
    where = f"pairs[{number}]"
    _keys(where, row, _PAIR, _NEEDED["pairs"])
    constraints = row.get("constraints") or {}
    _keys(f"{where}.constraints", constraints, _CONSTRAINTS, set())
    sets = {name: _ids(where, name, row) for name in ("relevant", "process_only")}
    for name, ids in sets.items():
        if stranger := ids - known:
            raise NotASet(f"{where}.{name}: no firm has the id {min(map(str, stranger))}")
    if both := sets["relevant"] & sets["process_only"]:
        raise NotASet(f"{where}: {min(map(str, both))} is both relevant and process_only")
    return Pair(
        id=row["id"],
        query=row["query"],
        constraints={key: value for key, value in constraints.items() if value not in (None, "")},
        **sets,
    )


def _keys(where: str, row: Any, allowed: Mapping[str, tuple[type, ...]], needed: set[str]) -> None:
    if not isinstance(row, dict):
        raise NotASet(f"{where} is not an object")
    for key, value in row.items():
        if key not in allowed:
            raise NotASet(f"{where}: unknown key {key!r}; known are {', '.join(allowed)}")
        if not isinstance(value, allowed[key]) or isinstance(value, bool):
            raise NotASet(f"{where}.{key}: {value!r:.40} is not of the right kind")
        if isinstance(value, str):
            _text(f"{where}.{key}", value)
        if isinstance(value, int | float) and key not in {"id", "ward"} and not 0 <= value <= MOST:
            raise NotASet(f"{where}.{key}: {value!r:.40} is not a number from 0 to {MOST}")
    if missing := needed - row.keys():
        raise NotASet(f"{where}: {min(missing)} is missing")


def _strings(where: str, key: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    values = row.get(key) or ()
    for number, value in enumerate(values, 1):
        if not isinstance(value, str):
            raise NotASet(f"{where}.{key}[{number}]: {value!r:.40} is not text")
        _text(f"{where}.{key}[{number}]", value)
    return tuple(values)


def _ids(where: str, key: str, row: Mapping[str, Any]) -> frozenset[Id]:
    for number, value in enumerate(row.get(key) or (), 1):
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise NotASet(f"{where}.{key}[{number}]: {value!r:.40} is not an id")
    return frozenset(row.get(key) or ())


def _text(where: str, value: str) -> None:
    """PostgreSQL keeps neither NUL nor half a character."""
    if len(value) > LONGEST:
        raise NotASet(f"{where}: longer than {LONGEST:,} characters")
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise NotASet(f"{where} holds a sign that is no text (NUL or half a character)")


def _whole(value: float | None, rounding: Any) -> int | None:
    return None if value is None else int(rounding(value))


def _once(where: str, ids: list[Id]) -> frozenset[Id]:
    if len(set(ids)) != len(ids):
        twice = next(value for number, value in enumerate(ids) if value in ids[:number])
        raise NotASet(f"{where}: the id {twice} occurs twice")
    return frozenset(ids)


def recall(ranked: Sequence[Id], relevant: frozenset[Id], *, at: int = 5) -> float | None:
    """The share of the relevant among the first; of more than `at` only `at` can be there. None without any."""
    if not relevant:
        return None
    return len(relevant & set(ranked[:at])) / min(len(relevant), at)


def ndcg(ranked: Sequence[Id], relevant: frozenset[Id], *, at: int = 10) -> float | None:
    """Discounted gain of the first, against that of the best order. Relevant or not; None without any."""
    if not relevant:
        return None
    gain = sum(1 / math.log2(place + 2) for place, id_ in enumerate(ranked[:at]) if id_ in relevant)
    best = sum(1 / math.log2(place + 2) for place in range(min(len(relevant), at)))
    return gain / best


def mean(values: Iterable[float | None]) -> float | None:
    """Of those there are."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
