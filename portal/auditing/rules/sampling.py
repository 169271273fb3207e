"""Drawing a sample (標本) so that anybody can draw it again: from the same population and seed the
same cases come out, on every machine and in every version of Python.

Chance comes from SHA-256 alone. At random (無作為): cases in the order of the digest of
"seed|receipt number", the first n. Stratified (層化): the size is shared out by the strata's numbers
(largest remainder), then the same within each. Monetary-unit sampling (金額単位抽出): cases in the
order of their numbers, laid end to end as yen; every k-th yen from a start chosen by the seed picks
the case it falls into, so that a case's chance grows with its amount and whatever is larger than the
interval is always in. Source: domain.md E (監査: サンプル抽出), as auditors' handbooks teach it [K].
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Method = Literal["simple", "stratified", "monetary"]
Reason = Literal["empty", "too_many", "no_money"]
# Upper ends of the amount bands in yen; the last band is open.
BANDS = (100_000, 500_000, 1_000_000, 5_000_000)


class BadDraw(ValueError):
    """Nothing can be drawn like this; `reason` says why, `most` how many there are."""

    def __init__(self, reason: Reason, most: int = 0) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.most = most


@dataclass(frozen=True, slots=True)
class Unit:
    """One case of the population. `yen` is its book value, `stratum` what it is layered by."""

    key: str
    yen: int = 0
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """A case of the sample; `hits`: how many of the picking yen fell into it (1 by count)."""

    unit: Unit
    hits: int = 1


@dataclass(frozen=True, slots=True)
class Draw:
    """The sample in the order of drawing. `interval_yen` and `start_yen` are 0 except by amount."""

    picked: tuple[Picked, ...]
    population: int
    population_yen: int
    interval_yen: int = 0
    start_yen: int = 0


def draw(method: Method, units: Sequence[Unit], *, size: int, seed: int) -> Draw:
    """`size` cases of `units`. Raises BadDraw: none there, fewer than asked for, or no money."""
    found = [unit for unit in units if unit.yen > 0] if method == "monetary" else list(units)
    if not units:
        raise BadDraw("empty")
    if not found:
        raise BadDraw("no_money")
    if not 1 <= size <= len(found):
        raise BadDraw("too_many", len(found))
    if method == "monetary":
        return _by_amount(found, size, seed, population=len(units))
    picked = _stratified(found, size, seed) if method == "stratified" else _first(found, size, seed)
    total = sum(unit.yen for unit in units)
    return Draw(tuple(Picked(unit) for unit in picked), len(units), total)


def everything(units: Sequence[Unit]) -> Draw:
    """All of them, in the order given. Raises BadDraw where there is none."""
    if not units:
        raise BadDraw("empty")
    total = sum(unit.yen for unit in units)
    return Draw(tuple(Picked(unit) for unit in units), len(units), total)


def band(yen: int) -> int:
    """The number of the amount band, from 0."""
    return sum(yen >= end for end in BANDS)


def allocation(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion, what is left by the largest remainder.

    Never more than the stratum has; equal remainders go to the stratum that comes first by name.
    """
    total = sum(counts.values())
    exact = {name: Fraction(size * count, total) for name, count in counts.items()}
    shares = {name: int(share) for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in order[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def _rank(seed: int, key: str) -> str:
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def _first(units: Sequence[Unit], size: int, seed: int) -> list[Unit]:
    return sorted(units, key=lambda unit: _rank(seed, unit.key))[:size]


def _stratified(units: Sequence[Unit], size: int, seed: int) -> list[Unit]:
    layers: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        layers[unit.stratum].append(unit)
    shares = allocation({name: len(layer) for name, layer in layers.items()}, size)
    return [unit for name in sorted(layers) for unit in _first(layers[name], shares[name], seed)]


def _by_amount(units: Sequence[Unit], size: int, seed: int, *, population: int) -> Draw:
    ordered = sorted(units, key=lambda unit: unit.key)
    total = sum(unit.yen for unit in ordered)
    interval = max(1, total // size)
    start = 1 + int(_rank(seed, "start"), 16) % interval
    points = [start + number * interval for number in range(size)]
    hits: Counter[int] = Counter()
    place, end = 0, ordered[0].yen
    for point in points:
        while point > end:
            place += 1
            end += ordered[place].yen
        hits[place] += 1
    picked = tuple(Picked(ordered[place], number) for place, number in sorted(hits.items()))
    return Draw(picked, population, total, interval, start)
