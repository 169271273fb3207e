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

Row = list[int]  # cost by half-week, counted from the first one allowed
Rows = tuple[Mapping[int, Row], ...]  # for each step, for each shop


@dataclass(frozen=True, slots=True)
class Handovers:
    """What it costs and takes to go from one shop to another."""

    price: Mapping[int, Mapping[int, int]]  # by taker, by giver; to oneself 0
    lag: int  # half-weeks
    margin: int  # the most by which two prices can differ


@dataclass(frozen=True, slots=True)
class Answer:
    """The cheapest picks, in the order of the chain's steps."""

    value: int
    picks: tuple[Pick, ...]


def relax(chain: Chain, rows: Rows, over: Handovers) -> Answer | None:
    """The cheapest way to fill every step, clashes inside one half-week not looked at."""
    least: list[dict[int, Row]] = []  # all up to the step, done by then
    exact: list[Mapping[int, Row]] = []  # ... done in it
    for place, before in enumerate(chain.before):
        own = _with_branches(rows[place], [least[one] for one in before], over)
        if not own:
            return None
        exact.append(own)
        least.append({shop: list(accumulate(row, min)) for shop, row in own.items()})
        value = min(row[-1] for row in least[place].values())
        if value >= LIMIT:
            return None
    return Answer(value, _traced(chain, least, exact, over))


def _with_branches(
    own: Mapping[int, Row], branches: Sequence[Mapping[int, Row]], over: Handovers
) -> Mapping[int, Row]:
    """The step's own cost plus the cheapest of each branch that ends in it."""
    for branch in branches:
        givers = _worth_asking(branch, over.margin)
        wait = [NEVER] * over.lag
        late = {giver: (wait + row)[: len(row)] for giver, row in givers.items()}
        joined = {}
        for shop, row in own.items():
            prices = over.price[shop]
            ways = []
            for giver, moved in late.items():
                price = prices[giver]
                ways.append([cost + price for cost in moved])
            if shop in branch:
                ways.append(branch[shop])
            arrive = ways[0] if len(ways) == 1 else map(min, *ways)
            joined[shop] = [mine + came for mine, came in zip(row, arrive, strict=True)]
        own = joined
    return own


def _worth_asking(branch: Mapping[int, Row], margin: int) -> Mapping[int, Row]:
    """The givers that can be the cheapest for another shop.

    Who is at every time dearer than the cheapest by more than hand-overs can differ cannot.
    """
    if len(branch) == 1:
        return branch
    limits = [min(least + margin, LIMIT) for least in map(min, *branch.values())]
    return {
        giver: row
        for giver, row in branch.items()
        if any(cost <= limit for cost, limit in zip(row, limits, strict=True))
    }


def _traced(
    chain: Chain,
    least: Sequence[Mapping[int, Row]],
    exact: Sequence[Mapping[int, Row]],
    over: Handovers,
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
                until = period if giver == taker else period - over.lag
                if until < 0:
                    continue
                cost = row[until] + over.price[taker][giver]
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
    over: Handovers
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
        answer = relax(self.chain, rows, self.over)
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
