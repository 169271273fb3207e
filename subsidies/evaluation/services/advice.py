"""What an advisor does with a plan: read, comment, evaluate. Never write it (行政書士法)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from subsidies.evaluation import policies, states
from subsidies.evaluation.models import PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from subsidies.services import moves
from subsidies.services.drafts import clean
from subsidies.services.errors import Refused

MOST_TEXT = 2000
ASPECTS = ("fit", "feasibility", "effect", "price", "risks")


def shared_application(actor: Actor, share: PlanShare) -> Application:
    """The plan as it stands now. The share is the right to see it: advisors see no applications."""
    with acting(actor.elevated()):
        return Application.objects.select_related("version__scheme", "call", "firm").get(
            pk=share.application_id
        )


def plan_viewed(*, actor: Actor, share: PlanShare) -> None:
    """Every look of an advisor at a plan is written down."""
    audit.record(
        actor=actor,
        action="evaluation.plan_viewed",
        obj=share,
        detail={"application": share.application_id},
    )


def comment_add(*, actor: Actor, share_id: int, field: str, body: str) -> PlanComment:
    """助言 on a question or on the whole. Raises PlanShare.DoesNotExist, Refused, RoleMissing."""
    _require_advisor(actor)
    text = clean(body).strip()
    if not text:
        raise Refused(_("助言を入力してください。"))
    if len(text) > MOST_TEXT:
        raise Refused(_("助言は%(most)d字までです。") % {"most": MOST_TEXT})
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        comment = PlanComment.objects.create(
            share=share,
            ward_id=share.ward_id,
            firm_id=share.firm_id,
            author_id=moves.person(actor),
            field=field[:80],
            body=text,
        )
        audit.record(
            actor=actor, action="evaluation.commented", obj=share, detail={"field": field[:80]}
        )
        return comment


def evaluation_save(
    *,
    actor: Actor,
    share_id: int,
    grades: Mapping[str, str],
    texts: Mapping[str, str],
    grade: str = "",
    summary: str = "",
) -> PlanEvaluation:
    """Keep the evaluation, complete or not. Raises StaleState once handed over, Refused."""
    _require_advisor(actor)
    known = {"", *PlanEvaluation.Grade.values}
    if grade not in known or not set(grades.values()) <= known:
        raise Refused(_("評価を選び直してください。"))
    if any(len(text) > MOST_TEXT for text in (summary, *texts.values())):
        raise Refused(_("説明は、それぞれ%(most)d字までです。") % {"most": MOST_TEXT})
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        application = shared_application(actor, share)
        found = _evaluation(actor, share)
        found.grades = {code: grades.get(code, "") for code in ASPECTS}
        found.texts = {code: clean(texts.get(code, "")).strip() for code in ASPECTS}
        found.grade, found.summary = grade, clean(summary).strip()
        found.revision += 1
        found.revision_read = application.revision
        found.save()
        return found


def evaluation_submit(*, actor: Actor, share_id: int) -> PlanEvaluation:
    """評価を渡す: the firm and, once it applies, the ward read it. Raises Refused with what is
    missing, StaleState.
    """
    _require_advisor(actor)
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        found = PlanEvaluation.objects.select_for_update().filter(share=share).first()
        if found is None or found.status != states.DRAFT:
            raise StaleState
        if missing(found):
            raise Refused(_("すべての項目の評価と説明、総合評価、総評を入力してください。"))
        transitions.apply(
            table=states.EVALUATION,
            instance=found,
            action="submit",
            actor=actor,
            detail={"application": found.application_id, "revision_read": found.revision_read},
            payload={"evaluation_id": found.pk, "ward_id": found.ward_id},
            fields={"submitted_at": clock.database_now()},
        )
        return found


def missing(found: PlanEvaluation) -> list[str]:
    """Codes of what is left before it may be handed over."""
    left = [code for code in ASPECTS if not found.grades.get(code) or not found.texts.get(code)]
    return [*left, *(name for name in ("grade", "summary") if not getattr(found, name))]


def _evaluation(actor: Actor, share: PlanShare) -> PlanEvaluation:
    found = PlanEvaluation.objects.select_for_update().filter(share=share).first()
    if found is None:
        return PlanEvaluation.objects.create(
            share=share,
            application_id=share.application_id,
            ward_id=share.ward_id,
            firm_id=share.firm_id,
            evaluator_id=moves.person(actor),
        )
    if found.status != states.DRAFT:
        raise StaleState(_("評価はもう渡しています。"))
    return found


def _require_advisor(actor: Actor) -> None:
    if not policies.is_advisor(actor):
        raise RoleMissing
