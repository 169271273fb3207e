"""What was handed in to be taken over: a workbook or an e-Stat file, row by row."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class Intake(models.Model):
    """One file: read, shown, then taken over as a whole or not at all.

    `about` is what the file says of itself (dataset, year, unit …). Where it stands follows from the times
    (see `phase`). `ward` is None where policy staff hand in figures of all wards.
    """

    class Kind(models.TextChoices):
        STATISTICS = "statistics", _("統計")
        ACCOUNTS = "accounts", _("企業の決算")
        DEFLATOR = "deflator", _("デフレーター")

    class Phase(models.TextChoices):
        READING = "reading", _("読み込み中")
        READY = "ready", _("確認待ち")
        TAKING = "taking", _("取り込み中")
        DONE = "done", _("取り込み済み")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("取り込めませんでした")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = person_key(db_index=False)
    created_by_name = models.CharField(_("担当"), max_length=100)
    created_at = models.DateTimeField(_("読込日時"), db_default=Now())
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("ファイル"), max_length=255)
    sha256 = models.CharField(max_length=64)
    about = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="outcome → number of rows")
    problem = models.TextField(_("問題"), blank=True)
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("統計と決算の取込")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["ward", "-created_at"], name="intake_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(finished_at=None), name="intake_one_end"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        if self.finished_at:
            return self.Phase.DONE
        if self.confirmed_at:
            return self.Phase.TAKING
        return self.Phase.READY if self.read_at else self.Phase.READING


class IntakeRow(models.Model):
    """One row as it was read and shown; exactly this is taken over.

    `held` lists what looks like a slip of the unit: {"column", "why", "before", "value"}. Such a row waits
    until somebody has said why it is right, and keeps who and why.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("新しく登録")
        CHANGED = "changed", _("訂正")
        SAME = "same", _("変更なし")
        HELD = "held", _("確認待ち")
        ERROR = "error", _("誤り")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="row number in the sheet, or place in the file")
    outcome = models.CharField(max_length=8, choices=Outcome)
    label = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict, help_text="column → [before, after]")
    errors = models.JSONField(default=list, help_text="sentences that begin with the cell")
    held = models.JSONField(default=list)
    becomes = models.CharField(max_length=8, blank=True, help_text="the outcome once confirmed")
    reason = models.CharField(_("正しいとした理由"), max_length=200, blank=True)
    confirmed_by_name = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("取込の行")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "number"], name="intake_row_once"),
        ]
        indexes = [models.Index(fields=["intake", "outcome", "number"], name="intake_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
