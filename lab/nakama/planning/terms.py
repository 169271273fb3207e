"""What a plan is made from and what it says: frozen, in whole 円 (税抜), minutes and half-weeks.

A half-week is an index from 0; `periods` turns dates into indices. Whoever plans decides which
date index 0 stands for and hands in free time from there on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

KM_PER_DEGREE = 111.32
# Tokyo's latitude: within the wards a plane is right to a few metres.
EAST_SHRINK = math.cos(math.radians(35.7))


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float

    def km_to(self, other: "Place") -> float:
        """Distance as the crow flies, in km."""
        return KM_PER_DEGREE * math.hypot(
            self.latitude - other.latitude, (self.longitude - other.longitude) * EAST_SHRINK
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a shop can do in one process, at which price. None and empty: not known, meets nothing."""

    process: str
    setup_yen: int
    yen_per_hour: int
    # Expected extra cost through rework, in thousandths of the processing cost.
    risk_permille: int = 0
    materials: frozenset[str] = frozenset()
    max_size_mm: int | None = None
    tolerance_um: int | None = None  # the finest it holds
    lot_min: int | None = None
    lot_max: int | None = None
    certificates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shop:
    """A firm as the planner sees it. `free` is minutes per half-week, from index 0."""

    code: str
    place: Place
    offers: tuple[Offer, ...]
    free: tuple[int, ...]
    # Steps won lately: what the rotation price is multiplied with.
    jobs_won: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One process of an order; `after` names the steps that must be finished before it.

    A step is done by one shop within one half-week. Every step but the last is followed by
    exactly one other (a sequence, or branches that join).
    """

    code: str
    process: str
    minutes: int
    after: tuple[str, ...] = ()
    # Marks of which the shop's offer must carry one; empty: any material.
    materials: frozenset[str] = frozenset()
    size_mm: int | None = None
    tolerance_um: int | None = None  # the tolerance asked for
    lot: int | None = None
    certificates: frozenset[str] = frozenset()
    # Shops that must not be asked for this step (declined, no NDA).
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Order:
    """What a buyer wants. `due` is the last half-week in which the final step may be done."""

    code: str
    steps: tuple[Step, ...]
    due: int
    place: Place
    revenue_yen: int | None = None  # what the buyer pays; None: not known
    budget_yen: int | None = None  # the most the team may cost; None: no limit
    not_before: int = 0
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """A shop that has accepted a step: kept when the rest is planned anew."""

    step: str
    shop: str
    period: int | None = None  # None: the shop stays, its half-week may move


@dataclass(frozen=True, slots=True)
class Weights:
    """The published prices of what has no invoice. A change is a new version."""

    version: str
    handover_yen: int = 1_500  # fixed, between two different shops
    handover_yen_per_km: int = 120
    delivery_yen: int = 2_000
    delivery_yen_per_km: int = 120
    rotation_yen: int = 500  # γ: for each step a shop has already won
    past_team_yen: int = 800  # bonus for a hand-over between shops that worked together
    slack_yen: int = 300  # bonus for each half-week finished before the due one
    slack_most: int = 4  # half-weeks that count at most
    handover_lag: int = 1  # half-weeks between two different shops; the same shop: 0


WEIGHTS = Weights(version="2026-1")


@dataclass(frozen=True, slots=True)
class Market:
    """Everybody who can be asked, with what is known between them."""

    shops: tuple[Shop, ...]
    weights: Weights = WEIGHTS
    # Pairs of shop codes, each sorted, that have delivered together before.
    worked_together: frozenset[tuple[str, str]] = frozenset()


class Line(StrEnum):
    """A line of the decomposed score. The first five are money, the rest weighs."""

    SETUP = "setup"
    WORK = "work"
    RISK = "risk"
    HANDOVER = "handover"
    DELIVERY = "delivery"
    ROTATION = "rotation"
    PAST_TEAM = "past_team"
    SLACK = "slack"


MONEY = frozenset({Line.SETUP, Line.WORK, Line.RISK, Line.HANDOVER, Line.DELIVERY})


@dataclass(frozen=True, slots=True)
class CostLine:
    """So many 円 for this; a bonus is negative. `other` is the shop handed over from."""

    line: Line
    yen: int
    other: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One step given to one shop in one half-week, with its part of the score."""

    step: str
    process: str
    shop: str
    period: int
    minutes: int
    lines: tuple[CostLine, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A whole answer to an order: every step, in an order in which they can be done."""

    order: str
    tasks: tuple[Task, ...]
    weights: str  # version of the weights it was scored with

    @property
    def shops(self) -> tuple[str, ...]:
        """The shop of each step: two teams that agree here are the same team."""
        return tuple(task.shop for task in self.tasks)

    @property
    def cost_yen(self) -> int:
        """What the team costs in money (expected rework included)."""
        return sum(line.yen for task in self.tasks for line in task.lines if line.line in MONEY)

    @property
    def score_yen(self) -> int:
        """What teams are compared by: money and published weights."""
        return sum(line.yen for task in self.tasks for line in task.lines)

    @property
    def finish(self) -> int:
        """The half-week of the last step."""
        return max(task.period for task in self.tasks)


class Condition(StrEnum):
    """What can stand in the way of a shop, or of a whole team."""

    PROCESS = "process"
    EXCLUDED = "excluded"
    MATERIAL = "material"
    SIZE = "size"
    TOLERANCE = "tolerance"
    LOT = "lot"
    CERTIFICATE = "certificate"
    CAPACITY = "capacity"
    DUE = "due"
    BUDGET = "budget"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """If these conditions were given up, so many shops (or a team) would be added.

    `needed` is the value that would do: the half-week for DUE, the 円 for BUDGET and REVENUE,
    the free minutes for CAPACITY, the coarsest offer that helps for SIZE and TOLERANCE.
    """

    conditions: tuple[Condition, ...]
    adds: int
    step: str = ""  # empty: the whole order
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why there is no team, and what would change that, best first."""

    # The steps nobody can do as asked; empty when each has somebody but no team fits together.
    steps: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Teams, cheapest score first, or the reason why there are none."""

    order: str
    teams: tuple[Team, ...]
    diagnosis: Diagnosis | None = None
    # False only if the search gave up before proving its order (very tight budgets).
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """A plan for many orders at once."""

    teams: tuple[Team, ...]
    unserved: Mapping[str, Diagnosis] = field(default_factory=dict)


class PlanRefused(Exception):
    """The order cannot be planned as written; the text says what to mend."""
