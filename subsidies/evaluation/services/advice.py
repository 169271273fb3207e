"""What an advisor does with a plan: read, comment, evaluate. Never write it (行政書士法)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing, StaleState
from subsidies.contents import rules_of
from subsidies.evaluation import policies, selectors, states
from subsidies.evaluation.aspects import ASPECTS, CODES, CONDITIONS
from subsidies.evaluation.models import PlanComment, PlanEvaluation, PlanShare
from subsidies.evaluation.services import bars
from subsidies.rules.problem import Problem
from subsidies.services import moves
from subsidies.services.drafts import clean
from subsidies.services.errors import Incomplete, Refused

MOST_TEXT = 2000
# 「C 見直しが必要」 says nothing to the firm and the ward without what is to be mended.
NEEDS_CONDITIONS = (PlanEvaluation.Grade.C,)


@dataclass(frozen=True, slots=True)
class Entry:
    """An evaluation as typed, complete or not. Grades are codes of PlanEvaluation.Grade or "";
    `conditions`: what has to hold or be mended for the plan to be sound.
    """

    grades: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    grade: str = ""
    summary: str = ""
    conditions: str = ""
    is_independent: bool = False


class StaleEvaluation(Refused):
    """Another tab has saved since this page was filled; `revision` is the current one."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        super().__init__(
            _(
                "ほかの画面でこの評価が保存されています。この画面の内容でよければ、"
                "もう一度保存してください。"
            )
        )


def plan_viewed(*, actor: Actor, share: PlanShare) -> None:
    """Every look of an advisor at a plan is written down."""
    audit.record(
        actor=actor,
        action="evaluation.plan_viewed",
        obj=share,
        detail={"application": share.application_id},
    )


def comment_add(*, actor: Actor, share_id: int, anchor: str, body: str) -> PlanComment:
    """助言 on an answer, the budget or the whole (`anchor` ""). Raises PlanShare.DoesNotExist,
    Refused, RoleMissing.
    """
    _require_advisor(actor)
    text = clean(body).strip()
    if not text:
        raise Refused(_("助言を入力してください。"))
    if len(text) > MOST_TEXT:
        raise Refused(
            _("助言は%(most)d字までです（いま%(now)d字）。分けて書いてください。")
            % {"most": MOST_TEXT, "now": len(text)}
        )
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        application = selectors.shared_application(actor, share)
        if anchor not in selectors.anchors(rules_of(application.version)):
            raise Refused(_("この項目は、いまの申請書にはありません。画面を開き直してください。"))
        comment = PlanComment.objects.create(
            share=share,
            ward_id=share.ward_id,
            firm_id=share.firm_id,
            author_id=moves.person(actor),
            field=anchor,
            body=text,
        )
        moves.tell(
            actor,
            comment,
            action="evaluation.commented",
            event="evaluation.commented",
            payload={"comment_id": comment.pk, "ward_id": share.ward_id},
            detail={"application": share.application_id, "field": anchor},
        )
        return comment


def evaluation_save(
    *, actor: Actor, share_id: int, entry: Entry, revision: int | None = None
) -> PlanEvaluation:
    """Keep the evaluation, complete or not. `revision` is the one the page was filled from; None
    compares nothing. Raises PlanShare.DoesNotExist, StaleEvaluation, StaleState once handed over,
    Refused, RoleMissing.
    """
    _require_advisor(actor)
    known = {"", *PlanEvaluation.Grade.values}
    if entry.grade not in known or not set(entry.grades.values()) <= known:
        raise Refused(_("評価はA〜Dから選んでください。"))
    if any(
        len(text) > MOST_TEXT for text in (entry.summary, entry.conditions, *entry.texts.values())
    ):
        raise Refused(_("説明は、それぞれ%(most)d字までです。") % {"most": MOST_TEXT})
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        found = _evaluation(actor, share)
        if revision is not None and revision != found.revision:
            raise StaleEvaluation(found.revision)
        found.grades = {code: entry.grades.get(code, "") for code in CODES}
        found.texts = {code: clean(entry.texts.get(code, "")).strip() for code in CODES}
        found.texts[CONDITIONS] = clean(entry.conditions).strip()
        found.grade, found.summary = entry.grade, clean(entry.summary).strip()
        found.is_independent = entry.is_independent
        found.plan_sha256 = selectors.plan_digest(selectors.shared_application(actor, share))
        found.revision += 1
        found.save()
        return found


def evaluation_submit(*, actor: Actor, share_id: int) -> PlanEvaluation:
    """評価を渡す: the firm and, once it applies, the ward read it.

    Raises PlanShare.DoesNotExist, Incomplete (with what is missing), Refused (the plan has changed
    since it was read), Barred, StaleState, RoleMissing.
    """
    _require_advisor(actor)
    with transaction.atomic():
        share = policies.get_share(actor, pk=share_id)
        found = PlanEvaluation.objects.select_for_update().filter(share=share).first()
        if found is None or found.status != states.DRAFT:
            raise StaleState
        if problems := missing(found):
            raise Incomplete(problems)
        application = selectors.shared_application(actor, share)
        if selectors.is_changed(found, application):
            raise Refused(
                _(
                    "評価を書いている間に、企業が計画を変えました。"
                    "計画を読み直し、もう一度保存してから渡してください。"
                )
            )
        bars.check(actor=actor, application=application, user_id=moves.person(actor))
        transitions.apply(
            table=states.EVALUATION,
            instance=found,
            action="submit",
            actor=actor,
            detail={"application": found.application_id, "plan_sha256": found.plan_sha256},
            payload={"evaluation_id": found.pk, "ward_id": found.ward_id},
            fields={"submitted_at": clock.database_now()},
        )
        return found


def missing(found: PlanEvaluation) -> list[Problem]:
    """What is left before it may be handed over; anchors are the fields of the form."""
    left = []
    for aspect in ASPECTS:
        label = {"label": aspect.name}
        if not found.grades.get(aspect.code):
            text = _("「%(label)s」の評価を選んでください。") % label
            left.append(Problem("missing", text, "", f"grade-{aspect.code}"))
        if not found.texts.get(aspect.code):
            text = _("「%(label)s」の説明を入力してください。") % label
            left.append(Problem("missing", text, "", f"text-{aspect.code}"))
    if not found.grade:
        left.append(Problem("missing", _("「総合評価」を選んでください。"), "", "grade"))
    if not found.summary:
        left.append(Problem("missing", _("「総評」を入力してください。"), "", "summary"))
    if found.grade in NEEDS_CONDITIONS and not found.texts.get(CONDITIONS):
        text = _("何を直せば妥当になるか、「条件」を入力してください。")
        left.append(Problem("missing", text, "", CONDITIONS))
    if not found.is_independent:
        text = _("利害関係がないことを確かめ、チェックを入れてください。")
        left.append(Problem("missing", text, "", "is_independent"))
    return left


def _evaluation(actor: Actor, share: PlanShare) -> PlanEvaluation:
    """The advisor's draft, locked, made at the first time. Raises StaleState."""
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
        raise StaleState(_("評価はもう渡しているため、変えられません。"))
    return found


def _require_advisor(actor: Actor) -> None:
    if not policies.is_advisor(actor):
        raise RoleMissing
