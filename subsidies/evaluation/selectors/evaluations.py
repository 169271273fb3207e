"""Evaluations that were handed over, in words, and whether a plan has one that counts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor
from portal.ui.parts import Row
from subsidies.evaluation import policies, states
from subsidies.evaluation.aspects import ASPECTS, CONDITIONS
from subsidies.evaluation.models import PlanEvaluation
from subsidies.evaluation.selectors.plans import is_changed, plan_digest
from subsidies.models import Application
from subsidies.prerequisites import Source


@dataclass(frozen=True, slots=True)
class EvaluationRead:
    """An evaluation that was handed over, in words; `changed`: the plan is another one now."""

    evaluation: PlanEvaluation
    rows: tuple[Row, ...]
    changed: bool


def is_evaluated(application: Application) -> bool:
    """Whether an evaluation of the plan as it stands was handed over, whatever it says."""
    rows = PlanEvaluation.objects.filter(
        application=application, status=states.SUBMITTED, plan_sha256=plan_digest(application)
    )
    return bool(rows.exists())


SOURCE = Source(
    is_met=is_evaluated,
    page="evaluation:plan",
    hint=_(
        "計画を書いたら相談員に共有し、評価を受けます。評価の後に計画を変えたら、もう一度受けます。"
    ),
)


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
