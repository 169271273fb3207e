"""What a team costs, line by line in 円, and what its hand-overs weigh."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from lab.nakama.planning.chain import Chain
from lab.nakama.planning.fitness import fits
from lab.nakama.planning.terms import (
    CostLine,
    Line,
    Market,
    Offer,
    Order,
    Place,
    Shop,
    Step,
    Task,
    Team,
)

Pick = tuple[int, int]  # the shop's place in the market, the half-week


def processing(offer: Offer, minutes: int) -> tuple[int, int, int]:
    """Setup, work and expected rework in 円, each rounded half up."""
    work = (minutes * offer.yen_per_hour + 30) // 60
    risk = ((offer.setup_yen + work) * offer.risk_permille + 500) // 1000
    return offer.setup_yen, work, risk


def cheapest(shop: Shop, step: Step, *, accepted: bool = False) -> Offer | None:
    """The shop's cheapest offer that meets the step's conditions.

    A shop that has `accepted` knows what it does: then any offer of the process will do.
    """
    offers = [one for one in shop.offers if fits(one, step)]
    if accepted and not offers:
        offers = [one for one in shop.offers if one.process == step.process]
    return min(offers, key=lambda one: sum(processing(one, step.minutes)), default=None)


class _Into(dict[int, int]):
    """Prices of handing over to one shop, by giver; worked out when first asked for."""

    def __init__(self, prices: "Prices", taker: int, *, bonus: bool) -> None:
        super().__init__({taker: 0})
        self._prices, self._taker = prices, taker
        self._bonus = bonus and bool(prices.market.worked_together)

    def __missing__(self, giver: int) -> int:
        yen = self._prices.handover(giver, self._taker)
        if self._bonus:
            yen -= self._prices.bonus(giver, self._taker)
        self[giver] = yen
        return yen


class Edges(dict[int, _Into]):
    """Hand-over prices by taker, then by giver. In a batch the same pairs come again and again."""

    def __init__(self, prices: "Prices", *, bonus: bool) -> None:
        super().__init__()
        self._prices, self._bonus = prices, bonus

    def __missing__(self, taker: int) -> _Into:
        found = self[taker] = _Into(self._prices, taker, bonus=self._bonus)
        return found


class Prices:
    """Prices between places: `money` as paid, `score` less the bonus for a past team."""

    def __init__(self, market: Market) -> None:
        self.market, self.weights = market, market.weights
        self.places = [shop.place for shop in market.shops]
        self.money, self.score = Edges(self, bonus=False), Edges(self, bonus=True)

    def handover(self, giver: int, taker: int) -> int:
        """Between two different shops, in 円."""
        km = self.places[giver].km_to(self.places[taker])
        return self.weights.handover_yen + round(km * self.weights.handover_yen_per_km)

    @cached_property
    def margin(self) -> int:
        """The most by which two hand-overs can differ, in 円: by distance, bonus or being none."""
        lines = [[place.latitude for place in self.places]]
        lines.append([place.longitude for place in self.places])
        south, west = (min(line, default=0) for line in lines)
        north, east = (max(line, default=0) for line in lines)
        far = Place(south, west).km_to(Place(north, east)) * self.weights.handover_yen_per_km
        return self.weights.handover_yen + round(far) + 1 + self.weights.past_team_yen

    def bonus(self, giver: int, taker: int) -> int:
        """What it is worth that the two have delivered together before, in 円."""
        one, other = (self.market.shops[place].code for place in (giver, taker))
        known = (min(one, other), max(one, other)) in self.market.worked_together
        return self.weights.past_team_yen if known else 0

    def delivery(self, shop: int, place: Place) -> int:
        """From the last shop to the buyer, in 円."""
        km = self.market.shops[shop].place.km_to(place)
        return self.weights.delivery_yen + round(km * self.weights.delivery_yen_per_km)

    def slack(self, order: Order, period: int) -> int:
        """The bonus for finishing early, in 円 (0 or negative)."""
        early = min(order.due - period, self.weights.slack_most)
        return -early * self.weights.slack_yen


def team_of(
    order: Order,
    chain: Chain,
    picks: Sequence[Pick],
    offers: Sequence[Mapping[int, Offer]],
    jobs: Sequence[int],
    prices: Prices,
) -> Team:
    """The picks as a team with every line of its cost; `jobs` are the steps won by each shop."""
    shops, tasks = prices.market.shops, []
    for place, step in enumerate(chain.steps):
        shop, period = picks[place]
        lines = _own_lines(offers[place][shop], step, jobs[shop] * prices.weights.rotation_yen)
        for before in chain.before[place]:
            lines += _handover_lines(picks[before][0], shop, prices)
        if place == len(chain.steps) - 1:
            lines.append(CostLine(Line.DELIVERY, prices.delivery(shop, order.place)))
            lines.append(CostLine(Line.SLACK, prices.slack(order, period)))
        kept = tuple(line for line in lines if line.yen)
        tasks.append(Task(step.code, step.process, shops[shop].code, period, step.minutes, kept))
    return Team(order.code, tuple(tasks), prices.weights.version)


def _own_lines(offer: Offer, step: Step, rotation: int) -> list[CostLine]:
    setup, work, risk = processing(offer, step.minutes)
    return [
        CostLine(Line.SETUP, setup),
        CostLine(Line.WORK, work),
        CostLine(Line.RISK, risk),
        CostLine(Line.ROTATION, rotation),
    ]


def _handover_lines(giver: int, taker: int, prices: Prices) -> list[CostLine]:
    money, score = prices.money[taker][giver], prices.score[taker][giver]
    code = prices.market.shops[giver].code
    return [CostLine(Line.HANDOVER, money, code), CostLine(Line.PAST_TEAM, score - money, code)]
