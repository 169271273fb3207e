"""An application's answers as people read them: labels and values in the order of the form."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from portal.ui.markup import era_date, yen_text
from portal.ui.parts import Row
from subsidies.contents import standing
from subsidies.models import Application, ApplicationDocument
from subsidies.rules import eligibility, expenses, values
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.figures import Doubt
from subsidies.rules.form import Content
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Criterion, Question, SchemeRules
from subsidies.schemes.english import told
from subsidies.units import with_unit


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the application with its rows; `url` is where the firm changes it."""

    code: str
    name: str
    rows: tuple[Row, ...]
    url: str = ""

    @property
    def is_questions(self) -> bool:
        """Whether the labels are whole questions and need the room."""
        return self.code == "eligibility"


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """One readable line of the budget. Yen."""

    category: str
    item: ExpenseItem


def sections(application: Application, rules: SchemeRules, content: Content) -> list[Section]:
    """Eligibility, the form's tasks and the attached files, with their change links."""
    public_id = application.public_id
    verdict = eligibility.judge(rules, content.eligibility, content.facts)
    found = [
        Section(
            "eligibility",
            _("申請できるかの確認"),
            tuple(
                Row(told(item.criterion.question), shown(item.criterion, item.value))
                for item in verdict.judged
                if item.outcome != "not_needed"
            ),
            reverse("subsidies:check_result", args=[public_id]),
        )
    ]
    found += [
        Section(
            task.code,
            told(task.name),
            worded(answer_rows(rules, task.code, application.answers)),
            reverse("subsidies:task", args=[public_id, task.code]),
        )
        for task in rules.tasks
    ]
    found.append(
        Section(
            "files",
            _("添付書類"),
            worded(document_rows(application, rules)),
            reverse("subsidies:files", args=[public_id]),
        )
    )
    return found


def worded(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What is asked, in the language of the page; what was answered as it was typed."""
    return tuple(replace(row, label=told(row.label)) for row in rows)


def answer_rows(rules: SchemeRules, task: str, answers: Mapping[str, Any]) -> tuple[Row, ...]:
    """The questions of a task with the answers in words."""
    return tuple(
        Row(question.label, typed_answer(question, answers.get(question.code)))
        for question in rules.questions_of(task)
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to confirm, in words with its unit. `key` is what the form posts."""

    key: str
    label: str
    shown: str
    shown_before: str = ""


def shown_figure(rules: SchemeRules, doubt: Doubt) -> Figure:
    """A doubt as the page asks about it."""
    question = rules.question(doubt.anchor.partition(".")[2])

    def words(value: int | None) -> str:
        if value is None:
            return ""
        return shown(question, value) if question else format_yen(value)

    return Figure(doubt.key, doubt.label, words(doubt.value), words(doubt.before))


def schedule_warnings(application: Application, today: dt.date) -> list[Problem]:
    """Dates that would cost the firm its subsidy; they do not stop the submission."""
    order_on = _day(application.answers.get("order_on"))
    finish_on = _day(application.answers.get("finish_on"))
    ends_on = application.call.project_ends_on
    found = []
    if order_on and order_on <= today:
        text = _(
            "発注する予定の日（%(day)s）は、交付決定より前になります。"
            "交付決定の前に発注したものは、補助の対象になりません。"
        ) % {"day": era_date(order_on)}
        found.append(("order_on", text))
    if finish_on and finish_on > ends_on:
        text = _("支払いまで終える予定の日（%(day)s）が、事業の期限（%(end)s）を過ぎています。") % {
            "day": era_date(finish_on),
            "end": era_date(ends_on),
        }
        found.append(("finish_on", text))
    elif order_on and finish_on and finish_on < order_on:
        text = _("支払いまで終える予定の日が、発注する予定の日より前になっています。")
        found.append(("finish_on", text))
    return [Problem("schedule", text, "schedule", f"answers.{code}") for code, text in found]


def _day(raw: Any) -> dt.date | None:
    try:
        value = values.read("date", raw)
    except values.Unreadable:
        return None
    return value if isinstance(value, dt.date) else None


def document_rows(application: Application, rules: SchemeRules) -> tuple[Row, ...]:
    """Each required document with the names of the files handed in."""
    names: dict[str, list[str]] = {}
    documents = ApplicationDocument.objects.filter(standing(), application=application)
    for document in documents.select_related("stored_file"):
        names.setdefault(document.requirement, []).append(document.stored_file.original_name)
    return tuple(
        Row(item.name, _("、").join(names.get(item.code, [])) or _("（なし）"))
        for item in rules.documents
    )


def expense_rows(rules: SchemeRules, lines: Iterable[Mapping[str, Any]]) -> list[ExpenseRow]:
    """The lines that can be read."""
    budget = expenses.read_lines(rules, list(lines))
    names = {category.code: category.name for category in rules.categories}
    return [ExpenseRow(names[item.category], item) for item in budget.items]


def typed_answer(asked: Question | Criterion, raw: Any) -> str:
    """An answer as stored, in words; what cannot be read is shown as it was typed."""
    try:
        return shown(asked, values.read(asked.kind, raw, choices=asked.choices))
    except values.Unreadable:
        return str(raw)


def shown(asked: Question | Criterion, value: Any) -> str:
    """A value in words, by the kind of its question."""
    if value is None:
        return _("（未入力）")
    match asked.kind:
        case "yes_no":
            return _("はい") if value else _("いいえ")
        case "yen":
            return format_yen(value)
        case "signed_yen":
            return yen_text(value)
        case "number" if isinstance(value, int):
            return with_unit(value, asked.unit)
        case "choice":
            return told(dict(asked.choices).get(value, value))
        case "date" if isinstance(value, dt.date):
            return era_date(value)
    return str(value)
