"""What the pages show of a shared plan, its evaluation, and who typed what. Fixed numbers of queries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import State
from portal.ui.parts import Row
from programs.models import FirmMembership
from subsidies import answers
from subsidies import states as application_states
from subsidies.answers import ExpenseRow
from subsidies.contents import content_of, rules_of
from subsidies.evaluation import policies, rules, states
from subsidies.evaluation.aspects import ASPECTS, CONDITIONS
from subsidies.evaluation.models import FieldAuthor, PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from subsidies.prerequisites import Source
from subsidies.progress import field_label
from subsidies.rules import form, snapshot
from subsidies.rules.amount import Calculation
from subsidies.rules.expenses import FIELDS
from subsidies.rules.scheme import SchemeRules
from subsidies.services.drafts import follow_call

# Whom to telephone is not part of the plan, and nobody needs it to judge.
CONTACT = "contact_"
EXPENSES = "expenses"
SHOWN = 200


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


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A line of the advisor's list. `waiting_since` None: the evaluation is handed over."""

    share: PlanShare
    application: Application
    evaluation: PlanEvaluation | None
    comments: int
    changed: bool

    @property
    def waiting_since(self) -> dt.datetime | None:
        done = self.evaluation is not None and self.evaluation.status == states.SUBMITTED
        return None if done else self.share.shared_at

    @property
    def days(self) -> int:
        """How long the firm has been waiting."""
        return (clock.today() - clock.to_date(self.share.shared_at)).days

    @property
    def due_on(self) -> dt.date:
        """By when the evaluation is handed over."""
        return due_of(self.share, self.application)

    @property
    def state(self) -> State:
        return state_of(self.evaluation, self.comments)


@dataclass(frozen=True, slots=True)
class EvaluationRead:
    """An evaluation that was handed over, in words; `changed`: the plan is another one now."""

    evaluation: PlanEvaluation
    rows: tuple[Row, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """Who typed an answer. `is_outsider`: not of the firm when it was typed."""

    label: str
    name: str
    author: FieldAuthor
    is_outsider: bool


def is_evaluated(application: Application) -> bool:
    """Whether an evaluation of the plan as it stands was handed over, whatever it says."""
    rows = PlanEvaluation.objects.filter(
        application=application, status=states.SUBMITTED, plan_sha256=plan_digest(application)
    )
    return bool(rows.exists())


def outdated_shares(application: Application) -> list[PlanShare]:
    """Open shares whose evaluation was handed over and is of another plan: they may be renewed."""
    rows = PlanShare.objects.filter(
        application=application, ended_at=None, evaluation__status=states.SUBMITTED
    ).select_related("evaluation")
    return [share for share in rows if is_changed(share.evaluation, application)]


SOURCE = Source(
    is_met=is_evaluated,
    page="evaluation:plan",
    hint=_(
        "計画を書いたら相談員に共有し、評価を受けます。評価の後に計画を変えたら、もう一度受けます。"
    ),
)


def due_of(share: PlanShare, application: Application) -> dt.date:
    """The last day for the evaluation; of a draft early enough before its call closes."""
    is_draft = application.status == application_states.DRAFT
    return rules.due_on(
        clock.to_date(share.shared_at),
        closes_on=clock.to_date(application.call.closes_at) if is_draft else None,
    )


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


def state_of(evaluation: PlanEvaluation | None, comments: int) -> State:
    """How far a shared plan is; before the evaluation begins by whether anything was said."""
    if evaluation is not None:
        return states.EVALUATION.state(evaluation.status)
    return states.COMMENTED if comments else states.UNREAD


def shared_application(actor: Actor, share: PlanShare) -> Application:
    """The plan as it stands now, a draft on its call's newest rules.

    The share is the right to see it: advisors see no applications.
    """
    with acting(actor.elevated()):
        rows = Application.objects.select_related("version__scheme", "call__version", "firm")
        application = rows.get(pk=share.application_id)
    follow_call(application)
    return application


def shared_rows(actor: Actor) -> list[SharedRow]:
    """What is shared with the advisor: what waits first, the longest wait on top."""
    shares = list(
        policies.visible_shares(actor)
        .select_related("evaluation")
        .annotate(said=Count("comments"))
        .order_by("-shared_at", "-id")[:SHOWN]
    )
    with acting(actor.elevated()):
        rows = Application.objects.select_related("call", "ward")
        found = rows.in_bulk([share.application_id for share in shares])
    listed = [_row(share, found[share.application_id]) for share in shares]
    return sorted(
        listed, key=lambda row: (row.waiting_since is None, row.share.shared_at, row.share.pk)
    )


def waiting(actor: Actor) -> QuerySet[PlanShare]:
    """Plans that wait for the advisor's evaluation."""
    return policies.visible_shares(actor).exclude(evaluation__status=states.SUBMITTED)


def _row(share: Any, application: Application) -> SharedRow:
    evaluation = getattr(share, "evaluation", None)
    changed = (
        evaluation is not None
        and evaluation.status == states.SUBMITTED
        and is_changed(evaluation, application)
    )
    return SharedRow(share, application, evaluation, share.said, changed)


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
    said = _by_field(
        PlanComment.objects.filter(share__in=_shares(actor, application)).select_related("author")
    )
    order = ["", *(f"answers.{item.code}" for item in rules.questions), EXPENSES]
    gone = [anchor for anchor in said if anchor not in order]
    return [
        (anchor, field_label(rules, anchor) if anchor else "", said[anchor])
        for anchor in [*order, *gone]
        if anchor in said
    ]


def firm_shares(actor: Actor, application: Application) -> list[PlanShare]:
    """To whom the firm has shown the plan, those who still see it first."""
    rows = list(_shares(actor, application).select_related("advisor"))
    return sorted(rows, key=lambda share: (share.ended_at is not None, -share.pk))


def evaluations(actor: Actor, application: Application) -> list[EvaluationRead]:
    """What was handed over, newest first."""
    rows = policies.visible_evaluations(actor).filter(
        application=application, status=states.SUBMITTED
    )
    return [
        EvaluationRead(row, reading(row), is_changed(row, application))
        for row in rows.order_by("-submitted_at")
    ]


def last_evaluation(application_id: int) -> PlanEvaluation | None:
    """The newest that was handed over, for the review of the ward."""
    rows = PlanEvaluation.objects.filter(application_id=application_id, status=states.SUBMITTED)
    return rows.select_related("evaluator").order_by("submitted_at").last()


def evaluators(application_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Application → who evaluated its plan, or is asked to as long as that is open."""
    rows = PlanShare.objects.filter(
        Q(ended_at=None) | Q(evaluation__status=states.SUBMITTED),
        application_id__in=list(application_ids),
    )
    found: dict[int, set[int]] = {}
    for application_id, user_id in rows.values_list("application_id", "advisor_id"):
        found.setdefault(application_id, set()).add(user_id)
    return {application_id: frozenset(users) for application_id, users in found.items()}


def reading(evaluation: PlanEvaluation) -> tuple[Row, ...]:
    """The grades and texts in words, then the conditions under which the plan is sound, if any."""
    labels = dict(PlanEvaluation.Grade.choices)
    conditions = evaluation.texts.get(CONDITIONS)
    lines = [
        (aspect.name, evaluation.grades.get(aspect.code), evaluation.texts.get(aspect.code))
        for aspect in ASPECTS
    ]
    return (
        *(
            Row(str(name), f"{labels.get(grade or '', '—')}\n{text or ''}".strip())
            for name, grade, text in lines
        ),
        *([Row(str(_("条件")), conditions)] if conditions else []),
    )


def authors(application: Application, rules: SchemeRules) -> list[AuthorRow]:
    """The record of who typed which answer, in the order of the form; a system's own is no typing.

    Of an application that the reader sees; the row policy opens the record with it.
    """
    wrote = User.objects.filter(pk=OuterRef("user_id")).values("name")
    recorded = FieldAuthor.objects.filter(application=application)
    rows = list(recorded.annotate(user_name=Subquery(wrote)))
    if not rows:
        return []
    periods = list(
        FirmMembership.objects.filter(firm_id=application.firm_id).values_list(
            "user_id", "valid_from", "valid_to"
        )
    )
    order = {f"answers.{item.code}": place for place, item in enumerate(rules.questions)}
    rows.sort(key=lambda row: (order.get(row.field, len(order)), row.field, row.first_at))
    return [
        AuthorRow(
            label=_author_label(rules, row.field),
            name=row.user_name or "",
            author=row,
            is_outsider=row.user_id != 0 and not _belonged(row, periods),
        )
        for row in rows
    ]


def _belonged(row: FieldAuthor, periods: Iterable[tuple[int, dt.date, dt.date | None]]) -> bool:
    """Whether the person was with the firm from the first typing to the last."""
    first, last = clock.to_date(row.first_at), clock.to_date(row.last_at)
    return any(
        user == row.user_id and since <= first and (until is None or last <= until)
        for user, since, until in periods
    )


def _author_label(rules: SchemeRules, field: str) -> str:
    kind, _dot, code = field.partition(".")
    criterion = rules.criterion(code) if kind == "eligibility" else None
    return criterion.question if criterion else field_label(rules, field)


def _shares(actor: Actor, application: Application) -> Any:
    return policies.visible_shares(actor).filter(application=application)


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
                row.label,
                row.value,
                tuple(said.get(f"answers.{question.code}", ())),
            )
            for question, row in zip(asked, rows, strict=True)
            if _is_plan(question.code)
        )
        if fields:
            sections.append(PlanSection(task.code, task.name, fields))
    return tuple(sections)
