"""Rows of capabilities to one match per firm: how near, and which conditions its nearest process meets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.nakama.rules import nearness, ranking

# (profile, process, is_implied, size met, tolerance met, lot met)
Row = tuple[int, str, bool, bool, bool, bool]
_ALL = (True, True, True)


@dataclass(slots=True)
class Match:
    """A firm's processes against what is asked.

    `shares` is term → the best nearness times the term's weight, `met` what the processes of the nearness
    `top` meet of size, tolerance and lot: each on its own, and all at once.
    """

    top: float = 0.0
    breadth: int = 0
    shares: dict[int, float] = field(default_factory=dict)
    met: list[bool] = field(default_factory=lambda: [False, False, False])
    all_met: bool = False

    def add(self, term: int, near: float, share: float, met: tuple[bool, bool, bool]) -> None:
        """One process of the firm for one term."""
        if near > self.top:
            self.top, self.met, self.all_met = near, list(met), met == _ALL
        elif near == self.top:
            self.met = [old or new for old, new in zip(self.met, met, strict=True)]
            self.all_met = self.all_met or met == _ALL
        if share > self.shares.get(term, 0.0):
            self.shares[term] = share
        self.breadth += 1


# A firm whose text is found and that has no process.
NOTHING = Match()


def gather(
    rows: Iterable[Row], offers: Sequence[tuple[Mapping[str, float], float]]
) -> dict[int, Match]:
    """profile → its match. `offers` are for each term (offered process → nearness) and its weight; without
    terms every process counts alike.
    """
    whole = sum(weight for _near, weight in offers)
    shares = [(near, weight / whole) for near, weight in offers]
    found: dict[int, Match] = {}
    for profile, process, is_implied, *met in rows:
        match = found.get(profile)
        if match is None:
            match = found[profile] = Match()
        certainty = nearness.IMPLIED if is_implied else 1.0
        if not shares:
            match.add(0, 0.0, 0.0, (met[0], met[1], met[2]))
        for term, (near, share) in enumerate(shares):
            if value := near.get(process):
                value *= certainty
                match.add(term, value, value * share, (met[0], met[1], met[2]))
    return found


def hit(match: Match, row: tuple[Any, ...], asked: frozenset[str]) -> ranking.Hit:
    """With what the profile's own row says: (id, material, certificate, words, soft, answered, asked)."""
    profile, material, certificate, words, takes_material, answered, invitations = row
    size, tolerance, lot = match.met
    met = (
        (ranking.MATERIAL, material),
        (ranking.SIZE, size),
        (ranking.TOLERANCE, tolerance),
        (ranking.LOT, lot),
        (ranking.CERTIFICATE, certificate),
    )
    failed = tuple(name for name, is_met in met if name in asked and not is_met)
    own = asked & {ranking.SIZE, ranking.TOLERANCE, ranking.LOT}
    if not failed and own and not match.all_met:  # one process keeps the size, another the lot
        failed = tuple(name for name in ranking.CONDITIONS if name in own)
    return ranking.Hit(
        profile=profile,
        score=sum(match.shares.values()),
        top=match.top,
        failed=failed,
        words=words,
        takes_material=takes_material,
        breadth=match.breadth,
        answered=answered,
        asked=invitations,
    )
