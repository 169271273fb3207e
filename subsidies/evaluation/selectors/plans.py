"""The plan as it stands: what is evaluated of it, whether it has changed, what an advisor reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.parts import Row
from subsidies import answers
from subsidies.answers import ExpenseRow
from subsidies.contents import content_of, rules_of
from subsidies.evaluation import policies
from subsidies.evaluation.models import PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from subsidies.progress import field_label
from subsidies.rules import form, snapshot
from subsidies.rules.amount import Calculation
from subsidies.rules.expenses import FIELDS
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.english import told
from subsidies.services.drafts import follow_call

# Whom to telephone is not part of the plan, and nobody needs it to judge.
CONTACT = "contact_"
EXPENSES = "expenses"


@dataclass(frozen=True, slots=True)
class PlanField:
    """One answer of the plan with what was said of it."""

    anchor: str
    label: str
    value: object
    comments: tuple[PlanComment, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A task of the form, without contact persons."""

    code: str
    name: str
    fields: tuple[PlanField, ...]


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """The plan as it stands now, as the advisor reads it. Attached files by name alone."""

    share: PlanShare
    application: Application
    rules: SchemeRules
    sections: tuple[PlanSection, ...]
    expenses: tuple[ExpenseRow, ...]
    calculation: Calculation
    documents: tuple[Row, ...]
    expense_comments: tuple[PlanComment, ...]
    comments: tuple[PlanComment, ...]
    evaluation: PlanEvaluation | None

    @property
    def changed(self) -> bool:
        """Whether the plan is another one than was evaluated."""
        return self.evaluation is not None and is_changed(self.evaluation, self.application)


def plan_digest(application: Application) -> str:
    """The digest of what is evaluated: the answers without contact persons, and the budget's
    lines. Quotes may still be collected afterwards."""
    told = {
        code: str(value)
        for code, value in application.answers.items()
        if not code.startswith(CONTACT)
    }
    lines = [
        {name: str(line[name]) for name in FIELDS if name in line}
        for line in application.expense_input
    ]
    return snapshot.digest({"answers": told, "expenses": lines})


def is_changed(evaluation: PlanEvaluation, application: Application) -> bool:
    """Whether the firm has changed the plan after the evaluator read it."""
    return evaluation.plan_sha256 != plan_digest(application)


def shared_application(actor: Actor, share: PlanShare) -> Application:
    """The plan as it stands now, a draft on its call's newest rules.

    The share is the right to see it: advisors see no applications.
    """
    with acting(actor.elevated()):
        rows = Application.objects.select_related("version__scheme", "call__version", "firm")
        application = rows.get(pk=share.application_id)
    follow_call(application)
    return application


def shared_plan(actor: Actor, share: PlanShare) -> SharedPlan:
    """Everything the advisor reads of one plan."""
    application = shared_application(actor, share)
    said = _by_field(PlanComment.objects.filter(share=share).select_related("author"))
    with acting(actor.elevated()):
        content = content_of(application, today=clock.today())
        rules = form.for_content(rules_of(application.version), content)
        documents = answers.document_rows(application, rules)
    return SharedPlan(
        share=share,
        application=application,
        rules=rules,
        sections=_sections(rules, application, said),
        expenses=tuple(answers.expense_rows(rules, application.expense_input)),
        calculation=form.calculation(rules, application.expense_input),
        documents=documents,
        expense_comments=tuple(said.get(EXPENSES, ())),
        comments=tuple(said.get("", ())),
        evaluation=PlanEvaluation.objects.filter(share=share).first(),
    )


def anchors(rules: SchemeRules) -> set[str]:
    """What may be commented on: an answer, the budget, the whole."""
    asked = {f"answers.{item.code}" for item in rules.questions if _is_plan(item.code)}
    return {*asked, EXPENSES, ""}


def firm_comments(
    actor: Actor, application: Application, rules: SchemeRules
) -> list[tuple[str, str, list[PlanComment]]]:
    """(anchor, label, comments) in the order of the form, the whole first. For the firm alone."""
    shares = policies.visible_shares(actor).filter(application=application)
    said = _by_field(PlanComment.objects.filter(share__in=shares).select_related("author"))
    order = ["", *(f"answers.{item.code}" for item in rules.questions), EXPENSES]
    gone = [anchor for anchor in said if anchor not in order]
    return [
        (anchor, field_label(rules, anchor) if anchor else "", said[anchor])
        for anchor in [*order, *gone]
        if anchor in said
    ]


def _is_plan(code: str) -> bool:
    return not code.startswith(CONTACT)


def _by_field(comments: Iterable[PlanComment]) -> dict[str, list[PlanComment]]:
    found: dict[str, list[PlanComment]] = {}
    for comment in comments:
        found.setdefault(comment.field, []).append(comment)
    return found


def _sections(
    rules: SchemeRules, application: Application, said: dict[str, list[PlanComment]]
) -> tuple[PlanSection, ...]:
    sections = []
    for task in rules.tasks:
        asked = rules.questions_of(task.code)
        rows = answers.answer_rows(rules, task.code, application.answers)
        fields = tuple(
            PlanField(
                f"answers.{question.code}",
                told(row.label),
                row.value,
                tuple(said.get(f"answers.{question.code}", ())),
            )
            for question, row in zip(asked, rows, strict=True)
            if _is_plan(question.code)
        )
        if fields:
            sections.append(PlanSection(task.code, told(task.name), fields))
    return tuple(sections)
