"""投資の計算: payback, NPV (正味現在価値) and IRR (内部収益率) of a tool, before tax.

Amounts are int (円), rates exact fractions. Flows are those of year ends: flow 0 is paid at the start.
An IRR is found by bisection over steps of a millionth, with integers: nothing is lost on the way.
Source of the formulae: the usual textbook ones, as numpy-financial's `npv` and `irr` compute them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from math import floor

MOST_YEARS = 20
MONTHS = 12
_STEP = 1_000_000  # an IRR is known to a millionth
_LOWEST, _HIGHEST = -_STEP + 100, 10 * _STEP  # −99.99 % … 1,000 %


class NoIrr(StrEnum):
    """Why there is no internal rate of return to tell."""

    NO_OUTLAY = "no_outlay"  # nothing is paid first
    NO_RETURN = "no_return"  # nothing comes back
    SEVERAL = "several"  # the flows change their sign more than once
    OUT_OF_RANGE = "out_of_range"  # beyond −99.99 % … 1,000 %


@dataclass(frozen=True, slots=True)
class Plan:
    """What is assumed. `rate` and `first_year` (the share of a year's benefit that the first year brings)
    are fractions; `hours` are saved a month, valued at `hourly_yen`.
    """

    initial_yen: int
    subsidy_yen: int = 0
    running_yen: int = 0
    hours: Fraction = Fraction(0)
    hourly_yen: int = 0
    saved_yen: int = 0
    margin_yen: int = 0
    years: int = 5
    rate: Fraction = Fraction(3, 100)
    first_year: Fraction = Fraction(1)

    @property
    def labour_yen(self) -> int:
        """Worth of the hours saved in a year, cut off below one yen."""
        return floor(self.hours * MONTHS * self.hourly_yen)

    @property
    def benefit_yen(self) -> int:
        """What a full year brings."""
        return self.labour_yen + self.saved_yen + self.margin_yen

    @property
    def outlay_yen(self) -> int:
        """What the firm itself pays at the start."""
        return self.initial_yen - self.subsidy_yen


@dataclass(frozen=True, slots=True)
class Outcome:
    """`payback` in years (None: not within the period), `irr` as a fraction or why there is none."""

    flows: tuple[int, ...]
    balance: tuple[int, ...]
    payback: Fraction | None
    npv_yen: int
    irr: Fraction | NoIrr


def flows(plan: Plan) -> tuple[int, ...]:
    """What goes out (negative) and comes in, year by year, 円."""
    first = floor(plan.benefit_yen * plan.first_year) - plan.running_yen
    later = plan.benefit_yen - plan.running_yen
    return (-plan.outlay_yen, *(first if year == 0 else later for year in range(plan.years)))


def outcome(plan: Plan) -> Outcome:
    """All that is told of a plan."""
    found = flows(plan)
    return Outcome(
        flows=found,
        balance=tuple(accumulate(found)),
        payback=payback(found),
        npv_yen=floor(npv(plan.rate, found)),
        irr=irr(found),
    )


def npv(rate: Fraction, amounts: Sequence[int]) -> Fraction:
    """Net present value, exact. Raises ValueError for a rate of −100 % or less."""
    if rate <= -1:
        raise ValueError("the rate must be above -100 %")
    worth = Fraction(0)
    for amount in reversed(amounts):
        worth = worth / (1 + rate) + amount
    return worth


def irr(amounts: Sequence[int]) -> Fraction | NoIrr:
    """The rate at which the present value is nil, to a millionth; or why there is none."""
    if refusal := _no_irr(amounts):
        return refusal
    low, high = _LOWEST, _HIGHEST
    rising = 1 if _worth(amounts, high) > 0 else -1
    if _worth(amounts, low) * rising > 0:
        return NoIrr.OUT_OF_RANGE
    while high - low > 1:
        middle = (low + high) // 2
        if _worth(amounts, middle) * rising > 0:
            high = middle
        else:
            low = middle
    nearer = min((low, high), key=lambda step: abs(npv(Fraction(step, _STEP), amounts)))
    return Fraction(nearer, _STEP)


def _no_irr(amounts: Sequence[int]) -> NoIrr | None:
    signs = [amount > 0 for amount in amounts if amount]
    changes = sum(one != other for one, other in pairwise(signs))
    if changes == 1:
        return None
    if changes > 1:
        return NoIrr.SEVERAL
    return NoIrr.NO_OUTLAY if all(signs) and signs else NoIrr.NO_RETURN


def _worth(amounts: Sequence[int], step: int) -> int:
    """The sign of the present value at `step` millionths: it times a positive number, exact."""
    worth, scale = 0, 1
    for amount in reversed(amounts):
        # worth / (1 + rate) + amount, times the common denominator
        scale *= _STEP + step
        worth = worth * _STEP + amount * scale
    return worth


def payback(amounts: Sequence[int]) -> Fraction | None:
    """Years until the balance is even, a year's flow coming evenly; None where it never is."""
    balance = list(accumulate(amounts))
    if balance[0] >= 0:
        return Fraction(0)
    for year in range(1, len(amounts)):
        # Even, and never again below: later years may cost more than they bring.
        if balance[year] >= 0 and all(later >= 0 for later in balance[year:]):
            return year - 1 + Fraction(-balance[year - 1], amounts[year])
    return None


def sensitivity(plan: Plan, swing: Fraction) -> list[tuple[Fraction, list[tuple[Fraction, int]]]]:
    """NPV (円) where benefits (rows) and costs (columns) turn out otherwise by `swing` each way."""
    factors = (1 - swing, Fraction(1), 1 + swing)
    return [
        (
            benefit,
            [
                (cost, floor(npv(plan.rate, flows(_turned(plan, benefit, cost)))))
                for cost in factors
            ],
        )
        for benefit in factors
    ]


def _turned(plan: Plan, benefit: Fraction, cost: Fraction) -> Plan:
    """Costs rise with the factor; what the ward pays does not."""
    return replace(
        plan,
        initial_yen=floor(plan.initial_yen * cost),
        running_yen=floor(plan.running_yen * cost),
        hours=plan.hours * benefit,
        saved_yen=floor(plan.saved_yen * benefit),
        margin_yen=floor(plan.margin_yen * benefit),
    )
