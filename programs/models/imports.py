"""Import of a ward's register of firms from a workbook."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.firms import Firm
from programs.models.wards import Ward


class ImportJob(models.Model):
    """One uploaded workbook: read, shown, then imported as a whole or not at all.

    What it is doing follows from the times (see `phase`): nothing else has to be kept in step.
    """

    class Phase(models.TextChoices):
        READING = "reading", _("読み込み中")
        READY = "ready", _("確認待ち")
        IMPORTING = "importing", _("取り込み中")
        DONE = "done", _("取り込み済み")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("取り込めませんでした")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    total = models.PositiveIntegerField(default=0, help_text="rows of the sheet below its head")
    counts = models.JSONField(default=dict, help_text="outcome → number of rows")
    problem = models.TextField(blank=True, help_text="why the file as a whole was refused")
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("企業名簿の取込")
        indexes = [models.Index(fields=["ward", "-created_at"], name="import_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(finished_at=None), name="import_one_end"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def phase(self) -> Phase:
        """Where the import stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        if self.finished_at:
            return self.Phase.DONE
        if self.confirmed_at:
            return self.Phase.IMPORTING
        return self.Phase.READY if self.read_at else self.Phase.READING


class ImportRow(models.Model):
    """One row of the sheet as it was read and shown; the import uses exactly this."""

    class Outcome(models.TextChoices):
        NEW = "new", _("新しく登録")
        CHANGED = "changed", _("変更")
        SAME = "same", _("変更なし")
        KEPT = "kept", _("企業が管理（変更しません）")
        ELSEWHERE = "elsewhere", _("ほかの区で登録済み")
        ERROR = "error", _("誤り")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="row number in the sheet")
    outcome = models.CharField(max_length=10, choices=Outcome)
    label = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict, help_text="field → value as it will be stored")
    changes = models.JSONField(default=dict, help_text="field → [before, after]")
    errors = models.JSONField(default=list, help_text="sentences that begin with the cell")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("取込の行")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="import_row_once"),
        ]
        indexes = [models.Index(fields=["job", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
