"""Rows of capabilities to one match per firm: how near, and which conditions its nearest process meets.

A broad search has thousands of them: what is known per process or per query is worked out once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.nakama.rules import nearness, ranking

# (profile, process, is_implied, what it meets: 1 size + 2 tolerance + 4 lot)
Row = tuple[int, str, bool, int]
ALL = 7
_BITS = ((ranking.SIZE, 1), (ranking.TOLERANCE, 2), (ranking.LOT, 4))
_OWN = frozenset(name for name, _bit in _BITS)


@dataclass(slots=True)
class Match:
    """A firm's processes against what is asked.

    `shares` is term → the best nearness times the term's weight, `met` what the processes of the nearness
    `top` meet one or the other, `all_met` whether one of them meets all.
    """

    top: float = -1.0
    breadth: int = 0
    met: int = 0
    all_met: bool = False
    shares: dict[int, float] = field(default_factory=dict)


# A firm whose text is found and that has no process.
NOTHING = Match()


def gather(
    rows: Iterable[Row], offers: Sequence[tuple[Mapping[str, float], float]]
) -> dict[int, Match]:
    """profile → its match. `offers` are for each term (offered process → nearness) and its weight; without
    terms every process counts alike.
    """
    asked = _by_process(offers)
    alike = () if offers else ((0, 0.0, 0.0),)
    found: dict[int, Match] = {}
    for profile, process, is_implied, met in rows:
        match = found.get(profile)
        if match is None:
            match = found[profile] = Match()
        for term, near, share in asked.get(process, alike):
            if is_implied:
                near, share = near * nearness.IMPLIED, share * nearness.IMPLIED
            match.breadth += 1
            if near > match.top:
                match.top, match.met, match.all_met = near, met, met == ALL
            elif near == match.top:
                match.met |= met
                match.all_met = match.all_met or met == ALL
            if share > match.shares.get(term, 0.0):
                match.shares[term] = share
    return found


def _by_process(
    offers: Sequence[tuple[Mapping[str, float], float]],
) -> dict[str, list[tuple[int, float, float]]]:
    """process → (term, nearness, nearness × the term's part of the whole)."""
    whole = sum(weight for _near, weight in offers)
    asked: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for term, (near, weight) in enumerate(offers):
        for process, value in near.items():
            asked[process].append((term, value, value * weight / whole))
    return dict(asked)


def hit(match: Match, row: tuple[Any, ...], asked: frozenset[str]) -> ranking.Hit:
    """With what the profile's own row says: (id, material, certificate, words, soft, answered, asked)."""
    profile, material, certificate, words, takes_material, answered, invitations = row
    if material and certificate and (match.all_met or asked.isdisjoint(_OWN)):
        failed: tuple[str, ...] = ()
    else:
        failed = _failed(match, asked, material=material, certificate=certificate)
    return ranking.Hit(
        profile,
        sum(match.shares.values()),
        max(match.top, 0.0),
        failed,
        words,
        takes_material,
        match.breadth,
        answered,
        invitations,
    )


def _failed(
    match: Match, asked: frozenset[str], *, material: bool, certificate: bool
) -> tuple[str, ...]:
    """The conditions that are not met, in their order."""
    unmet = {name for name, bit in _BITS if name in asked and not match.met & bit}
    if not unmet and not match.all_met:
        # One process keeps the size, another the lot.
        unmet = set(asked & _OWN)
    if not material:
        unmet.add(ranking.MATERIAL)
    if not certificate:
        unmet.add(ranking.CERTIFICATE)
    return tuple(name for name in ranking.CONDITIONS if name in unmet)
