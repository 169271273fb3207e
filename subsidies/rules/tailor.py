"""The rules as one applicant meets them: without what is not asked of it, with the rate it gets.

Graduates of the Dojo may have a shortened form, a section may be asked only after a certain answer,
and a declaration may change the rate (江戸川区: SDGs). Everything behind (task list, check, papers,
amount) then works with rules that hold nothing but what applies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from subsidies.rules import values
from subsidies.rules.eligibility import holds
from subsidies.rules.scheme import Condition, Criterion, Document, Question, SchemeRules, Task


def tailored(
    rules: SchemeRules,
    *,
    answers: Mapping[str, Any],
    eligibility: Mapping[str, Any],
    applicant_class: str,
) -> SchemeRules:
    """What applies to this applicant with these answers, typed or frozen. Idempotent."""
    reader = _Reader({item.code: item for item in rules.criteria}, answers, eligibility)
    tasks, questions = [], []
    for task in rules.tasks:
        if not _applies(task, reader, applicant_class):
            continue
        tasks.append(task)
        for question in rules.questions_of(task.code):
            if _applies(question, reader, applicant_class):
                questions.append(question)
                reader.asked[question.code] = question
    variant = next((item for item in rules.rate_variants if reader.holds(item.when)), None)
    changed: dict[str, Any] = {"rate": variant.rate} if variant else {}
    if variant and variant.cap_yen is not None:
        changed["cap_yen"] = variant.cap_yen
    return replace(
        rules,
        tasks=tuple(tasks),
        questions=tuple(questions),
        documents=tuple(
            item for item in rules.documents if _applies(item, reader, applicant_class)
        ),
        **changed,
    )


def dependents(rules: SchemeRules, codes: set[str]) -> set[str]:
    """Codes of the questions and documents whose being asked hangs on one of `codes`."""
    found = set(codes)
    for task in rules.tasks:
        whole = task.when is not None and task.when.asked in found
        for question in rules.questions_of(task.code):
            if whole or (question.when is not None and question.when.asked in found):
                found.add(question.code)
    documents = {
        item.code for item in rules.documents if item.when is not None and item.when.asked in found
    }
    return (found | documents) - codes


@dataclass(slots=True)
class _Reader:
    """Answers of what is asked, by code; what is not asked has none."""

    asked: dict[str, Question | Criterion]
    answers: Mapping[str, Any]
    eligibility: Mapping[str, Any]

    def holds(self, when: Condition) -> bool:
        item = self.asked.get(when.asked)
        if item is None:
            return False
        given = self.eligibility if isinstance(item, Criterion) else self.answers
        try:
            value = values.read(item.kind, given.get(when.asked), choices=item.choices)
        except values.Unreadable:
            return False
        return value is not None and holds(when.operator, value, when.value)


def _applies(item: Task | Question | Document, reader: _Reader, applicant_class: str) -> bool:
    if applicant_class in item.not_for:
        return False
    return item.when is None or reader.holds(item.when)
