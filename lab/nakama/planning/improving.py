"""A batch as a plan that gets better: orders in one another's way are planned anew together.

An order loses something against the team it would have had all to itself. Its tries, the greatest
loss first: take out one order that holds time of that team, or all of them, give this order its
best team, then the others theirs. A try is kept only where all are served and the sum of scores is
less; an order without a team counts as the greatest loss. Neither clock nor chance decides: the
same orders give the same plan on every machine.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from lab.nakama.planning.board import Board, Case
from lab.nakama.planning.costs import Pick
from lab.nakama.planning.tables import LIMIT, Table, table
from lab.nakama.planning.terms import Team

SWEEPS = 3
# What an order without a team counts, in 円: more than any plan costs.
MISSED = 1 << 45
Picks = tuple[Pick, ...]


class Plan:
    """The picks of each order, none at first; the board is kept in step with them."""

    def __init__(self, cases: Sequence[Case], board: Board) -> None:
        self.cases, self.board = cases, board
        self.rotation_yen = board.prices.weights.rotation_yen
        self.room = table(board.free, max((case.order.due + 1 for case in cases), default=0))
        self.rotation = table([board.jobs], len(board.jobs))[0] * self.rotation_yen
        self.picks: list[Picks | None] = [None] * len(cases)
        self.scores = [0] * len(cases)  # of the picks, without the price of rotation
        self.holders: defaultdict[Pick, set[int]] = defaultdict(set)
        self.tables = [Table(case) if all(case.offers) else None for case in cases]
        # What each would have all to itself: no plan can give it better.
        self.alone = [self._path(number) for number in range(len(cases))]
        self._vain: dict[int, object] = {}

    def serve(self) -> None:
        """Each order in turn, by its best team on what is left free."""
        for number in range(len(self.cases)):
            self._put(number, self._best(number))

    def improve(self) -> None:
        """Tries for all orders, until a sweep betters nothing."""
        for _sweep in range(SWEEPS):
            losses = [(-self._loss(number), number) for number in range(len(self.cases))]
            tried = [self._bettered(number) for loss, number in sorted(losses) if loss < 0]
            if not any(tried):
                break

    def teams(self) -> tuple[Team, ...]:
        """The plan as teams, their steps won in the order of the cases. The board keeps them."""
        picked = list(self.picks)
        for number in range(len(self.cases)):
            self._out(number)
        teams = []
        for number, picks in enumerate(picked):
            if picks:
                teams.append(self.cases[number].team(picks))
            self._put(number, picks)
        return tuple(teams)

    def _path(self, number: int, below: int = LIMIT) -> tuple[int, Picks] | None:
        found = self.tables[number]
        return found.best(self.room, self.rotation, below) if found else None

    def _best(self, number: int, below: int = LIMIT) -> Picks | None:
        """The order's best team on what is left free; none where its score is not below this."""
        found = self._path(number, below)
        if found is None or self._keeps(number, found[1]):
            return found and found[1]
        exact, _ = self.cases[number].best(1)
        return exact[0] if exact else None

    def _keeps(self, number: int, picks: Picks) -> bool:
        """What the path does not look at: the shops' time over all steps, and the limit of money."""
        case = self.cases[number]
        if case.money([shop for shop, _ in picks]) > case.most:
            return False
        needed = self._needed(number, picks) if len(set(picks)) < len(picks) else {}
        return all(self.room[pick] >= minutes for pick, minutes in needed.items())

    def _needed(self, number: int, picks: Picks) -> Counter[Pick]:
        needed: Counter[Pick] = Counter()
        for pick, minutes in zip(picks, self.cases[number].minutes, strict=True):
            needed[pick] += minutes
        return needed

    def _loss(self, number: int) -> int:
        """What the order's team costs more than the one it would have had, in 円."""
        alone = self.alone[number]
        if alone is None:
            return 0
        picks = self.picks[number]
        if picks is None:
            return MISSED
        own = Counter(shop for shop, _ in picks)
        won = sum(self.board.jobs[shop] - own[shop] for shop, _ in picks)
        return self.scores[number] + won * self.rotation_yen - alone[0]

    def _bettered(self, number: int) -> bool:
        """Whether one of the order's tries was kept."""
        before = self.picks[number]
        worth = self._out(number)
        blocking = self._blocking(number)
        seen = before, [(one, self.picks[one]) for one in blocking]
        if self._vain.get(number) != seen:
            groups = [[one] for one in blocking] + ([blocking] if len(blocking) > 1 else [])
            if any(self._exchanged(number, group, worth) for group in groups):
                return True
            self._vain[number] = seen
        self._put(number, before)
        return False

    def _blocking(self, number: int) -> list[int]:
        """Who holds time that the order's own best team would need, the greatest loss first."""
        alone = self.alone[number]
        wanted = self._needed(number, alone[1]) if alone else {}
        short = [pick for pick, minutes in wanted.items() if self.room[pick] < minutes]
        found = {holder for pick in short for holder in self.holders[pick]}
        return sorted(found, key=lambda one: (-self._loss(one), one))

    def _exchanged(self, number: int, group: Sequence[int], worth: int) -> bool:
        """This order first, then the group: kept where that is better, else as it was."""
        before = [self.picks[one] for one in group]
        worth += sum([self._out(one) for one in group])
        hoped = sum(alone[0] for one in group if (alone := self.alone[one]))
        put: list[int] = []
        for one in (number, *group):
            if one != number and (alone := self.alone[one]):
                hoped -= alone[0]
            picks = self._best(one, worth - hoped)
            if picks is None:
                break
            worth -= self._put(one, picks)
            put.append(one)
            if worth <= hoped:
                break
        else:
            return True
        for one in put:
            self._out(one)
        for one, old in zip(group, before, strict=True):
            self._put(one, old)
        return False

    def _put(self, number: int, picks: Picks | None) -> int:
        """Give the order these picks; what they add to the plan's score, in 円."""
        self.picks[number] = picks
        if picks is None:
            return MISSED
        self.scores[number] = self.cases[number].score(picks)
        # Steps of the same order count as won for others only, as in the lines of its team.
        won = sum(self.board.jobs[shop] for shop, _ in picks)
        for (shop, period), minutes in zip(picks, self.cases[number].minutes, strict=True):
            self._move(shop, period, minutes, 1)
            self.holders[shop, period].add(number)
        return self.scores[number] + won * self.rotation_yen

    def _out(self, number: int) -> int:
        """Take the order's picks back; what that takes from the plan's score, in 円."""
        picks, self.picks[number] = self.picks[number], None
        if picks is None:
            return MISSED
        for (shop, period), minutes in zip(picks, self.cases[number].minutes, strict=True):
            self._move(shop, period, -minutes, -1)
            self.holders[shop, period].discard(number)
        won = sum(self.board.jobs[shop] for shop, _ in picks)
        return self.scores[number] + won * self.rotation_yen

    def _move(self, shop: int, period: int, minutes: int, jobs: int) -> None:
        """So many minutes more taken in a half-week, and steps won; board and tables alike."""
        self.board.free[shop][period] -= minutes
        self.board.jobs[shop] += jobs
        self.room[shop, period] -= minutes
        self.rotation[shop] += jobs * self.rotation_yen
