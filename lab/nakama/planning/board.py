"""What is free and won while orders are planned, and one order laid out upon it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from lab.nakama.planning import paths
from lab.nakama.planning.chain import chain_of
from lab.nakama.planning.costs import Prices, cheapest, processing, team_of
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
        if not all(self.offers):
            return (), True
        prices = self.board.prices
        search = paths.Search(
            chain=self.chain,
            rows=self.rows,
            edge=lambda giver, taker: prices.edge(giver, taker)[1],
            lag=prices.weights.handover_lag,
            minutes=self.minutes,
            room=self.room,
            affordable=lambda team: self.money(team) <= self.most,
            some_affordable=self._some_affordable,
        )
        found = search.best(limit)
        return (
            tuple(
                team_of(self.order, self.chain, picks, self.offers, self.board.jobs, prices)
                for picks in found
            ),
            search.proven,
        )

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
        total = prices.delivery(team[-1], self.order.place)
        for place, shop in enumerate(team):
            total += sum(processing(self.offers[place][shop], self.minutes[place]))
            for before in self.chain.before[place]:
                total += prices.edge(team[before], shop)[0]
        return total

    @cached_property
    def rows(self) -> Rows:
        """The score of each step at each shop, by half-week; NEVER where it has no time."""
        return tuple(self._step_rows(place, money=False) for place in range(len(self.offers)))

    def _step_rows(self, place: int, *, money: bool) -> dict[int, Row]:
        """`money`: without rotation and slack."""
        prices, order, step = self.board.prices, self.order, self.chain.steps[place]
        final, found = place == len(self.chain.steps) - 1, {}
        for shop, offer in self.offers[place].items():
            cost = sum(processing(offer, step.minutes))
            if final:
                cost += prices.delivery(shop, order.place)
            if not money:
                cost += self.board.jobs[shop] * prices.weights.rotation_yen
            row = self._open(shop, step, cost)
            if final and not money:
                row = [
                    one if one >= paths.LIMIT else one + prices.slack(order, period)
                    for period, one in enumerate(row)
                ]
            found[shop] = row
        return found

    def _open(self, shop: int, step: Step, cost: int) -> Row:
        """The cost where the shop has the time, from the first half-week to the due one."""
        order, held = self.order, self.held.get(step.code)
        if held and held.period is not None:
            row = [NEVER] * (order.due + 1)
            row[held.period] = cost
            return row
        free = self.board.free[shop][order.not_before : order.due + 1]
        row = [NEVER] * order.not_before
        row += [cost if minutes >= step.minutes else NEVER for minutes in free]
        return row + [NEVER] * (order.due + 1 - len(row))

    def _some_affordable(self, rows: Rows) -> bool:
        """Whether the cheapest in money among these rows keeps within the limit."""
        prices = self.board.prices
        plain = tuple(
            {
                shop: [
                    now if full < paths.LIMIT else NEVER
                    for now, full in zip(cheap[shop], row, strict=True)
                ]
                for shop, row in step.items()
            }
            for step, cheap in zip(rows, self._money_rows, strict=True)
        )
        found = paths.relax(
            self.chain,
            plain,
            lambda one, other: prices.edge(one, other)[0],
            prices.weights.handover_lag,
        )
        return found is not None and found.value <= self.most

    @cached_property
    def _money_rows(self) -> Rows:
        return tuple(self._step_rows(place, money=True) for place in range(len(self.offers)))

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
            shop = shops[place]
            offer = None if barred(shop, self.order, step) else cheapest(shop, step)
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
