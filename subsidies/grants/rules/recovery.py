"""違約加算金 and 延滞金 by day count, and what of a 返還命令 is still unpaid.

Source: domain.md A2 step 11. As the wards' rules modelled on 適正化法 第19条 say [K]: the surcharge
runs from the day the money was received to the day it is given back, both counted; the late charge
from the day after the due date to that day; both on what was unpaid on each day, at the yearly
rate over 365 days in leap years as well. What is paid goes to the principal first. Rates, floors
and cut-offs are settings (`RecoveryRule`). Amounts in yen, exact until the last step.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.kernel.money import floor_to
from subsidies.rules.scheme import RecoveryRule

YEAR = 365
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sum:
    """`yen` that moved on a day."""

    on: dt.date
    yen: int


@dataclass(frozen=True, slots=True)
class Span:
    """`base_yen` was owed on each of `days` days from `first` to `last`, both counted."""

    first: dt.date
    last: dt.date
    base_yen: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge with the spans it was worked out from; `exact` before it was cut off."""

    spans: tuple[Span, ...]
    rate: Fraction
    exact: Fraction
    yen: int


@dataclass(frozen=True, slots=True)
class Account:
    """What is owed and what is left of it on a day."""

    as_of: dt.date
    principal_yen: int
    surcharge: Charge
    late: Charge
    paid_yen: int

    @property
    def principal_left_yen(self) -> int:
        return max(0, self.principal_yen - self.paid_yen)

    @property
    def owed_yen(self) -> int:
        """Principal and charges in all."""
        return self.principal_yen + self.surcharge.yen + self.late.yen

    @property
    def left_yen(self) -> int:
        """What is still to be paid on that day."""
        return max(0, self.owed_yen - self.paid_yen)


def account(
    rule: RecoveryRule,
    *,
    received: Sequence[Sum],
    principal_yen: int,
    due_on: dt.date,
    paid: Sequence[Sum] = (),
    as_of: dt.date,
    surcharged: bool = True,
) -> Account:
    """What is owed on `as_of`, as if the rest were paid that day.

    `received`: the payments of the subsidy, of which the last ones count as what is given back.
    `surcharged` False leaves the surcharge out (a return without fault, e.g. 仕入控除税額).
    Raises ValueError when more is claimed back than was received.
    """
    if principal_yen > sum(item.yen for item in received):
        raise ValueError("more than was received")
    before = [item for item in sorted(paid, key=lambda item: item.on) if item.on <= as_of]
    surcharge_rate = Fraction(rule.surcharge_rate if surcharged else 0, 10_000)
    first_days = _received_back(received, principal_yen)
    surcharge_spans = [
        span for part in first_days for span in _spans(part, first_days, before, as_of)
    ]
    late_spans = _unpaid(due_on + ONE_DAY, principal_yen, before, as_of)
    return Account(
        as_of,
        principal_yen,
        _charge(rule, surcharge_spans if surcharged else (), surcharge_rate),
        _charge(rule, late_spans, Fraction(rule.late_rate, 10_000)),
        sum(item.yen for item in before),
    )


def _received_back(received: Sequence[Sum], principal_yen: int) -> list[Sum]:
    """The receipts that make up the principal: the last one first, as far as it goes.

    What came on one day is one receipt: a payment lowers it once.
    """
    left, found = principal_yen, dict[dt.date, int]()
    for item in sorted(received, key=lambda item: item.on, reverse=True):
        part = min(left, item.yen)
        if part:
            found[item.on] = found.get(item.on, 0) + part
        left -= part
    return [Sum(on, yen) for on, yen in found.items()]


def _spans(part: Sum, parts: Sequence[Sum], paid: Sequence[Sum], as_of: dt.date) -> list[Span]:
    """Spans of one receipt. Payments lower the earliest receipt first: it has cost the most."""
    earlier = sum(other.yen for other in parts if other.on < part.on)
    shares: list[Sum] = []
    gone = 0
    for item in paid:
        reach = max(0, min(part.yen, gone + item.yen - earlier) - max(0, gone - earlier))
        if reach:
            shares.append(Sum(item.on, reach))
        gone += item.yen
    return _unpaid(part.on, part.yen, shares, as_of)


def _unpaid(first: dt.date, yen: int, paid: Iterable[Sum], as_of: dt.date) -> list[Span]:
    """From `first` on, each stretch of days with what was owed; the day of a payment counts whole."""
    spans: list[Span] = []
    for item in [*paid, Sum(as_of, 0)]:
        if yen > 0 and item.on >= first:
            spans.append(Span(first, item.on, yen))
            first = item.on + ONE_DAY
        yen -= item.yen
    return spans


def _charge(rule: RecoveryRule, spans: Sequence[Span], rate: Fraction) -> Charge:
    exact = sum((Fraction(span.base_yen * span.days, YEAR) for span in spans), Fraction(0)) * rate
    yen = floor_to(int(exact), rule.unit_yen)
    return Charge(tuple(spans), rate, exact, yen if yen >= rule.least_yen else 0)
