"""What is free and won while orders are planned, and one order laid out upon it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from lab.nakama.planning import paths
from lab.nakama.planning.chain import chain_of
from lab.nakama.planning.costs import Edges, Pick, Prices, cheapest, processing, team_of
from lab.nakama.planning.fitness import barred
from lab.nakama.planning.paths import NEVER, Row, Rows
from lab.nakama.planning.terms import Held, Market, Offer, Order, PlanRefused, Step, Team


class Board:
    """Free minutes and steps won of every shop; changes as teams are taken."""

    def __init__(self, market: Market) -> None:
        self.market, self.prices = market, Prices(market)
        self.free = [list(shop.free) for shop in market.shops]
        self.jobs = [shop.jobs_won for shop in market.shops]
        self.place = {shop.code: place for place, shop in enumerate(market.shops)}
        self.able: dict[str, list[int]] = {}
        for place, shop in enumerate(market.shops):
            for process in {offer.process for offer in shop.offers}:
                self.able.setdefault(process, []).append(place)

    def handovers(self, price: Edges) -> paths.Handovers:
        """Between all shops, at these prices."""
        return paths.Handovers(price, self.prices.weights.handover_lag, self.prices.margin)

    def take(self, team: Team) -> None:
        """The team's time is no longer free, and its steps count as won."""
        for task in team.tasks:
            shop = self.place[task.shop]
            self.free[shop][task.period] -= task.minutes
            self.jobs[shop] += 1

    def left(self) -> Market:
        """The market as it is now."""
        return replace(
            self.market,
            shops=tuple(
                replace(shop, free=tuple(free), jobs_won=jobs)
                for shop, free, jobs in zip(self.market.shops, self.free, self.jobs, strict=True)
            ),
        )


class Case:
    """One order on the board: who may do which step, when, at which cost."""

    def __init__(self, order: Order, board: Board, held: Sequence[Held]) -> None:
        self.order, self.board = order, board
        self.chain = chain_of(order)
        self.held = self._checked(held)
        self.offers: list[dict[int, Offer]] = [self._offers(step) for step in self.chain.steps]
        self.minutes = [step.minutes for step in self.chain.steps]

    def teams(self, limit: int) -> tuple[tuple[Team, ...], bool]:
        """The best distinct teams, and whether their order is proven."""
        found, proven = self.best(limit)
        return tuple(self.team(picks) for picks in found), proven

    def team(self, picks: Sequence[Pick]) -> Team:
        """The picks as a team, with its lines as of now."""
        board = self.board
        return team_of(self.order, self.chain, picks, self.offers, board.jobs, board.prices)

    def best(self, limit: int) -> tuple[list[tuple[Pick, ...]], bool]:
        """The picks of the best distinct teams, and whether their order is proven."""
        if not all(self.offers):
            return [], True
        first = self.order.not_before
        search = paths.Search(
            chain=self.chain,
            rows=self.rows(),
            over=self.board.handovers(self.board.prices.score),
            minutes=self.minutes,
            room=lambda shop, place: self.room(shop, first + place),
            affordable=lambda team: self.money(team) <= self.most,
            some_affordable=self._some_affordable,
        )
        found = [
            tuple((shop, first + place) for shop, place in picks) for picks in search.best(limit)
        ]
        return found, search.proven

    @property
    def most(self) -> int:
        """The most the team may cost, in 円: the budget, and never more than it brings in."""
        limits = (self.order.budget_yen, self.order.revenue_yen)
        return min((limit for limit in limits if limit is not None), default=paths.LIMIT)

    def room(self, shop: int, period: int) -> int:
        """Free minutes; at least what the shop itself has accepted for that half-week."""
        accepted = sum(
            step.minutes
            for step in self.chain.steps
            if (held := self.held.get(step.code))
            and held.period == period
            and self.board.place[held.shop] == shop
        )
        free = self.board.free[shop]
        return max(free[period] if period < len(free) else 0, accepted)

    def money(self, team: Sequence[int]) -> int:
        """What a team costs in money: the half-weeks make no difference."""
        prices = self.board.prices
        total = 0
        for place, shop in enumerate(team):
            total += self.costs[place][shop]
            for before in self.chain.before[place]:
                total += prices.money[shop][team[before]]
        return total

    def score(self, picks: Sequence[Pick]) -> int:
        """What the picks are compared by, apart from the rotation price."""
        prices = self.board.prices
        total = prices.slack(self.order, picks[-1][1])
        for place, (shop, _period) in enumerate(picks):
            total += self.costs[place][shop]
            for before in self.chain.before[place]:
                total += prices.score[shop][picks[before][0]]
        return total

    def rows(self) -> Rows:
        """The score of each step at each shop, by half-week; NEVER where it has no time now."""
        rotation, jobs = self.board.prices.weights.rotation_yen, self.board.jobs
        rows = [
            {
                shop: self._open(shop, step, cost + jobs[shop] * rotation)
                for shop, cost in costs.items()
            }
            for step, costs in zip(self.chain.steps, self.costs, strict=True)
        ]
        if self.board.prices.weights.slack_yen:
            rows[-1] = {shop: self._with_slack(row) for shop, row in rows[-1].items()}
        return tuple(rows)

    @cached_property
    def costs(self) -> tuple[dict[int, int], ...]:
        """The money each step costs at each shop, the last one with its delivery."""
        found = [
            {shop: sum(processing(offer, step.minutes)) for shop, offer in offers.items()}
            for step, offers in zip(self.chain.steps, self.offers, strict=True)
        ]
        for shop in found[-1]:
            found[-1][shop] += self.board.prices.delivery(shop, self.order.place)
        return tuple(found)

    def _with_slack(self, row: Row) -> Row:
        first = self.order.not_before
        return [
            one if one >= paths.LIMIT else one + self.board.prices.slack(self.order, period)
            for period, one in enumerate(row, first)
        ]

    def _open(self, shop: int, step: Step, cost: int) -> Row:
        """The cost where the shop has the time, from the first half-week to the due one."""
        order, held = self.order, self.held.get(step.code)
        length = order.due + 1 - order.not_before
        if held and held.period is not None:
            row = [NEVER] * length
            row[held.period - order.not_before] = cost
            return row
        free = self.board.free[shop][order.not_before : order.due + 1]
        row = [cost if minutes >= step.minutes else NEVER for minutes in free]
        return row + [NEVER] * (length - len(row))

    def _some_affordable(self, rows: Rows) -> bool:
        """Whether the cheapest in money among these rows keeps within the limit."""
        prices = self.board.prices
        plain = tuple(
            {
                shop: [costs[shop] if one < paths.LIMIT else NEVER for one in row]
                for shop, row in step.items()
            }
            for step, costs in zip(rows, self.costs, strict=True)
        )
        found = paths.relax(self.chain, plain, self.board.handovers(prices.money))
        return found is not None and found.value <= self.most

    def _offers(self, step: Step) -> dict[int, Offer]:
        """Who can do the step, by the shop's place, with the cheapest offer that fits."""
        shops = self.board.market.shops
        held = self.held.get(step.code)
        if held:
            shop = self.board.place[held.shop]
            offer = cheapest(shops[shop], step, accepted=True)
            if offer is None:
                raise PlanRefused(
                    _("承諾済みの「{shop}」は、工程「{step}」の加工を登録していません。").format(
                        shop=shops[shop].name or held.shop, step=step.code
                    )
                )
            return {shop: offer}
        found = {}
        for place in self.board.able.get(step.process, ()):
            candidate = shops[place]
            offer = None if barred(candidate, self.order, step) else cheapest(candidate, step)
            if offer is not None:
                found[place] = offer
        return found

    def _checked(self, held: Sequence[Held]) -> dict[str, Held]:
        found: dict[str, Held] = {}
        codes = {step.code for step in self.chain.steps}
        for one in held:
            if one.step not in codes or one.shop not in self.board.place or one.step in found:
                raise PlanRefused(
                    _("承諾の記録（工程「{step}」、「{shop}」）が発注と合いません。").format(
                        step=one.step, shop=one.shop
                    )
                )
            if one.period is not None and not self.order.not_before <= one.period <= self.order.due:
                raise PlanRefused(
                    _("工程「{step}」を承諾した時期が納期の外です。納期を直してください。").format(
                        step=one.step
                    )
                )
            found[one.step] = one
        return found
