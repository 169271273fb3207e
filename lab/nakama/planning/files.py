"""A planning file: firms and orders in, teams out. The shape is told in docs/nakama_plan.md.

Strict: a key that is not known, a missing one or a value of another kind is refused with its place
in the file, so that a slip of the pen never plans something else than was meant.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from lab.nakama.planning.chain import chain_of
from lab.nakama.planning.checker import surplus_yen, violations
from lab.nakama.planning.planner import plan_batch
from lab.nakama.planning.terms import (
    WEIGHTS,
    Batch,
    CostLine,
    Diagnosis,
    Market,
    Offer,
    Order,
    Place,
    PlanRefused,
    Shop,
    Step,
    Task,
    Team,
    Weights,
)

MINUTES = 60
MOST_PERIODS = 400
# Sums of these stay far below what the search takes for "never".
MOST_YEN, MOST_JOBS, MOST_PERMILLE = 10**9, 10_000, 10_000
_WEIGHTS_MOST = {"handover_lag": MOST_PERIODS, "slack_most": MOST_PERIODS}


class Unreadable(Exception):
    """The file does not have the documented shape; the text names the place."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file asks for."""

    market: Market
    orders: tuple[Order, ...]


def read(content: object) -> Asked:
    """The file's content (as from json.load). Raises Unreadable."""
    top = Record(content, "file")
    periods = top.number("half_weeks", least=1, most=MOST_PERIODS)
    weights = _weights(top.optional("weights"))
    shops = tuple(_shop(record, periods) for record in top.records("firms"))
    known = _unique((shop.code for shop in shops), "firms")
    pairs = frozenset(_pair(row, known) for row in top.list("worked_together", needed=False))
    orders = tuple(_order(record, periods, known) for record in top.records("orders"))
    _unique((order.code for order in orders), "orders")
    top.done()
    return Asked(Market(shops, weights, pairs), orders)


def answer(asked: Asked) -> dict[str, Any]:
    """Plan and check: the teams, who could not be served and why, surplus and violations."""
    batch = plan_batch(asked.orders, asked.market)
    return written(asked, batch)


def written(asked: Asked, batch: Batch) -> dict[str, Any]:
    """A plan as plain values for json.dump."""
    revenue = {order.code: order.revenue_yen for order in asked.orders}
    broken = violations(asked.orders, asked.market, batch.teams)
    return {
        "weights": asked.market.weights.version,
        "orders": len(asked.orders),
        "served": len(batch.teams),
        "surplus_yen": surplus_yen(asked.orders, batch.teams),
        "violations": [
            {field.name: getattr(one, field.name) for field in fields(one)} for one in broken
        ],
        "teams": [_team(team, revenue[team.order]) for team in batch.teams],
        "unserved": [_unserved(code, why) for code, why in sorted(batch.unserved.items())],
    }


def _team(team: Team, revenue: int | None) -> dict[str, Any]:
    return {
        "order": team.order,
        "finish": team.finish,
        "cost_yen": team.cost_yen,
        "score_yen": team.score_yen,
        "surplus_yen": None if revenue is None else revenue - team.cost_yen,
        "tasks": [_task(task) for task in team.tasks],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "step": task.step,
        "process": task.process,
        "firm": task.shop,
        "half_week": task.period,
        "hours": task.minutes / MINUTES,
        "lines": [_line(line) for line in task.lines],
    }


def _line(line: CostLine) -> dict[str, Any]:
    told: dict[str, Any] = {"line": line.line.value, "yen": line.yen}
    return told | {"from": line.other} if line.other else told


def _unserved(code: str, why: Diagnosis) -> dict[str, Any]:
    return {
        "order": code,
        "steps": list(why.steps),
        "relax": [
            {
                "conditions": [condition.value for condition in one.conditions],
                "step": one.step or None,
                "adds_firms": one.adds,
                "needed": one.needed,
            }
            for one in why.relaxations
        ],
    }


def _weights(given: object) -> Weights:
    if given is None:
        return WEIGHTS
    record = Record(given, "weights")
    names = [field.name for field in fields(Weights) if field.name != "version"]
    changed = {
        name: record.number(
            name, default=getattr(WEIGHTS, name), most=_WEIGHTS_MOST.get(name, MOST_YEN)
        )
        for name in names
    }
    version = record.text("version", default="file")
    record.done()
    return replace(WEIGHTS, version=version, **changed)


def _shop(record: "Record", periods: int) -> Shop:
    shop = Shop(
        record.text("id"),
        _place(record),
        tuple(_offer(offer) for offer in record.records("processes")),
        _free(record, periods),
        record.number("jobs_won", default=0, most=MOST_JOBS),
        record.text("name", default=""),
    )
    record.done()
    return shop


def _free(record: "Record", periods: int) -> tuple[int, ...]:
    """Hours free per half-week: a number for each, or one for all."""
    name = "capacity_hours"
    given = record.take(name)
    if not isinstance(given, list):
        return (_minutes(given, f"{record.at}.{name}"),) * periods
    if len(given) != periods:
        raise Unreadable(f"{record.at}.{name}: {len(given)} values for {periods} half-weeks")
    return tuple(_minutes(one, f"{record.at}.{name}[{n}]") for n, one in enumerate(given))


def _offer(record: "Record") -> Offer:
    offer = Offer(
        record.text("process"),
        record.number("setup_yen"),
        record.number("yen_per_hour"),
        record.number("risk_permille", default=0, most=MOST_PERMILLE),
        record.texts("materials"),
        record.number("max_size_mm", default=None),
        record.number("tolerance_um", default=None),
        record.number("lot_min", default=None),
        record.number("lot_max", default=None),
        record.texts("certifications"),
    )
    if offer.lot_min and offer.lot_max is not None and offer.lot_min > offer.lot_max:
        raise Unreadable(
            f"{record.at}: lot_min {offer.lot_min} is more than lot_max {offer.lot_max}"
        )
    record.done()
    return offer


def _order(record: "Record", periods: int, known: frozenset[str]) -> Order:
    before: tuple[str, ...] = ()
    steps = []
    for number, row in enumerate(record.records("steps"), 1):
        step = _step(row, str(number), before)
        steps.append(step)
        before = (step.code,)
    order = Order(
        record.text("id"),
        tuple(steps),
        record.number("due", most=periods - 1),
        _place(record),
        record.number("revenue_yen", default=None),
        record.number("budget_yen", default=None),
        record.number("not_before", default=0),
        record.texts("excluded"),
    )
    for code in sorted(order.excluded - known):
        raise Unreadable(f"{record.at}.excluded: there is no firm {code!r}")
    try:
        chain_of(order)
    except PlanRefused as refused:
        raise Unreadable(f"{record.at}: {refused}") from None
    record.done()
    return order


def _step(record: "Record", code: str, before: tuple[str, ...]) -> Step:
    """A step that does not say what it comes after comes after the one written before it."""
    after = record.optional("after")
    if after is not None and not (
        isinstance(after, list) and all(isinstance(one, str) for one in after)
    ):
        raise Unreadable(f"{record.at}.after: a list of step ids is needed")
    step = Step(
        record.text("id", default=code),
        record.text("process"),
        _minutes(record.take("hours"), f"{record.at}.hours"),
        before if after is None else tuple(after),
        frozenset({material} if (material := record.text("material", default="")) else ()),
        record.number("size_mm", default=None),
        record.number("tolerance_um", default=None),
        record.number("lot", default=None),
        record.texts("certifications"),
    )
    record.done()
    return step


def _pair(row: object, known: frozenset[str]) -> tuple[str, str]:
    if (
        not isinstance(row, list)
        or not all(isinstance(code, str) and code in known for code in row)
        or len(set(row)) != 2
        or len(row) != 2
    ):
        raise Unreadable(f"worked_together: {row!r:.60} is not a pair of firm ids")
    one, other = sorted(row)
    return one, other


def _place(record: "Record") -> Place:
    return Place(record.degrees("latitude", 90), record.degrees("longitude", 180))


def _minutes(given: object, at: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 10_000:
        raise Unreadable(f"{at}: hours from 0 to 9999 are needed, not {given!r}")
    return round(given * MINUTES)


def _unique(codes: Iterator[str], at: str) -> frozenset[str]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise Unreadable(f"{at}: the id {code!r} is there twice")
        seen.add(code)
    return frozenset(seen)


NEEDED: Any = object()


class Record:
    """A JSON object that is read key by key; what is left over at the end is an error."""

    def __init__(self, content: object, at: str) -> None:
        if not isinstance(content, dict):
            raise Unreadable(f"{at}: an object is needed, not {content!r:.60}")
        self._left: dict[str, Any] = dict(content)
        self.at = at

    def take(self, name: str) -> Any:
        """The value of a key that must be there."""
        if name not in self._left:
            raise Unreadable(f"{self.at}: {name!r} is missing")
        return self._left.pop(name)

    def optional(self, name: str) -> Any:
        """The value of a key that may be missing or null."""
        return self._left.pop(name, None)

    def text(self, name: str, default: Any = NEEDED) -> str:
        """A text; one that must be there is not empty."""
        return self._value(name, default, "a text", lambda one: isinstance(one, str) and one)

    def number(
        self, name: str, default: Any = NEEDED, *, least: int = 0, most: int = MOST_YEN
    ) -> Any:
        """A whole number within the limits."""
        return self._value(
            name,
            default,
            f"a whole number from {least} to {most}",
            lambda one: type(one) is int and least <= one <= most,
        )

    def degrees(self, name: str, most: int) -> float:
        """Degrees of latitude or longitude."""
        return float(
            self._value(
                name,
                NEEDED,
                "degrees",
                lambda one: type(one) in (int, float) and abs(one) <= most,
            )
        )

    def texts(self, name: str) -> frozenset[str]:
        """A list of texts; empty if it is missing."""
        rows = self.list(name, needed=False)
        if not all(isinstance(row, str) for row in rows):
            raise Unreadable(f"{self.at}.{name}: a list of texts is needed")
        return frozenset(rows)

    def list(self, name: str, *, needed: bool = True) -> Sequence[Any]:
        """A list of anything."""
        found = self.take(name) if needed else self.optional(name)
        if found is None and not needed:
            return []
        if not isinstance(found, list):
            raise Unreadable(f"{self.at}.{name}: a list is needed")
        return found

    def records(self, name: str) -> Iterator["Record"]:
        """A list of objects."""
        for number, row in enumerate(self.list(name)):
            within = "" if self.at == "file" else f"{self.at}."
            yield Record(row, f"{within}{name}[{number}]")

    def done(self) -> None:
        """Everything was read; a key nobody asked for is refused."""
        for name in self._left:
            raise Unreadable(f"{self.at}: the key {name!r} is not known")

    def _value(self, name: str, default: Any, wanted: str, good: Callable[[Any], object]) -> Any:
        if default is not NEEDED and self._left.get(name) is None:
            self._left.pop(name, None)
            return default
        found = self.take(name)
        if not good(found):
            raise Unreadable(f"{self.at}.{name}: {wanted} is needed, not {found!r:.60}")
        return found
