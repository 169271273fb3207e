"""One order as tables of numbers: the path of `paths.relax`, for those who ask a thousand times.

Imported by the improvement of a batch only: numpy costs every process that loads it memory.
Scores are whole 円, columns are the half-weeks from the order's first to its due one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.nakama.planning.board import Case
from lab.nakama.planning.costs import Pick

Numbers = NDArray[np.int64]
# Far above every score, and low enough that thirty of them can be added.
NEVER = 1 << 50
# A score above this contains NEVER: bonuses are negative, so the sum may be a little less.
LIMIT = 1 << 49


@dataclass(frozen=True, slots=True)
class Branch:
    """What comes into a step from one before it."""

    place: int  # of the step before
    price: Numbers  # of handing over, by giver and taker
    givers: Numbers  # the shops that can do both steps, as givers ...
    takers: Numbers  # ... and as takers


def table(rows: Sequence[Sequence[int]], width: int) -> Numbers:
    """Rows of unequal length as one table, filled up with 0."""
    found = np.zeros((len(rows), width), dtype=np.int64)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row[:width]
    return found


class Table:
    """The shops, scores and hand-overs of one order's steps. Somebody can do each step."""

    def __init__(self, case: Case) -> None:
        order, prices = case.order, case.board.prices
        self.first, self.after = order.not_before, order.due + 1
        self.minutes, self.lag = case.minutes, prices.weights.handover_lag
        self.shops = [np.array(list(costs)) for costs in case.costs]
        self.scores = [np.array(list(costs.values()))[:, None] for costs in case.costs]
        if prices.weights.slack_yen:
            periods = range(self.first, self.after)
            slack = np.array([prices.slack(order, period) for period in periods])
            self.scores[-1] = self.scores[-1] + slack
        self.branches = [
            [self._branch(before, place, case) for before in befores]
            for place, befores in enumerate(case.chain.before)
        ]

    def _branch(self, before: int, place: int, case: Case) -> Branch:
        givers, takers = self.shops[before].tolist(), self.shops[place].tolist()
        into = [case.board.prices.score[taker] for taker in takers]
        price = np.array([[one[giver] for one in into] for giver in givers])
        same = np.nonzero(self.shops[before][:, None] == self.shops[place])
        return Branch(before, price, *same)

    def best(
        self, room: Numbers, rotation: Numbers, below: int = LIMIT
    ) -> tuple[int, tuple[Pick, ...]] | None:
        """The least score, if it is below this, and its picks.

        Clashes inside one half-week are not looked at. `rotation` is what each shop's steps won so
        far weigh, in 円.
        """
        exact: list[Numbers] = []
        least: list[Numbers] = []
        for place, shops in enumerate(self.shops):
            free = room[shops, self.first : self.after] >= self.minutes[place]
            own = np.where(free, self.scores[place] + rotation[shops][:, None], NEVER)
            for branch in self.branches[place]:
                own = own + self._arriving(branch, least[branch.place], own.shape)
            exact.append(own)
            least.append(np.minimum.accumulate(own, axis=1))
        value = int(least[-1][:, -1].min())
        return (value, self._traced(exact, least)) if value < min(below, LIMIT) else None

    def _arriving(self, branch: Branch, least: Numbers, shape: tuple[int, ...]) -> Numbers:
        """The cheapest way in, by taker and half-week."""
        way = np.full(shape, NEVER)
        ready = least[:, : shape[1] - self.lag]
        way[:, self.lag :] = (ready[:, None, :] + branch.price[:, :, None]).min(axis=0)
        if len(branch.takers):
            way[branch.takers] = np.minimum(way[branch.takers], least[branch.givers])
        return way

    def _traced(self, exact: Sequence[Numbers], least: Sequence[Numbers]) -> tuple[Pick, ...]:
        """Back from the last step: who gave the minimum, and in which half-week at the earliest."""
        last = len(exact) - 1
        row = int(least[last][:, -1].argmin())
        found = {last: (row, _first(exact[last][row], least[last][row, -1]))}
        for place in range(last, -1, -1):
            taker, column = found[place]
            for branch in self.branches[place]:
                giver, value = self._giver(branch, least[branch.place], taker, column)
                found[branch.place] = giver, _first(exact[branch.place][giver], value)
        return tuple(
            (int(self.shops[place][row]), self.first + column)
            for place, (row, column) in sorted(found.items())
        )

    def _giver(self, branch: Branch, least: Numbers, taker: int, column: int) -> tuple[int, int]:
        """Who hands over to the taker at the least score, and that score without the hand-over."""
        ways = []
        for place in np.nonzero(branch.takers == taker)[0]:
            giver = int(branch.givers[place])
            ways.append((int(least[giver, column]), giver, int(least[giver, column])))
        if column >= self.lag:
            ready = least[:, column - self.lag]
            giver = int((ready + branch.price[:, taker]).argmin())
            ways.append((int(ready[giver] + branch.price[giver, taker]), giver, int(ready[giver])))
        _, giver, value = min(ways, key=lambda way: way[0])
        return giver, value


def _first(row: Numbers, value: int) -> int:
    return int((row == value).argmax())
