"""Evaluations with their results, what they were computed from, and bundles for researchers.

An evaluation is ordered on a page and made by a worker; it is never changed afterwards. No firm is
named in a result. What it was computed from is for the system alone.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class Question(models.TextChoices):
    """What may be asked: does the support cause what it is for."""

    GRANT = "grant", _("補助金は付加価値額を増やしたか")
    DOJO = "dojo", _("道場は1年以内の投資を増やしたか")
    LAB = "lab", _("ラボの試用は1年以内の購入を増やしたか")


class Evaluation(models.Model):
    """効果検証: one estimate as of a moment. Where it stands follows from its times (see `phase`).

    `result` holds every number of the page (services.results); `watermark` is when the rows were read,
    `panel_sha256` the digest of what they became, `software` the versions that computed it. No chance is
    involved: errors are analytic, and `seed` is 0 for that.
    """

    class Letter(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"

    class Phase(models.TextChoices):
        WORKING = "working", _("計算中")
        DONE = "done", _("計算済み")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("結果なし")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.CharField(_("問い"), max_length=5, choices=Question)
    letter = models.CharField(
        _("付加価値額の計算式"), max_length=1, choices=Letter, default=Letter.A
    )
    ordered_by = person_key(null=True, db_index=False)
    ordered_by_name = models.CharField(_("始めた人"), max_length=150, blank=True)
    hat = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("始めた日時"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often a worker began")
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(_("計算した日時"), null=True)
    cancelled_at = models.DateTimeField(null=True)
    watermark = models.DateTimeField(_("データの時点"), null=True)
    panel_sha256 = models.CharField(max_length=64, blank=True)
    seed = models.PositiveIntegerField(default=0)
    software = models.JSONField(default=dict, help_text="name → version")
    result = models.JSONField(_("結果"), default=dict)

    class Meta:
        verbose_name = _("効果検証")
        ordering = ["-id"]
        indexes = [models.Index(fields=["question", "-id"], name="evaluation_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "letter"],
                condition=Q(finished_at=None, cancelled_at=None, problem=""),
                name="evaluation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(cancelled_at=None, problem=""),
                name="evaluation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.letter} {self.pk}"

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        return self.Phase.DONE if self.finished_at else self.Phase.WORKING


class Material(models.Model):
    """What an evaluation was computed from, with firms by their numbers: gzip of JSON, the system's alone."""

    evaluation = models.OneToOneField(
        Evaluation, on_delete=models.PROTECT, related_name="material", primary_key=True
    )
    content = models.BinaryField()

    class Meta:
        verbose_name = _("検証のデータ")

    def __str__(self) -> str:
        return str(self.evaluation_id)


class Bundle(models.Model):
    """研究用データ: one making of a ZIP for an outside researcher. Its salt is nowhere; append-only."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="bundles")
    reason = models.CharField(_("渡す相手と目的"), max_length=300)
    made_by = person_key(db_index=False)
    made_by_name = models.CharField(_("作成した人"), max_length=150)
    made_at = models.DateTimeField(_("作成日時"), db_default=Now())
    sha256 = models.CharField(max_length=64)
    firms = models.PositiveIntegerField(_("企業数"))

    class Meta:
        verbose_name = _("研究用データ")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="bundle_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.sha256[:12]}"
