"""May the firm apply: one question per page, with `any_of` groups (資本金 or 従業員).

Source: domain.md A4. Boundaries differ by ward (以上 or 超), so operator and threshold are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from subsidies.rules import history, values
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Criterion, SchemeRules

# "open": not met, but another criterion of its group may still suffice.
Outcome = Literal["met", "not_met", "open", "unanswered", "not_needed"]
ELIGIBILITY_TASK = "check"


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with the answer it was judged by. `prefilled`: the firm's record gave it."""

    criterion: Criterion
    value: values.Value
    outcome: Outcome
    prefilled: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is "eligible", "ineligible" or "incomplete". `barred`: what earlier grants forbid."""

    judged: tuple[Judged, ...]
    refusals: tuple[str, ...]
    barred: tuple[str, ...] = ()

    @property
    def state(self) -> Literal["eligible", "ineligible", "incomplete"]:
        if self.refusals:
            return "ineligible"
        return "incomplete" if self.next_criterion else "eligible"

    @property
    def is_eligible(self) -> bool:
        return self.state == "eligible"

    @property
    def next_criterion(self) -> Criterion | None:
        """The first question that still has to be asked."""
        return next((item.criterion for item in self.judged if item.outcome == "unanswered"), None)

    @property
    def asked(self) -> tuple[Criterion, ...]:
        """The questions worth a page: without those another answer made superfluous."""
        return tuple(item.criterion for item in self.judged if item.outcome != "not_needed")


def judge(rules: SchemeRules, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> Verdict:
    """Judge every criterion, and what the firm has received before (`facts["history"]`).

    An answer goes before the firm's fact that prefills it.
    """
    first = tuple(_judge_one(item, answers, facts) for item in rules.criteria)
    judged = tuple(_in_group(item, first) for item in first)
    barred = history.refusals(rules, facts.get("history"))
    return Verdict(judged, (*_refusals(judged), *barred), barred)


def answered(rules: SchemeRules, told: Mapping[str, Any]) -> dict[str, Any]:
    """Answers given elsewhere (question → answer) to these criteria, by code.

    The wording decides: a ward that asks something else under the same code is not answered by it.
    """
    return {item.code: told[item.question] for item in rules.criteria if item.question in told}


def problems(verdict: Verdict) -> tuple[Problem, ...]:
    """Why the application cannot be submitted, for the task list."""
    found = [
        Problem(
            "ineligible",
            item.criterion.refusal or _("申請の要件を満たしていません。"),
            ELIGIBILITY_TASK,
            f"eligibility.{item.criterion.code}",
            item.criterion.question,
        )
        for item in verdict.judged
        if item.outcome == "not_met"
    ]
    found += [Problem("barred", text, ELIGIBILITY_TASK, "eligibility") for text in verdict.barred]
    if not found and verdict.next_criterion:
        text = _("「%(question)s」に答えてください。") % {
            "question": verdict.next_criterion.question
        }
        anchor = f"eligibility.{verdict.next_criterion.code}"
        found.append(Problem("unanswered", text, ELIGIBILITY_TASK, anchor))
    return tuple(found)


def _judge_one(
    criterion: Criterion, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> Judged:
    raw = answers.get(criterion.code)
    prefilled = values.is_blank(raw) and criterion.source != "ask"
    if prefilled:
        raw = facts.get(criterion.source)
    try:
        value = values.read(criterion.kind, raw, choices=criterion.choices)
    except values.Unreadable as error:
        return Judged(criterion, None, "unanswered", prefilled, str(error))
    if value is None:
        return Judged(criterion, None, "unanswered", prefilled)
    threshold = criterion.threshold_for(facts.get("firm.jsic"))
    met = holds(criterion.operator, value, threshold)
    return Judged(criterion, value, "met" if met else "not_met", prefilled)


def holds(operator: str, value: Any, threshold: Any) -> bool:
    """Whether `value operator threshold`. 以下 at_most, 未満 less_than, 以上 at_least, 超 more_than."""
    match operator:
        case "is_true":
            return value is True
        case "is_false":
            return value is False
        case "at_most":
            return bool(value <= threshold)
        case "less_than":
            return bool(value < threshold)
        case "at_least":
            return bool(value >= threshold)
        case "more_than":
            return bool(value > threshold)
        case "one_of":
            return value in threshold
    raise ValueError(operator)


def _in_group(item: Judged, all_items: tuple[Judged, ...]) -> Judged:
    """One met criterion of a group makes the others superfluous; one open one keeps it open."""
    group = item.criterion.any_of
    if not group or item.outcome == "met":
        return item
    outcomes = {other.outcome for other in all_items if other.criterion.any_of == group}
    if "met" in outcomes:
        return replace(item, outcome="not_needed", problem="")
    if item.outcome == "not_met" and "unanswered" in outcomes:
        return replace(item, outcome="open")
    return item


def _refusals(judged: tuple[Judged, ...]) -> list[str]:
    """One sentence per criterion (or group) that is not met."""
    seen: set[str] = set()
    found = []
    for item in judged:
        if item.outcome != "not_met" or (item.criterion.any_of and item.criterion.any_of in seen):
            continue
        seen.add(item.criterion.any_of)
        found.append(item.criterion.refusal or _("申請の要件を満たしていません。"))
    return found
