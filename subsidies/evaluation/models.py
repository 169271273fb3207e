"""Tables of the plan evaluation: who may read a plan, what was said of it, who typed what."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key
from subsidies.evaluation import states


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


def _application() -> models.ForeignKey:
    """Goes with a draft that its firm throws away: the constraint of migration 0002 cascades."""
    return models.ForeignKey(
        "subsidies.Application", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )


def _share(related_name: str) -> dict[str, Any]:
    """Likewise."""
    return {
        "to": "evaluation.PlanShare",
        "on_delete": models.CASCADE,
        "related_name": related_name,
        "db_constraint": False,
    }


class PlanShare(models.Model):
    """A firm lets one advisor (DXアドバイザー) read its plan, draft or submitted, until it ends that.

    `consent` is the sentence the firm agreed to, as it read it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = _application()
    ward = ward_key()
    firm = _firm()
    advisor = person_key()
    shared_by = person_key(db_index=False)
    consent = models.TextField(_("同意の内容"))
    shared_at = models.DateTimeField(_("共有した日時"), db_default=Now())
    ended_at = models.DateTimeField(_("共有を終えた日時"), null=True)

    class Meta:
        verbose_name = _("計画の共有")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "advisor"],
                condition=Q(ended_at=None),
                name="plan_shared_once",
                violation_error_message=_("この相談員には、すでに共有しています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.advisor_id}"


class PlanComment(models.Model):
    """A remark of the advisor on the plan; the firm reads it and changes the plan itself.

    `field` is the answer's anchor (`answers.problem`, `expenses`), empty for the whole. Append-only.
    """

    share = models.ForeignKey(**_share("comments"))
    ward = ward_key()
    firm = _firm()
    author = person_key(db_index=False)
    field = models.CharField(max_length=80, blank=True)
    body = models.TextField(_("助言"))
    written_at = models.DateTimeField(_("日時"), db_default=Now())

    class Meta:
        verbose_name = _("計画への助言")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.share_id} {self.field}"


class PlanEvaluation(models.Model):
    """妥当性評価: a grade and a text for each aspect and for the whole.

    `plan_sha256` is the digest of the plan as the evaluator read it: later changes can be told.
    `is_independent`: the evaluator declares to have no ties to the firms that sell what is planned
    (domain.md A6). Frozen once submitted.
    """

    class Grade(models.TextChoices):
        A = "a", _("A 妥当")
        B = "b", _("B おおむね妥当")
        C = "c", _("C 見直しが必要")
        D = "d", _("D 妥当でない")

    share = models.OneToOneField(**_share("evaluation"))
    application = _application()
    ward = ward_key()
    firm = _firm()
    evaluator = person_key()
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.DRAFT,
        choices=states.EVALUATION.choices,
    )
    grades = models.JSONField(_("項目ごとの評価"), default=dict)
    texts = models.JSONField(_("項目ごとの説明"), default=dict)
    grade = models.CharField(_("総合評価"), max_length=1, choices=Grade, blank=True)
    summary = models.TextField(_("総評"), blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="counts saves, for stale tabs")
    plan_sha256 = models.CharField(max_length=64, blank=True)
    is_independent = models.BooleanField(_("利害関係がないことの申告"), default=False)
    submitted_at = models.DateTimeField(_("評価した日時"), null=True)

    class Meta:
        verbose_name = _("計画の妥当性評価")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=states.DRAFT)
                | Q(submitted_at__isnull=False, is_independent=True),
                name="evaluation_submitted_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.evaluator_id}"


class FieldAuthor(models.Model):
    """Who typed which answer of an application (入力者の記録). Written by a trigger alone.

    行政書士法 (2026-01-01) reserves preparing papers for public offices: the record shows that nobody
    but the firm's own people wrote the plan. `user_id` 0 is the system itself.
    """

    application = _application()
    ward = ward_key()
    firm = _firm()
    field = models.CharField(_("項目"), max_length=80)
    user_id = models.BigIntegerField(_("入力した人"))
    first_at = models.DateTimeField(_("最初の入力"))
    last_at = models.DateTimeField(_("最後の入力"))
    saves = models.PositiveIntegerField(_("保存の回数"), default=1)

    class Meta:
        verbose_name = _("入力者の記録")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "field", "user_id"], name="field_author_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.field} {self.user_id}"
