"""試算: what other rules would have made of applications that were submitted. Pure.

Runs eligibility, what the firm had received before, and the amount again on the frozen payloads.
What the form did not ask at the time cannot be judged: such an application is counted as unclear,
never as refused. Answers, documents and quotes that the other rules would have asked for besides
are counted apart: whether the firm could have given them nobody knows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.rules import eligibility, quotes, tailor, values
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.history import History
from subsidies.rules.scheme import GENERAL, SchemeRules

# How many applications are named per reason.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """One application under the other rules; amounts in yen, `reasons` why it would be refused.

    `unclear` are criteria that were not asked, `besides` what it would have had to add.
    """

    receipt_no: str
    before_yen: int
    after_yen: int
    reasons: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


def tried(
    rules: SchemeRules,
    receipt_no: str,
    payload: Mapping[str, Any],
    history: History | None = None,
) -> Tried:
    """Judge one frozen application by other rules. `history` is as of its submission."""
    own = tailor.tailored(
        rules,
        answers=payload["answers"],
        eligibility=payload["eligibility"],
        applicant_class=payload.get("applicant_class", GENERAL),
    )
    facts = {**_facts(payload), "history": history}
    verdict = eligibility.judge(own, payload["eligibility"], facts)
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
        besides=tuple(_besides(own, payload, items)),
    )


def summary(results: Iterable[Tried]) -> dict[str, Any]:
    """Counts, yen and reasons of all; JSON-able. A refused one counts once, under each reason."""
    reasons: dict[str, list[str]] = {}
    unclear: Counter[str] = Counter()
    besides: Counter[str] = Counter()
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
        besides.update(result.besides)
    names = ("total", "refused", "more", "less", "unclear", "before_yen", "after_yen")
    return {
        **{name: figures[name] for name in names},
        "reasons": [
            {"text": text, "count": len(numbers), "named": numbers[:NAMED]}
            for text, numbers in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
        ],
        "unclear_questions": _counted(unclear),
        "besides": _counted(besides),
    }


def _counted(texts: Counter[str]) -> list[dict[str, Any]]:
    return [{"text": text, "count": count} for text, count in texts.most_common()]


def _besides(
    rules: SchemeRules, payload: Mapping[str, Any], items: Sequence[ExpenseItem]
) -> Iterator[str]:
    """What these rules ask for that was not handed in."""
    answers = payload["answers"]
    for question in rules.questions:
        if question.required and values.is_blank(answers.get(question.code)):
            yield _("設問「%(name)s」への答え") % {"name": question.label}
    attached = Counter(row["requirement"] for row in payload["documents"])
    for document in rules.documents:
        if document.required and not attached[document.code]:
            yield _("書類「%(name)s」") % {"name": document.name}
    found = quotes.lacking(rules, items, quotes.submitted(payload), attached)
    if "quotes" in found:
        yield _("相見積の見積書（または1者だけの理由を書いた書類）")
    if "quote_request" in found:
        yield _("日付のある見積依頼書")


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
