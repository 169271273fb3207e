"""A run over many applications or letters and what became of each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BulkRun(models.Model):
    """One run. What it is doing follows from its times (see `phase`).

    `conditions` are the list's filters as they stand in its address; `instructions` what the person
    chose for all alike (reason of a proposal, person in charge, day of payment).
    """

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("担当者の一括割当")
        FINISH_CHECK = "finish_check", _("書類確認の一括完了")
        PROPOSE = "propose", _("一括起案")
        APPROVE = "approve", _("一括決裁")
        PRINT = "print", _("通知書の一括印刷")
        PAY = "pay", _("支払の一括記録")
        LETTERS = "letters", _("発行済みの通知書の一括印刷")

    class Phase(models.TextChoices):
        PREPARED = "prepared", _("確認待ち")
        RUNNING = "running", _("処理中")
        DONE = "done", _("終了")
        CANCELLED = "cancelled", _("中止")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("処理"), max_length=12, choices=Kind)
    conditions = models.JSONField(default=dict)
    instructions = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("準備日時"), db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="why it ended before its time")
    print_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    zip_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("一括処理")
        indexes = [
            models.Index(fields=["ward", "-created_at"], name="bulk_by_ward"),
            models.Index(
                fields=["started_at"],
                name="bulk_running",
                condition=Q(started_at__isnull=False, finished_at=None, cancelled_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(finished_at=None), name="bulk_one_end"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(started_at__isnull=False),
                name="bulk_finished_was_started",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.finished_at:
            return self.Phase.DONE
        return self.Phase.RUNNING if self.started_at else self.Phase.PREPARED


class BulkItem(models.Model):
    """One application of a run, or one letter. `seen` is what was read: the time of the proposal (ISO) that is to
    be approved, the number of the version that is to be proposed.

    `plan` is what will be done to this one as it was shown (outcome, amount in 円, reason). `reason`
    says why it was left out (excluded) or did not succeed (failed).
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("未処理")
        EXCLUDED = "excluded", _("対象外")
        DONE = "done", _("済み")
        FAILED = "failed", _("できなかった")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    application = models.ForeignKey(
        "subsidies.Application",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    letter = models.ForeignKey(
        "letters.Letter", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    position = models.PositiveIntegerField()
    outcome = models.CharField(_("結果"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    seen = models.CharField(max_length=40, blank=True)
    plan = models.JSONField(default=dict)
    reason = models.TextField(_("理由"), blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("一括処理の対象")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="bulk_item_position"),
            models.UniqueConstraint(fields=["run", "application"], name="bulk_item_once"),
            models.UniqueConstraint(fields=["run", "letter"], name="bulk_item_letter_once"),
            models.CheckConstraint(
                condition=Q(application__isnull=False, letter=None)
                | Q(application=None, letter__isnull=False),
                name="bulk_item_of_one",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "done"]) | ~Q(reason=""),
                name="bulk_item_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position} {self.outcome}"
