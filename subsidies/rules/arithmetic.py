"""The bare arithmetic of an amount: 補助額 = 切捨て( min(上限, 対象経費 × 率) ), then 下限, then 決定額.

Source: domain.md A3. The one rule behind the form, the decision, the final amount and
`manage.py subsidy_check_amounts`; `subsidies.rules.amount` puts it in words. Yen are whole,
rates exact fractions. Errors are stable codes; with an error nothing is paid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from portal.kernel.money import floor_to, portion

TaxMode = Literal["excluded", "included"]
RoundPoint = Literal["total", "category"]
ErrorCode = Literal["", "negative_amount", "no_eligible_expense", "below_floor"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a scheme decides on the amount. `round_unit_yen`: 切捨て below it, e.g. 1,000."""

    rate: Fraction
    cap_yen: int
    floor_yen: int
    tax_mode: TaxMode
    round_unit_yen: int
    round_point: RoundPoint


@dataclass(frozen=True, slots=True)
class Spent:
    """An expense: yen without tax (税抜) and its consumption tax."""

    category: str
    net_yen: int
    tax_yen: int

    def counted_yen(self, tax_mode: TaxMode) -> int:
        """What counts: 税抜, or 税込 where the scheme says so."""
        return self.net_yen if tax_mode == "excluded" else self.net_yen + self.tax_yen


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount with its way: eligible expenses, times the rate, capped, cut off, paid at most.

    `category_portions` are the amounts per 経費区分 where these are cut off one by one.
    """

    category_yen: dict[str, int]
    category_portions: dict[str, int]
    eligible_yen: int
    portion_yen: int
    capped_yen: int
    cut_yen: int
    subsidy_yen: int
    error: ErrorCode


def compute(terms: Terms, spent: Iterable[Spent], *, decided_yen: int | None = None) -> Amount:
    """The amount for these expenses; after a decision never above it (`decided_yen`)."""
    items = list(spent)
    given = [yen for item in items for yen in (item.net_yen, item.tax_yen)]
    if any(yen < 0 for yen in (*given, decided_yen or 0)):
        return Amount({}, {}, 0, 0, 0, 0, 0, "negative_amount")
    sums: dict[str, int] = {}
    for item in items:
        sums[item.category] = sums.get(item.category, 0) + item.counted_yen(terms.tax_mode)
    sums = {category: yen for category, yen in sums.items() if yen}
    eligible = sum(sums.values())
    portions = _portions(terms, sums)
    rated = sum(portions.values()) if portions else portion(eligible, terms.rate)
    capped = min(rated, terms.cap_yen)
    cut = floor_to(capped, terms.round_unit_yen)
    error: ErrorCode = ""
    if not eligible:
        error = "no_eligible_expense"
    elif cut < terms.floor_yen:
        error = "below_floor"
    amount = 0 if error else cut
    paid = amount if decided_yen is None else min(amount, decided_yen)
    return Amount(sums, portions, eligible, rated, capped, cut, paid, error)


def _portions(terms: Terms, sums: dict[str, int]) -> dict[str, int]:
    """Rate and cut-off on each 経費区分, where the scheme does it there."""
    if terms.round_point == "total":
        return {}
    return {
        category: floor_to(portion(yen, terms.rate), terms.round_unit_yen)
        for category, yen in sums.items()
    }
