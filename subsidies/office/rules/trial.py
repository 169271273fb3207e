"""試算: what other rules would have made of applications that were submitted. Pure.

Runs eligibility and amount again on the frozen payloads. What the form did not ask at the time
cannot be judged: such an application is counted as unclear, never as refused.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from subsidies.rules import eligibility, tailor
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.scheme import GENERAL, SchemeRules

# How many applications are named per reason.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """One application under the other rules; amounts in yen, `reasons` why it would be refused."""

    receipt_no: str
    before_yen: int
    after_yen: int
    reasons: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


def tried(rules: SchemeRules, receipt_no: str, payload: Mapping[str, Any]) -> Tried:
    """Judge one frozen application by other rules."""
    own = tailor.tailored(
        rules,
        answers=payload["answers"],
        eligibility=payload["eligibility"],
        applicant_class=payload.get("applicant_class", GENERAL),
    )
    verdict = eligibility.judge(own, payload["eligibility"], _facts(payload))
    items = [ExpenseItem(**line) for line in payload["expenses"]]
    calculation = calculate(own, items)
    reasons = [*verdict.refusals]
    if not calculation.subsidy_yen:
        reasons += [problem.text for problem in calculation.problems]
    return Tried(
        receipt_no=receipt_no,
        before_yen=int(payload["calculation"]["subsidy_yen"]),
        after_yen=0 if reasons else calculation.subsidy_yen,
        reasons=tuple(dict.fromkeys(reasons)),
        unclear=tuple(
            item.criterion.question for item in verdict.judged if item.outcome == "unanswered"
        ),
    )


def summary(results: Iterable[Tried]) -> dict[str, Any]:
    """Counts, yen and reasons of all; JSON-able. A refused one counts once, under each reason."""
    reasons: dict[str, list[str]] = {}
    unclear: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for result in results:
        figures["total"] += 1
        figures["before_yen"] += result.before_yen
        figures["after_yen"] += result.after_yen
        figures["refused"] += bool(result.reasons)
        figures["more"] += result.after_yen > result.before_yen
        figures["less"] += not result.reasons and result.after_yen < result.before_yen
        figures["unclear"] += bool(result.unclear) and not result.reasons
        for reason in result.reasons:
            reasons.setdefault(reason, []).append(result.receipt_no)
        unclear.update(result.unclear)
    names = ("total", "refused", "more", "less", "unclear", "before_yen", "after_yen")
    return {
        **{name: figures[name] for name in names},
        "reasons": [
            {"text": text, "count": len(numbers), "named": numbers[:NAMED]}
            for text, numbers in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
        ],
        "unclear_questions": [
            {"text": text, "count": count} for text, count in unclear.most_common()
        ],
    }


def _facts(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the frozen version knows of the firm, by the names criteria use."""
    firm = payload["firm"]
    return {
        "firm.kind": firm["kind"],
        "firm.is_corporation": firm["kind"] == "corporation",
        "firm.capital_yen": firm["capital_yen"],
        "firm.employees": firm["employees"],
        "firm.jsic": firm["jsic"],
    }
