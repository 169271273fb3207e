"""What a team costs, line by line in 円, and what its hand-overs weigh."""

from collections.abc import Mapping, Sequence

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


class Prices:
    """Prices between places, remembered: in a batch the same pairs come again and again."""

    def __init__(self, market: Market) -> None:
        self.market, self.weights = market, market.weights
        self._edges: dict[Pick, tuple[int, int]] = {}

    def edge(self, giver: int, taker: int) -> tuple[int, int]:
        """Money and score (money less the bonus for a past team) of a hand-over."""
        if giver == taker:
            return 0, 0
        found = self._edges.get((giver, taker))
        if found is None:
            one, other = self.market.shops[giver], self.market.shops[taker]
            money = self.weights.handover_yen + round(
                one.place.km_to(other.place) * self.weights.handover_yen_per_km
            )
            pair = (min(one.code, other.code), max(one.code, other.code))
            known = pair in self.market.worked_together
            found = money, money - (self.weights.past_team_yen if known else 0)
            self._edges[giver, taker] = self._edges[taker, giver] = found
        return found

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
    money, score = prices.edge(giver, taker)
    code = prices.market.shops[giver].code
    return [CostLine(Line.HANDOVER, money, code), CostLine(Line.PAST_TEAM, score - money, code)]
