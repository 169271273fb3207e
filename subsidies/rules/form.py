"""The task list of an application: what is done, what is missing, where and how to mend it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from subsidies.rules import eligibility, expenses, figures, quote_checks, tailor, values
from subsidies.rules.amount import Calculation, calculate
from subsidies.rules.eligibility import ELIGIBILITY_TASK
from subsidies.rules.figures import Doubt
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import (
    BUDGET_TASK,
    FILES_TASK,
    GENERAL,
    QUOTES_TASK,
    Question,
    SchemeRules,
)

TaskStatus = Literal["done", "in_progress", "not_started", "blocked"]
CONFIRM_TASK = "confirm"
# Tasks of the list that are done elsewhere in the portal: this and the prerequisite's source.
BEFORE = "before."
DEFAULT_LENGTHS = {"text": 200, "longtext": 2000}


@dataclass(frozen=True, slots=True)
class Content:
    """A draft as the rules see it. `documents` counts the files per requirement;
    `doubts` are figures that look like a slip of the unit and are not confirmed;
    `applicant_class` decides which form the firm is given (GRADUATE: the shortened one), `met` holds
    the codes of what was to be done in the portal beforehand, and is. `files` are the keys of the
    attached files per requirement, `today` the day on which quotes are looked at; None asks for
    none, as in a correction that is about something else."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    eligibility: Mapping[str, Any] = field(default_factory=dict)
    expenses: Sequence[Mapping[str, Any]] = ()
    documents: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    doubts: Sequence[Doubt] = ()
    applicant_class: str = GENERAL
    met: frozenset[str] = frozenset()
    files: Mapping[str, frozenset[int]] = field(default_factory=dict)
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TaskState:
    """A line of the task list."""

    code: str
    name: str
    status: TaskStatus
    problems: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """完了, 入力中, 未着手 or まだ始められません."""
        return {
            "done": _("完了"),
            "in_progress": _("入力中"),
            "not_started": _("未着手"),
            "blocked": _("まだ始められません"),
        }[self.status]

    @property
    def tone(self) -> str:
        """Colour of the tag on screens."""
        return {"done": "green", "in_progress": "blue", "not_started": "", "blocked": ""}[
            self.status
        ]


@dataclass(frozen=True, slots=True)
class GoneAnswer:
    """An answer to a question the form no longer asks (この設問はなくなりました)."""

    code: str
    label: str
    value: Any


def for_content(rules: SchemeRules, content: Content) -> SchemeRules:
    """The rules as they apply to this draft."""
    return tailor.tailored(
        rules,
        answers=content.answers,
        eligibility=_with_facts(rules, content),
        applicant_class=content.applicant_class,
    )


def missing(rules: SchemeRules, content: Content) -> tuple[Problem, ...]:
    """Everything that stands against submission, in the order of the task list."""
    rules = for_content(rules, content)
    verdict = eligibility.judge(rules, content.eligibility, content.facts)
    found = list(eligibility.problems(verdict))
    for task in rules.tasks:
        for question in rules.questions_of(task.code):
            found += _answer_problems(question, content.answers.get(question.code))
            found += _unconfirmed(content, f"answers.{question.code}")
    found += _budget_problems(rules, content)
    found += _unconfirmed(content, figures.BUDGET)
    found += quote_problems(rules, content)
    found += _document_problems(rules, content)
    found += _before_problems(rules, content.met)
    return tuple(found)


def task_states(rules: SchemeRules, content: Content) -> tuple[TaskState, ...]:
    """The task list: eligibility, the form's tasks, 経費, 見積り, 添付書類, what is done elsewhere in the
    portal (妥当性評価), then 確認して申請."""
    rules = for_content(rules, content)
    by_task: dict[str, list[Problem]] = {}
    for problem in missing(rules, content):
        by_task.setdefault(problem.task, []).append(problem)
    if not content.expenses:
        by_task[QUOTES_TASK] = [_without_lines()]
    started = _started(rules, content)
    names = [
        (ELIGIBILITY_TASK, _("申請できるかの確認")),
        *((task.code, task.name) for task in rules.tasks),
        (BUDGET_TASK, _("経費と補助額")),
        *([(QUOTES_TASK, _("見積り"))] if rules.quotes and content.today else []),
        (FILES_TASK, _("添付書類")),
        *((f"{BEFORE}{need.source}", need.name) for need in rules.portal_prerequisites),
    ]
    states = [
        TaskState(
            code,
            str(name),
            _status(code in started, by_task.get(code)),
            tuple(by_task.get(code, ())),
        )
        for code, name in names
    ]
    ready = all(state.status == "done" for state in states)
    last = TaskState(CONFIRM_TASK, _("内容を確認して申請"), "not_started" if ready else "blocked")
    return (*states, last)


def quote_problems(rules: SchemeRules, content: Content) -> list[Problem]:
    """What stands against the quotes of the lines (相見積)."""
    if content.today is None:
        return []
    return quote_checks.problems(rules, content.expenses, files=content.files, today=content.today)


def _without_lines() -> Problem:
    """Quotes wait for the lines; the lines themselves are asked for elsewhere."""
    text = _("先に経費を入力してください。見積りは、経費の1行ごとに入力します。")
    return Problem("missing", text, QUOTES_TASK, "quotes")


def calculation(rules: SchemeRules, lines: Sequence[Mapping[str, Any]]) -> Calculation:
    """The amount from the lines as typed; unreadable lines do not count."""
    return calculate(rules, expenses.read_lines(rules, lines).items)


def gone_answers(
    rules: SchemeRules, answers: Mapping[str, Any], older: Iterable[SchemeRules] = ()
) -> tuple[GoneAnswer, ...]:
    """Answers whose question this version no longer has, with the wording of an older version."""
    labels = {question.code: question.label for version in older for question in version.questions}
    known = {question.code for question in rules.questions}
    return tuple(
        GoneAnswer(code, labels.get(code, code), value)
        for code, value in answers.items()
        if code not in known and not values.is_blank(value)
    )


def _with_facts(rules: SchemeRules, content: Content) -> dict[str, Any]:
    """The eligibility's answers, with the firm's facts where nothing was typed."""
    return {
        item.code: content.facts.get(item.source)
        if values.is_blank(content.eligibility.get(item.code))
        else content.eligibility[item.code]
        for item in rules.criteria
    }


def _answer_problems(question: Question, raw: Any) -> list[Problem]:
    """At most one problem: empty, unreadable or too long."""
    try:
        value = values.read(question.kind, raw, choices=question.choices)
    except values.Unreadable as error:
        return [_problem(question, "unreadable", str(error))]
    if value is None:
        if not question.required:
            return []
        return [_problem(question, "missing", _how_to_answer(question))]
    most = question.max_length or DEFAULT_LENGTHS.get(question.kind, 0)
    if most and isinstance(value, str) and len(value) > most:
        text = _("「%(label)s」は%(most)d文字以内で入力してください（いま%(now)d文字）。")
        text %= {"label": question.label, "most": most, "now": len(value)}
        return [_problem(question, "too_long", text)]
    return []


def _unconfirmed(content: Content, anchor: str) -> list[Problem]:
    """The figure of that place, where it still has to be confirmed."""
    return [figures.as_problem(doubt) for doubt in content.doubts if doubt.anchor == anchor]


def _how_to_answer(question: Question) -> str:
    text = (
        _("「%(label)s」を選んでください。")
        if question.kind in ("choice", "yes_no")
        else _("「%(label)s」を入力してください。")
    )
    return text % {"label": question.label}


def _problem(question: Question, code: str, text: str) -> Problem:
    return Problem(code, text, question.task, f"answers.{question.code}", question.label)


def _budget_problems(rules: SchemeRules, content: Content) -> list[Problem]:
    if not content.expenses:
        text = _("経費を1行以上入力してください。")
        return [Problem("missing", text, BUDGET_TASK, "expenses", _("経費"))]
    budget = expenses.read_lines(rules, content.expenses)
    if budget.problems:
        return list(budget.problems)
    return list(calculate(rules, budget.items).problems)


def _document_problems(rules: SchemeRules, content: Content) -> list[Problem]:
    """Required documents without a file; quotes are looked for line by line."""
    asked = rules.quotes is not None and content.today is not None and bool(content.expenses)
    told = rules.quotes.document if rules.quotes and asked else ""
    return [
        Problem(
            "missing",
            _("「%(name)s」のファイルを添付してください。") % {"name": document.name},
            FILES_TASK,
            f"documents.{document.code}",
            document.name,
        )
        for document in rules.documents
        if document.required and document.code != told and not content.documents.get(document.code)
    ]


def _before_problems(rules: SchemeRules, met: frozenset[str]) -> list[Problem]:
    return [
        Problem(
            "missing",
            _("「%(name)s」がまだ済んでいません。済ませてから申請してください。")
            % {"name": need.name},
            f"{BEFORE}{need.source}",
            need.code,
            need.name,
        )
        for need in rules.portal_prerequisites
        if need.code not in met
    ]


def _started(rules: SchemeRules, content: Content) -> set[str]:
    """Tasks in which something has been entered."""
    started = {
        question.task
        for question in rules.questions
        if not values.is_blank(content.answers.get(question.code))
    }
    if content.eligibility:
        started.add(ELIGIBILITY_TASK)
    if content.expenses:
        started.add(BUDGET_TASK)
    if any(line.get("quotes") for line in content.expenses):
        started.add(QUOTES_TASK)
    if any(content.documents.values()):
        started.add(FILES_TASK)
    return started


def _status(started: bool, problems: list[Problem] | None) -> TaskStatus:
    """完了 as soon as nothing is missing; else by whether anything has been entered."""
    if not started:
        return "not_started" if problems else "done"
    return "in_progress" if problems else "done"
