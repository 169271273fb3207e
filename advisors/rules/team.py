"""Whom to send: a team of two, proposed and explained (支援策① 取組③: IT and shop floor together).

Pure. Each advisor is judged for each of the two places: bars say why they cannot go, points why
they fit. `propose` takes the pair of two persons with the most points; ties go to the one with the
smaller load, then to the smaller key, so that the order of the list does not matter.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import product

from advisors.codes import FITTING, FLOOR, IT

VERSION = 1

# Bars that no reason passes over.
CONFLICT, OWN_FIRM, NO_ROLE, WRONG_SIDE = "conflict", "own_firm", "no_role", "wrong_side"
# Bars that an official may pass over with a reason.
WARD, CONTRACT, FULL = "ward", "contract", "full"
ABSOLUTE = frozenset({CONFLICT, OWN_FIRM, NO_ROLE, WRONG_SIDE})

FIELD, QUALIFIED, LANGUAGE, ROOM, ENDS_EARLY = (
    "field",
    "qualified",
    "language",
    "room",
    "ends_early",
)
FIELD_POINTS, MOST_FIELDS = 3, 3
QUALIFIED_POINTS, LANGUAGE_POINTS, ROOM_POINTS, ENDS_EARLY_POINTS = 4, 2, 3, -2


@dataclass(frozen=True, slots=True)
class Need:
    """What the request asks for. `vendors` are folded names of what the firm considers."""

    ward: int
    starts_on: dt.date
    ends_on: dt.date
    fields: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    vendors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An advisor as the rule sees them. `load`: visits a month already promised, over all wards."""

    key: int
    name: str
    sides: frozenset[str]
    wards: frozenset[int]
    capacity: int
    contract_from: dt.date
    contract_to: dt.date
    qualifications: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    vendors: frozenset[str] = frozenset()
    load: int = 0
    has_role: bool = True
    is_of_firm: bool = False

    @property
    def free(self) -> int:
        """Visits a month that are left."""
        return max(self.capacity - self.load, 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """A bar (`points` 0) or a point. `about` are the codes, names or figures it rests on."""

    code: str
    points: int = 0
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """One advisor in one place of the team."""

    candidate: Candidate
    side: str
    bars: tuple[Reason, ...] = ()
    points: tuple[Reason, ...] = ()

    @property
    def total(self) -> int:
        return sum(reason.points for reason in self.points)

    @property
    def is_free(self) -> bool:
        return not self.bars

    @property
    def is_absolute(self) -> bool:
        """Whether a bar stands that nobody may pass over."""
        return any(bar.code in ABSOLUTE for bar in self.bars)

    @property
    def rank(self) -> tuple[int, int, int]:
        """The best first; barred ones come after all others."""
        return (-self.total, self.candidate.load, self.candidate.key)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Both lists, the best first, and the two whom the rule would send (None: nobody can go)."""

    it: tuple[Assessment, ...]
    floor: tuple[Assessment, ...]
    pair: tuple[Assessment, Assessment] | None = None
    version: int = field(default=VERSION)

    def of(self, side: str) -> tuple[Assessment, ...]:
        """The list of one place."""
        return self.it if side == IT else self.floor

    def found(self, side: str, key: int) -> Assessment | None:
        """What the rule says of that advisor in that place."""
        return next((row for row in self.of(side) if row.candidate.key == key), None)


def assess(need: Need, candidate: Candidate, side: str) -> Assessment:
    """Judge one advisor for one place."""
    return Assessment(
        candidate, side, tuple(_bars(need, candidate, side)), tuple(_points(need, candidate, side))
    )


def propose(need: Need, candidates: Collection[Candidate]) -> Proposal:
    """Judge all for both places and take the best two persons."""
    lists = {
        side: tuple(
            sorted(
                (assess(need, candidate, side) for candidate in candidates),
                key=lambda row: (not row.is_free, row.rank),
            )
        )
        for side in (IT, FLOOR)
    }
    pairs = [
        (one, two)
        for one, two in product(lists[IT], lists[FLOOR])
        if one.is_free and two.is_free and one.candidate.key != two.candidate.key
    ]
    best = min(pairs, key=_pair_rank, default=None)
    return Proposal(lists[IT], lists[FLOOR], best)


def _pair_rank(pair: tuple[Assessment, Assessment]) -> tuple[int, ...]:
    one, two = pair
    return (
        -(one.total + two.total),
        one.candidate.load + two.candidate.load,
        one.candidate.key,
        two.candidate.key,
    )


def _bars(need: Need, candidate: Candidate, side: str) -> Iterable[Reason]:
    if side not in candidate.sides:
        yield Reason(WRONG_SIDE)
    if not candidate.has_role:
        yield Reason(NO_ROLE)
    if candidate.is_of_firm:
        yield Reason(OWN_FIRM)
    if shared := need.vendors & candidate.vendors:
        yield Reason(CONFLICT, about=tuple(sorted(shared)))
    if need.ward not in candidate.wards:
        yield Reason(WARD)
    if not candidate.contract_from <= need.starts_on <= candidate.contract_to:
        period = (candidate.contract_from.isoformat(), candidate.contract_to.isoformat())
        yield Reason(CONTRACT, about=period)
    if not candidate.free:
        yield Reason(FULL, about=(str(candidate.load), str(candidate.capacity)))


def _points(need: Need, candidate: Candidate, side: str) -> Iterable[Reason]:
    if shared := sorted(need.fields & candidate.fields):
        yield Reason(FIELD, FIELD_POINTS * min(len(shared), MOST_FIELDS), tuple(shared))
    if fitting := sorted(FITTING[side] & candidate.qualifications):
        yield Reason(QUALIFIED, QUALIFIED_POINTS, tuple(fitting))
    if spoken := sorted((need.languages - {"ja"}) & candidate.languages):
        yield Reason(LANGUAGE, LANGUAGE_POINTS * len(spoken), tuple(spoken))
    if candidate.free:
        # The share of the month that is free, in thirds, rounded up.
        points = -(-ROOM_POINTS * candidate.free // candidate.capacity)
        yield Reason(ROOM, min(points, ROOM_POINTS), (str(candidate.free), str(candidate.capacity)))
    if candidate.contract_to < need.ends_on:
        yield Reason(ENDS_EARLY, ENDS_EARLY_POINTS, (candidate.contract_to.isoformat(),))
