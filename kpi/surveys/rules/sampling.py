"""Which firms a wave asks: all of a stratum, or some drawn by a fixed seed. No clock, no chance of its own."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Stratum:
    """層: firms of one ward, size (規模モデル, "" above 300 people) and industry (中分類)."""

    ward_id: int
    size: str
    jsic: str


@dataclass(frozen=True, slots=True)
class Member:
    """A firm of the frame, in the ward of its head office, else of its oldest site there."""

    firm_id: int
    stratum: Stratum


def wanted(population: int, *, share: int, fewest: int) -> int:
    """How many of a stratum are asked: `share` % of it rounded up, at least `fewest`, at most all."""
    return min(population, max(fewest, -(-population * share // 100)))


def strata(members: Iterable[Member]) -> dict[Stratum, list[int]]:
    """Firms by stratum, in the order of their ids."""
    found: dict[Stratum, list[int]] = {}
    for member in sorted(members, key=lambda one: (one.stratum, one.firm_id)):
        found.setdefault(member.stratum, []).append(member.firm_id)
    return found


def drawn(
    by_stratum: Mapping[Stratum, list[int]], *, share: int, fewest: int, seed: int
) -> dict[Stratum, list[int]]:
    """The firms that are asked. The same frame and seed give the same firms, stratum by stratum."""
    picked = {}
    for stratum in sorted(by_stratum):
        firms = sorted(by_stratum[stratum])
        # A stratum's draw does not depend on which other strata there are.
        name = f"{seed}:{stratum.ward_id}:{stratum.size}:{stratum.jsic}"
        chance = random.Random(name)  # noqa: S311 (a draw that can be repeated)
        size = wanted(len(firms), share=share, fewest=fewest)
        picked[stratum] = sorted(chance.sample(firms, size))
    return picked
