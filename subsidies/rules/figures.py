"""桁の確認: figures that look like a slip of the unit (円 for 千円) are asked about, never refused.

Such slips are large enough to move a mean (domain.md D3). A figure of an application is compared
with the firm's earlier application of the same stage, the budget also with the scheme's cap. What
the firm confirms for one value is not asked again for that value; another value is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from django.utils.translation import gettext as _

from subsidies.rules import expenses, values
from subsidies.rules.amount import calculate
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import BUDGET_TASK, SchemeRules

# ×8 or ÷8 against the earlier figure is asked about; 円 for 千円 is a factor near 1,000.
JUMP = 8
THOUSAND = (Fraction(300), Fraction(3000))
# [K] A subsidy below a hundredth of the cap, or expenses beyond 300 times of it.
LEAST_PART_OF_CAP = 100
MOST_TIMES_CAP = 300
BUDGET = "expenses"

Slip = Literal["jump", "thousand"]
Why = Literal["jump", "thousand", "too_small", "too_large"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Figures the firm gave before, by anchor (yen, people, hours); `source` names where."""

    figures: Mapping[str, int] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure to confirm. `before` is what it was compared with, None where with nothing."""

    anchor: str
    task: str
    label: str
    value: int
    why: Why
    before: int | None = None
    source: str = ""

    @property
    def key(self) -> str:
        """What the form posts to say that this very figure is right."""
        return f"{self.anchor}={self.value}"


def slip(before: int, now: int, *, is_yen: bool = True) -> Slip | None:
    """How far two figures of the same thing are apart. 0 is compared with nothing."""
    if before <= 0 or now <= 0:
        return None
    factor = max(Fraction(now, before), Fraction(before, now))
    if is_yen and THOUSAND[0] <= factor <= THOUSAND[1]:
        return "thousand"
    return "jump" if factor >= JUMP else None


def figures_of(
    rules: SchemeRules, answers: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """The figures that are compared: numbers and yen of the form, the budget's total (円, 税抜)."""
    found = {}
    for question in rules.questions:
        if question.kind in ("yen", "number"):
            try:
                value = values.read(question.kind, answers.get(question.code))
            except values.Unreadable:
                continue
            if isinstance(value, int):
                found[f"answers.{question.code}"] = value
    total = sum(item.unit_price * item.quantity for item in expenses.read_lines(rules, lines).items)
    return {**found, BUDGET: total} if total else found


def doubts(
    rules: SchemeRules,
    answers: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    earlier: Earlier,
) -> tuple[Doubt, ...]:
    """What looks like a slip, confirmed or not, in the order of the form."""
    now = figures_of(rules, answers, lines)
    return (*_against_before(rules, now, earlier), *_against_cap(rules, now, lines, earlier))


def left(found: Collection[Doubt], confirmed: Collection[tuple[str, int]]) -> tuple[Doubt, ...]:
    """Those that nobody has confirmed; `confirmed` holds (anchor, value)."""
    return tuple(doubt for doubt in found if (doubt.anchor, doubt.value) not in confirmed)


def as_problem(doubt: Doubt) -> Problem:
    """A doubt that stands against going on, with both ways out."""
    end = _("正しいときは、「数字の確認」で正しいと答えてください。")
    return Problem("unit", text_of(doubt) + end, doubt.task, doubt.anchor, doubt.label)


def text_of(doubt: Doubt) -> str:
    """Why the figure is asked about, in plain words."""
    texts = {
        "thousand": _(
            "「%(label)s」が%(source)sと約1,000倍違います。円と千円を取り違えていないか確かめてください。"
        ),
        "jump": _("「%(label)s」が%(source)sの8倍以上、又は8分の1以下です。桁を確かめてください。"),
        "too_small": _(
            "経費の合計が、この制度の上限に比べてとても小さい額です。千円単位で入力していないか確かめてください。"
        ),
        "too_large": _("経費の合計が、この制度の上限の300倍を超えています。桁を確かめてください。"),
    }
    return texts[doubt.why] % {"label": doubt.label, "source": doubt.source}


def _against_before(
    rules: SchemeRules, now: Mapping[str, int], earlier: Earlier
) -> Iterator[Doubt]:
    for anchor, value in now.items():
        before = earlier.figures.get(anchor, 0)
        question = rules.question(anchor.partition(".")[2])
        why = slip(before, value, is_yen=question is None or question.kind == "yen")
        if why:
            label = question.label if question else _("経費の合計（税抜）")
            task = question.task if question else BUDGET_TASK
            yield Doubt(anchor, task, label, value, why, before, earlier.source)


def _against_cap(
    rules: SchemeRules,
    now: Mapping[str, int],
    lines: Sequence[Mapping[str, Any]],
    earlier: Earlier,
) -> Iterator[Doubt]:
    """The budget by itself, where the firm's earlier one has not said it already."""
    total = now.get(BUDGET, 0)
    if not total or slip(earlier.figures.get(BUDGET, 0), total):
        return
    label = _("経費の合計（税抜）")
    if total > MOST_TIMES_CAP * rules.cap_yen:
        yield Doubt(BUDGET, BUDGET_TASK, label, total, "too_large")
        return
    budget = expenses.read_lines(rules, lines)
    found = calculate(rules, budget.items)
    if budget.problems or found.problems:
        # Has to be mended in any case.
        return
    if found.subsidy_yen * LEAST_PART_OF_CAP < rules.cap_yen:
        yield Doubt(BUDGET, BUDGET_TASK, label, total, "too_small")
