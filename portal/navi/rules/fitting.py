"""What fits now, what later, and what is missing for it.

Whether a subsidy may be applied for is not decided here: the criteria of its scheme version judge the
answers (subsidies.rules.eligibility), as they judge an application. What passes is named; what does not
is named, too, with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.navi.rules.answering import Answers, key_of
from portal.navi.rules.guide import Clause, Measure, guide
from subsidies.rules import eligibility
from subsidies.rules.eligibility import Verdict
from subsidies.rules.scheme import Criterion, SchemeRules


@dataclass(frozen=True, slots=True)
class Fit:
    """How a measure goes with the answers: its rank, why, and what is missing (then it is for later)."""

    measure: Measure
    score: int
    why: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_now(self) -> bool:
        """Whether it fits now."""
        return not self.missing


def told(answers: Answers, wording: Mapping[str, str], *, carried: bool = False) -> dict[str, str]:
    """What the answers say to the criteria that schemes share: wording → answer.

    `wording` is how they are worded for the ward (subsidies.schemes.definitions.common_questions). With
    `carried` only what an application may begin with.
    """
    found = {}
    for one in guide().criteria:
        if (carried and not one.carried) or one.question not in answers.given:
            continue
        said = _said(answers, one.question, one.option, one.chosen, one.otherwise)
        if said and one.code in wording:
            found[wording[one.code]] = said
    return found


def all_told(
    answers: Answers,
    wording: Mapping[str, str],
    own: Iterable[Criterion],
    *,
    carried: bool = False,
) -> dict[str, str]:
    """The same with the ward's own criteria that were answered on their page."""
    typed = {one.question: answers.own.get(key_of(one), "") for one in own}
    return {
        **{question: text for question, text in typed.items() if text},
        **told(answers, wording, carried=carried),
    }


def verdict(rules: SchemeRules, said: Mapping[str, str], facts: Mapping[str, Any]) -> Verdict:
    """What an application with these answers would be told."""
    return eligibility.judge(rules, eligibility.answered(rules, said), facts)


def still_to_ask(verdicts: Iterable[Verdict]) -> tuple[Criterion, ...]:
    """Criteria that decide on schemes which nothing excludes so far, each wording once."""
    found: dict[str, Criterion] = {}
    for one in verdicts:
        if one.state != "ineligible":
            for item in one.judged:
                if item.outcome == "unanswered":
                    found.setdefault(key_of(item.criterion), item.criterion)
    return tuple(found.values())


def open_questions(one: Verdict) -> tuple[str, ...]:
    """The questions that were left open, as the scheme words them."""
    return tuple(item.criterion.question for item in one.judged if item.outcome == "unanswered")


def fit(code: str, answers: Answers) -> Fit:
    """A kind of support against the answers: demands first, then what speaks for it."""
    measure = guide().measure(code)
    holding = [clause for clause in measure.fits if _holds(clause, answers)]
    missing = [str(one.words) for one in measure.asks if not _holds(one, answers)]
    if not holding and not missing and not measure.base:
        missing = [str(measure.later)]
    ranked = sorted(holding, key=lambda clause: -clause.weight)
    return Fit(
        measure,
        measure.base + sum(clause.weight for clause in holding),
        tuple(str(clause.words) for clause in ranked),
        tuple(missing),
    )


def _holds(clause: Clause, answers: Answers) -> bool:
    return not clause.any.isdisjoint(answers.codes(clause.question))


def _said(answers: Answers, question: str, option: str, chosen: str, otherwise: str) -> str:
    if option:
        return chosen if option in answers.codes(question) else otherwise
    given: Any = answers.given[question]
    if question == "ward":
        return otherwise if answers.ward else ""
    return str(given)


def ordered[Ranked](rows: Sequence[Ranked], scores: Sequence[int]) -> list[Ranked]:
    """The best first; equals stay in their order."""
    order = sorted(range(len(rows)), key=lambda at: -scores[at])
    return [rows[at] for at in order]
