"""額の確定: min(交付決定額, what the frozen rules give for what was really spent), step by step.

Never above the decision (domain.md A2 step 9). Amounts in yen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from subsidies.rules.amount import Calculation, ExpenseItem, Step, calculate
from subsidies.rules.scheme import SchemeRules


@dataclass(frozen=True, slots=True)
class Spent(ExpenseItem):
    """An expense as it was paid: the tax is the invoice's, not worked out. `key` names the line."""

    actual_tax_yen: int = 0
    key: str = ""

    @property
    def tax_yen(self) -> int:
        """Consumption tax as invoiced."""
        return self.actual_tax_yen


@dataclass(frozen=True, slots=True)
class Cut:
    """An official takes `net_yen` (税抜) and `tax_yen` of a line out, for a reason."""

    net_yen: int
    tax_yen: int
    reason: str


@dataclass(frozen=True, slots=True)
class FinalAmount:
    """`final_yen` with every step; `calculation` is that of the eligible expenses."""

    calculation: Calculation
    decided_yen: int
    final_yen: int
    steps: tuple[Step, ...]


class BadCut(ValueError):
    """More is cut than the line has, less than nothing, or without a reason; `key` names the line."""

    def __init__(self, key: str, text: str) -> None:
        self.key = key
        super().__init__(text)


def final_amount(
    rules: SchemeRules,
    spent: Sequence[Spent],
    *,
    decided_yen: int,
    cuts: Mapping[str, Cut] | None = None,
) -> FinalAmount:
    """The final amount of these expenses under the rules of the decision. Raises BadCut."""
    cuts = cuts or {}
    kept = [_kept(item, cuts.get(item.key)) for item in spent]
    calculation = calculate(rules, [item for item in kept if item.net_yen])
    final = min(decided_yen, calculation.subsidy_yen)
    formula = (
        _("%(amount)sは交付決定額%(decided)sを超えるため、交付決定額")
        if calculation.subsidy_yen > decided_yen
        else _("%(amount)sは交付決定額%(decided)s以内のため、そのまま")
    )
    amounts = {
        "amount": format_yen(calculation.subsidy_yen),
        "decided": format_yen(decided_yen),
    }
    steps = [
        *_cut_steps(spent, cuts),
        *calculation.steps,
        Step(_("交付決定額と比べる"), formula % amounts, final),
    ]
    return FinalAmount(calculation, decided_yen, final, tuple(steps))


def _kept(item: Spent, cut: Cut | None) -> Spent:
    if cut is None or not (cut.net_yen or cut.tax_yen):
        return item
    if not 0 <= cut.net_yen <= item.net_yen or not 0 <= cut.tax_yen <= item.tax_yen:
        text = _("減額は0円から、その経費の額（税抜%(net)s、税%(tax)s）までにしてください。")
        net, tax = format_yen(item.net_yen), format_yen(item.tax_yen)
        raise BadCut(item.key, text % {"net": net, "tax": tax})
    if not cut.reason.strip():
        raise BadCut(item.key, _("減額する理由を入力してください。"))
    return Spent(
        category=item.category,
        description=item.description,
        unit_price=item.net_yen - cut.net_yen,
        tax_percent=item.tax_percent,
        is_used=item.is_used,
        vendor=item.vendor,
        actual_tax_yen=item.tax_yen - cut.tax_yen,
        key=item.key,
    )


def _cut_steps(spent: Sequence[Spent], cuts: Mapping[str, Cut]) -> list[Step]:
    """What the inspection took out, one step per line, as the letter lists it."""
    return [
        Step(
            _("検査による減額：%(name)s") % {"name": item.description},
            _("%(before)s − %(cut)s（%(reason)s）")
            % {
                "before": format_yen(item.net_yen),
                "cut": format_yen(cuts[item.key].net_yen),
                "reason": cuts[item.key].reason.strip(),
            },
            item.net_yen - cuts[item.key].net_yen,
        )
        for item in spent
        if item.key in cuts and (cuts[item.key].net_yen or cuts[item.key].tax_yen)
    ]
