"""Answers: read from what was typed, and which question comes next."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.navi.rules.guide import MANY, NOWHERE, NUMBER, ONE, OWN, WARD, Question, guide
from programs.wards import WARD_CODES
from subsidies.rules import values
from subsidies.rules.scheme import Criterion

# More employees than that are a slip of the finger.
MOST_PEOPLE = 99_999
MOST_TEXT = 200


class NotAnAnswer(ValueError):
    """What was typed answers nothing; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`given`: question → code, codes or digits; `own`: a criterion's key → what was typed, "" open."""

    given: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def ward(self) -> int | None:
        """The ward, None where there is no site in any (or no answer yet)."""
        found = self.given.get("ward", NOWHERE)
        return int(found) if found != NOWHERE else None

    def codes(self, question: str) -> frozenset[str]:
        """What was chosen."""
        found = self.given.get(question, ())
        return frozenset([found] if isinstance(found, str) else found)

    def with_answer(self, code: str, value: Any) -> "Answers":
        """The same with one more answer."""
        return Answers({**self.given, code: value}, self.own)

    def with_own(self, typed: Mapping[str, str]) -> "Answers":
        """The same with answers to the ward's own criteria."""
        return Answers(self.given, {**self.own, **typed})


def read(question: Question, posted: Sequence[str]) -> Any:
    """The answer in what was sent. Raises NotAnAnswer."""
    typed = [one.strip() for one in posted if one.strip()]
    if question.kind == MANY:
        return _several(question, typed)
    text = typed[0] if typed else ""
    if not text:
        raise NotAnAnswer(_empty(question))
    if question.kind == NUMBER:
        return _number(text)
    known = (
        {str(code) for code in WARD_CODES} | {NOWHERE}
        if question.kind == WARD
        else {option.code for option in question.options}
    )
    if text not in known:
        raise NotAnAnswer(_("選択肢から1つ選んでください。"))
    return text


def key_of(criterion: Criterion) -> str:
    """The name of a criterion's field: its wording decides, as wards ask differently under one code."""
    text = f"{criterion.question}|{criterion.kind}"
    return f"c{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def read_own(criteria: Sequence[Criterion], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed to each; nothing typed stays open. Raises OwnProblems."""
    found, problems = {}, {}
    for criterion in criteria:
        key = key_of(criterion)
        text = typed.get(key, "").strip()
        found[key] = text
        try:
            values.read(criterion.kind, text[:MOST_TEXT], choices=criterion.choices)
        except values.Unreadable as error:
            problems[key] = str(error)
        if len(text) > MOST_TEXT:
            problems[key] = _("%(most)s文字以内で入力してください。") % {"most": MOST_TEXT}
    if problems:
        raise OwnProblems(problems)
    return found


class OwnProblems(ValueError):
    """Field → what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = problems
        super().__init__()


def kept(data: Any) -> Answers:
    """The answers of a stored state; what no longer fits the questions is left out."""
    if not isinstance(data, Mapping):
        return Answers()
    given, own = data.get("given"), data.get("own")
    found: dict[str, Any] = {}
    for question in guide().questions:
        raw = given.get(question.code) if isinstance(given, Mapping) else None
        if raw is None or question.kind == OWN:
            continue
        posted = raw if isinstance(raw, list) else [raw]
        try:
            found[question.code] = read(question, [str(one) for one in posted])
        except NotAnAnswer:
            continue
    texts = own.items() if isinstance(own, Mapping) else ()
    return Answers(found, {str(key): str(text)[:MOST_TEXT] for key, text in texts})


def stored(answers: Answers) -> dict[str, Any]:
    """As it is kept."""
    return {"given": dict(answers.given), "own": dict(answers.own)}


def way(answers: Answers, own: Sequence[Criterion]) -> list[Question]:
    """The questions for these answers: the ward's own page only where it has something to ask."""
    return [one for one in guide().questions if one.kind != OWN or own]


def length(answers: Answers, own: Sequence[Criterion]) -> tuple[int, int]:
    """How many questions there are: (at least, at most).

    Whether the ward has something of its own to ask is known when the others are answered: an answer
    may rule out the very subsidy that would ask.
    """
    common = [one for one in guide().questions if one.kind != OWN]
    if all(one.code in answers.given for one in common):
        return (len(way(answers, own)),) * 2
    return len(common), len(guide().questions)


def is_answered(question: Question, answers: Answers, own: Sequence[Criterion]) -> bool:
    """Whether that page is done; on the ward's own one an open field is an answer, too."""
    if question.kind == OWN:
        return all(key_of(criterion) in answers.own for criterion in own)
    return question.code in answers.given


def first_open(answers: Answers, own: Sequence[Criterion]) -> Question | None:
    """The first question without an answer."""
    asked = way(answers, own)
    return next((one for one in asked if not is_answered(one, answers, own)), None)


def _several(question: Question, typed: list[str]) -> list[str]:
    if not typed:
        raise NotAnAnswer(_empty(question))
    chosen = [option for option in question.options if option.code in typed]
    if len(chosen) < len(set(typed)):
        raise NotAnAnswer(_("選択肢から選んでください。"))
    if len(chosen) > 1 and (alone := next((one for one in chosen if one.alone), None)):
        text = _("「%(alone)s」と、ほかの項目の両方が選ばれています。どちらかを外してください。")
        raise NotAnAnswer(text % {"alone": alone.words})
    return [option.code for option in chosen]


def _number(text: str) -> str:
    try:
        number = values.read_number(text)
    except values.Unreadable as error:
        raise NotAnAnswer(str(error)) from error
    if number > MOST_PEOPLE:
        raise NotAnAnswer(_("人数が多すぎます。人の数を数字で入力してください。例：12"))
    return str(number)


def _empty(question: Question) -> str:
    if question.kind == NUMBER:
        return _("人数を数字で入力してください。例：12")
    if question.kind == MANY:
        return _("1つ以上選んでください。")
    return _("1つ選んでください。")


__all__ = ["MANY", "ONE", "OWN", "WARD", "Answers", "NotAnAnswer", "OwnProblems"]
