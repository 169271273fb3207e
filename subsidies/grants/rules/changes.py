"""計画の変更: what changes, whether the ward has to approve it, what it does to the amount.

A small change (軽微な変更) is only notified: what the categories gain, or what they lose, whichever is
more, is at most `minor_change_percent` of the eligible expenses, and amount, period and purpose stay
(domain.md A2, step 5; 福山市: ≤ 20 %, no increase above the decided cap). Yen are whole, shares exact
fractions.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from subsidies.rules.amount import Calculation, ExpenseItem, calculate
from subsidies.rules.scheme import SchemeRules

Cause = Literal["shift", "amount", "period", "purpose"]


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """Eligible yen of one 経費区分 before and after."""

    code: str
    name: str
    before_yen: int
    after_yen: int

    @property
    def difference_yen(self) -> int:
        return self.after_yen - self.before_yen


@dataclass(frozen=True, slots=True)
class Change:
    """The two plans compared. `decided_yen` stands decided now, `amount_yen` after the change.

    `moved_yen` is what leaves or joins a category since the plan that was approved last, whichever is
    more; `share` that part of that plan's eligible expenses (`approved_yen`). `causes` says why the ward has to
    approve; a small change has none.
    """

    categories: tuple[CategoryChange, ...]
    before_yen: int
    after_yen: int
    approved_yen: int
    moved_yen: int
    share: Fraction
    decided_yen: int
    amount_yen: int
    causes: tuple[Cause, ...]

    @property
    def is_minor(self) -> bool:
        """軽微な変更: a notification is enough."""
        return not self.causes


def compare(
    rules: SchemeRules,
    before: Sequence[ExpenseItem],
    after: Sequence[ExpenseItem],
    *,
    decided_yen: int,
    ends_on: dt.date,
    new_ends_on: dt.date,
    purpose_changes: bool,
    approved: Sequence[ExpenseItem] | None = None,
) -> Change:
    """Both plans under the rules of the decision. `approved` is the plan by which is measured what
    is small, where it is another one than `before`.

    The amount is what the rules give for the new plan, never above what is decided: more expenses
    never raise it, fewer may lower it.
    """
    old, new = calculate(rules, before), calculate(rules, after)
    base = old if approved is None else calculate(rules, approved)
    moved = _moved(_categories(rules, base, new))
    share = Fraction(moved, base.eligible_yen) if base.eligible_yen else Fraction(int(moved > 0))
    amount = min(decided_yen, new.subsidy_yen)
    causes: list[Cause] = []
    if share * 100 > rules.minor_change_percent:
        causes.append("shift")
    if amount != decided_yen:
        causes.append("amount")
    if new_ends_on != ends_on:
        causes.append("period")
    if purpose_changes:
        causes.append("purpose")
    return Change(
        _categories(rules, old, new),
        old.eligible_yen,
        new.eligible_yen,
        base.eligible_yen,
        moved,
        share,
        decided_yen,
        amount,
        tuple(causes),
    )


def _categories(
    rules: SchemeRules, old: Calculation, new: Calculation
) -> tuple[CategoryChange, ...]:
    return tuple(
        CategoryChange(
            category.code,
            category.name,
            old.category_yen.get(category.code, 0),
            new.category_yen.get(category.code, 0),
        )
        for category in rules.categories
        if category.code in old.category_yen or category.code in new.category_yen
    )


def _moved(categories: Sequence[CategoryChange]) -> int:
    gained = sum(max(0, item.difference_yen) for item in categories)
    lost = sum(max(0, -item.difference_yen) for item in categories)
    return max(gained, lost)
