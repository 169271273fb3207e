"""How much, with every step in words; the figures are those of `subsidies.rules.arithmetic`.

Source: domain.md A3. Wards differ in rate, cap (上限), floor (下限), whether the consumption tax
counts (税抜 / 税込), whether amounts are cut off on the total or per 経費区分, and whether used
goods (中古品) count. Amounts are whole yen, rates exact fractions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.kernel.money import format_rate, format_yen
from subsidies.rules.arithmetic import Amount, Spent, Terms, compute
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import BUDGET_TASK, SchemeRules


@dataclass(frozen=True, slots=True)
class ExpenseItem:
    """One line of the budget: `unit_price` in yen, 税抜."""

    category: str
    description: str
    unit_price: int
    quantity: int = 1
    tax_percent: int = 10
    is_used: bool = False
    vendor: str = ""

    @property
    def net_yen(self) -> int:
        """税抜 amount of the line."""
        return self.unit_price * self.quantity

    @property
    def tax_yen(self) -> int:
        """Consumption tax of the line, cut off below one yen."""
        return self.net_yen * self.tax_percent // 100

    @property
    def gross_yen(self) -> int:
        """税込 amount of the line."""
        return self.net_yen + self.tax_yen


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line with the yen that count, and why not where they do not."""

    item: ExpenseItem
    counted_yen: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation: what, how, and the yen it gave."""

    label: str
    formula: str
    value: int


@dataclass(frozen=True, slots=True)
class Calculation:
    """The amount with everything that led to it. `subsidy_yen` is 0 where nothing can be paid."""

    lines: tuple[CountedLine, ...]
    eligible_yen: int
    subsidy_yen: int
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()
    category_yen: dict[str, int] = field(default_factory=dict)

    @property
    def total_gross_yen(self) -> int:
        """What the firm pays in all, 税込."""
        return sum(line.item.gross_yen for line in self.lines)


def terms_of(rules: SchemeRules) -> Terms:
    """What of the rules the arithmetic needs."""
    return Terms(
        rate=rules.rate,
        cap_yen=rules.cap_yen,
        floor_yen=rules.floor_yen,
        tax_mode=rules.tax_mode,
        round_unit_yen=rules.round_unit_yen,
        round_point=rules.round_point,
    )


def calculate(rules: SchemeRules, lines: Sequence[ExpenseItem]) -> Calculation:
    """The subsidy for these lines under these rules."""
    counted = tuple(_count(rules, item) for item in lines)
    amount = compute(
        terms_of(rules),
        (
            Spent(line.item.category, line.item.net_yen, line.item.tax_yen)
            for line in counted
            if not line.note
        ),
    )
    by_category = _in_order(rules, amount.category_yen)
    steps = [
        _eligible_step(rules, by_category, amount.eligible_yen),
        *_rate_steps(rules, amount, by_category),
        _cap_step(rules, amount),
        _cut_step(rules, amount),
    ]
    problems = [*_line_problems(counted)]
    if amount.eligible_yen and not amount.subsidy_yen:
        problems.append(_below_floor(rules, amount.cut_yen))
    if rules.floor_yen:
        steps.append(_floor_step(rules, amount.subsidy_yen))
    return Calculation(
        counted,
        amount.eligible_yen,
        amount.subsidy_yen,
        tuple(steps),
        tuple(problems),
        by_category,
    )


def _count(rules: SchemeRules, item: ExpenseItem) -> CountedLine:
    if rules.category(item.category) is None:
        return CountedLine(item, 0, _("この制度にない経費区分です。"))
    if item.is_used and rules.used_goods == "excluded":
        return CountedLine(item, 0, _("この制度では中古品は対象になりません。"))
    return CountedLine(item, item.net_yen if rules.tax_mode == "excluded" else item.gross_yen)


def _in_order(rules: SchemeRules, sums: dict[str, int]) -> dict[str, int]:
    """Counted yen per category, in the rules' order, categories without any left out."""
    codes = [category.code for category in rules.categories]
    return {code: sums[code] for code in codes if code in sums}


def _eligible_step(rules: SchemeRules, by_category: dict[str, int], eligible: int) -> Step:
    label = _("補助対象経費（税抜）") if rules.tax_mode == "excluded" else _("補助対象経費（税込）")
    parts = [
        f"{category.name} {format_yen(by_category[category.code])}"
        for category in rules.categories
        if category.code in by_category
    ]
    return Step(label, " ＋ ".join(parts) or _("対象になる経費がありません"), eligible)


def _rate_steps(rules: SchemeRules, amount: Amount, by_category: dict[str, int]) -> Iterable[Step]:
    """The rate on the total, or rate and cut-off on each 経費区分 and then the sum."""
    rate = format_rate(rules.rate)
    if rules.round_point == "total":
        formula = f"{format_yen(amount.eligible_yen)} × {rate}"
        yield Step(_("補助率をかける"), formula, amount.portion_yen)
        return
    for category in rules.categories:
        if category.code in by_category:
            formula = _("%(yen)s × %(rate)s、%(unit)s未満切捨て") % {
                "yen": format_yen(by_category[category.code]),
                "rate": rate,
                "unit": _unit(rules.round_unit_yen),
            }
            yield Step(category.name, formula, amount.category_portions[category.code])
    yield Step(_("経費区分ごとの額の合計"), _("上の額を足す"), amount.portion_yen)


def _cap_step(rules: SchemeRules, amount: Amount) -> Step:
    formula = (
        _("%(amount)sは上限%(cap)sを超えるため、上限額")
        if amount.portion_yen > rules.cap_yen
        else _("%(amount)sは上限%(cap)s以内のため、そのまま")
    )
    values = {"amount": format_yen(amount.portion_yen), "cap": format_yen(rules.cap_yen)}
    return Step(_("上限と比べる"), formula % values, amount.capped_yen)


def _cut_step(rules: SchemeRules, amount: Amount) -> Step:
    label = _("%(unit)s未満切捨て") % {"unit": _unit(rules.round_unit_yen)}
    return Step(label, format_yen(amount.capped_yen), amount.cut_yen)


def _floor_step(rules: SchemeRules, amount: int) -> Step:
    text = _("下限%(floor)s以上") if amount else _("下限%(floor)sに満たないため、交付できません")
    return Step(_("下限と比べる"), text % {"floor": format_yen(rules.floor_yen)}, amount)


def _below_floor(rules: SchemeRules, amount: int) -> Problem:
    least = max(rules.floor_yen, rules.round_unit_yen)
    text = _(
        "補助額が%(amount)sとなり、下限の%(floor)sに届きません。対象になる経費を見直してください。"
    ) % {"amount": format_yen(amount), "floor": format_yen(least)}
    return Problem("below_floor", text, BUDGET_TASK, "expenses")


def _line_problems(counted: Sequence[CountedLine]) -> Iterable[Problem]:
    for number, line in enumerate(counted):
        if line.note:
            anchor = f"expenses.{number}.{'is_used' if line.item.is_used else 'category'}"
            text = _("経費%(number)d行目：%(note)s行を直すか、削除してください。") % {
                "number": number + 1,
                "note": line.note,
            }
            yield Problem("line_not_eligible", text, BUDGET_TASK, anchor)


def _unit(yen: int) -> str:
    """1000 → 千円, 10000 → 1万円."""
    names = {1: _("1円"), 100: _("百円"), 1_000: _("千円"), 10_000: _("1万円")}
    return names.get(yen) or format_yen(yen)
