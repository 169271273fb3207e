"""The layered shortest path over (step, shop, half-week), and the search built upon it.

`relax` is exact but for one thing: it does not see that a shop does two steps in the same
half-week and lacks the time for both. `best` finds such clashes, keeps the steps apart and solves
again, best first; so the first answer without a clash is the best one there is, and the next
answers are the next best teams.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, count

from lab.nakama.planning.chain import Chain
from lab.nakama.planning.costs import Pick

NEVER = 1 << 60
# A cost above this contains NEVER: bonuses are negative, so the sum may be a little less.
LIMIT = 1 << 59
MOST_NODES = 4_000

Row = list[int]  # cost by half-week
Rows = tuple[Mapping[int, Row], ...]  # for each step, for each shop
Edge = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Answer:
    """The cheapest picks, in the order of the chain's steps."""

    value: int
    picks: tuple[Pick, ...]


def relax(chain: Chain, rows: Rows, edge: Edge, lag: int) -> Answer | None:
    """The cheapest way to fill every step, clashes inside one half-week not looked at."""
    least: list[dict[int, Row]] = []  # cost of all up to the step, done at or before the half-week
    exact: list[Mapping[int, Row]] = []  # ... done in it
    for place, before in enumerate(chain.before):
        own = _with_branches(rows[place], [least[one] for one in before], edge, lag)
        if not own:
            return None
        exact.append(own)
        least.append({shop: list(accumulate(row, min)) for shop, row in own.items()})
    last = len(chain.steps) - 1
    value = min(row[-1] for row in least[last].values())
    if value >= LIMIT:
        return None
    return Answer(value, _traced(chain, least, exact, edge, lag))


def _with_branches(
    own: Mapping[int, Row], branches: Sequence[Mapping[int, Row]], edge: Edge, lag: int
) -> Mapping[int, Row]:
    """The step's own cost plus the cheapest of each branch that ends in it."""
    for branch in branches:
        length = len(next(iter(branch.values())))
        wait, late = [NEVER] * lag, length - lag
        shifted = [
            (giver, wait + row[:late] if late > 0 else wait[:length])
            for giver, row in branch.items()
        ]
        joined = {}
        for shop, row in own.items():
            ways = []
            for giver, moved in shifted:
                if giver == shop:
                    ways.append(branch[giver])
                else:
                    price = edge(giver, shop)
                    ways.append([cost + price for cost in moved])
            arrive = ways[0] if len(ways) == 1 else map(min, *ways)
            joined[shop] = [mine + came for mine, came in zip(row, arrive, strict=True)]
        own = joined
    return own


def _traced(
    chain: Chain,
    least: Sequence[Mapping[int, Row]],
    exact: Sequence[Mapping[int, Row]],
    edge: Edge,
    lag: int,
) -> tuple[Pick, ...]:
    """Back from the last step: who gave the minimum, and in which half-week at the earliest."""
    last = len(chain.steps) - 1
    picks: dict[int, Pick] = {}
    shop = min(least[last], key=lambda one: least[last][one][-1])
    picks[last] = (shop, exact[last][shop].index(least[last][shop][-1]))
    for place in range(last, -1, -1):
        taker, period = picks[place]
        for before in chain.before[place]:
            found = None
            for giver, row in least[before].items():
                until = period if giver == taker else period - lag
                if until < 0:
                    continue
                cost = row[until] + (0 if giver == taker else edge(giver, taker))
                if found is None or cost < found[0]:
                    found = cost, giver, row[until]
            if found is None:  # pragma: no cover - the value was finite, so somebody gave it
                raise AssertionError("a path without a beginning")
            picks[before] = (found[1], exact[before][found[1]].index(found[2]))
    return tuple(picks[place] for place in range(last + 1))


@dataclass(slots=True)
class Search:
    """One order's search: the steps, what each place costs, what fits into a half-week."""

    chain: Chain
    rows: Rows
    edge: Edge
    lag: int
    minutes: Sequence[int]
    room: Callable[[int, int], int]  # minutes of a shop in a half-week
    # Whether a team (the shop of each step) is cheap enough; and whether any team in the rows is.
    affordable: Callable[[tuple[int, ...]], bool]
    some_affordable: Callable[[Rows], bool]
    proven: bool = True
    _heap: list[tuple[int, int, Rows, tuple[Pick, ...]]] = field(default_factory=list)
    _ties: Iterator[int] = field(default_factory=count)

    def best(self, limit: int) -> list[tuple[Pick, ...]]:
        """The `limit` cheapest distinct teams, cheapest first."""
        found: list[tuple[Pick, ...]] = []
        seen: set[tuple[int, ...]] = set()
        self._push(self.rows)
        for node in count():
            if not self._heap or len(found) == limit:
                break
            if node == MOST_NODES:
                self.proven = False
                break
            _, _, rows, picks = heapq.heappop(self._heap)
            clash = self._clash(picks)
            if clash:
                self._keep_apart(rows, picks, clash)
                continue
            team = tuple(shop for shop, _ in picks)
            affordable = self.affordable(team)
            if affordable and team not in seen:
                seen.add(team)
                found.append(picks)
            if len(found) < limit:
                self._other_teams(rows, team, affordable=affordable)
        return found

    def _push(self, rows: Rows) -> None:
        answer = relax(self.chain, rows, self.edge, self.lag)
        if answer is not None:
            heapq.heappush(self._heap, (answer.value, next(self._ties), rows, answer.picks))

    def _clash(self, picks: Sequence[Pick]) -> list[int]:
        """Steps that together need more than their shop has in the half-week they share."""
        if len(set(picks)) == len(picks):
            return []
        together: dict[Pick, list[int]] = {}
        for place, pick in enumerate(picks):
            together.setdefault(pick, []).append(place)
        for (shop, period), places in together.items():
            room = self.room(shop, period)
            needed = sum(self.minutes[place] for place in places)
            if needed <= room:
                continue
            for place in list(places):  # as few as still clash
                if len(places) > 2 and needed - self.minutes[place] > room:
                    places.remove(place)
                    needed -= self.minutes[place]
            return places
        return []

    def _keep_apart(self, rows: Rows, picks: Sequence[Pick], places: Sequence[int]) -> None:
        """Not all of them there: the first elsewhere; or the first there, the second not; ..."""
        for nth, place in enumerate(places):
            changed = list(rows)
            for earlier in places[:nth]:
                shop, period = picks[earlier]
                kept = [NEVER] * len(rows[earlier][shop])
                kept[period] = rows[earlier][shop][period]
                changed[earlier] = {shop: kept}
            shop, period = picks[place]
            row = list(rows[place][shop])
            row[period] = NEVER
            changed[place] = {**rows[place], shop: row}
            self._push(tuple(changed))

    def _other_teams(self, rows: Rows, team: Sequence[int], *, affordable: bool) -> None:
        """Every team but this one: another first shop; or the same first, another second; ..."""
        changed = list(rows)
        for place, shop in enumerate(team):
            others = {one: row for one, row in rows[place].items() if one != shop}
            if others:
                branch = (*changed[:place], others, *rows[place + 1 :])
                if affordable or self.some_affordable(branch):
                    self._push(branch)
            changed[place] = {shop: rows[place][shop]}
