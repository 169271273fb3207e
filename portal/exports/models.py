"""A list on its way into a file."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ExportJob(models.Model):
    """One ordered export. What it is doing follows from its times (see `phase`).

    `hat` is the key of the hat under which it was ordered; the worker wears it as it is then.
    """

    class Phase(models.TextChoices):
        WORKING = "working", _("作成中")
        DONE = "done", _("作成済み")
        EXPIRED = "expired", _("保存期間が終わりました")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("作成できませんでした")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    file_format = models.CharField(max_length=4)
    # Plain numbers, as in the kernel: this app stands below wards and firms.
    ward_id = models.PositiveIntegerField(null=True)
    firm_id = models.PositiveBigIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    hat = models.CharField(max_length=40)
    created_at = models.DateTimeField(_("申込み日時"), db_default=Now())
    total = models.PositiveIntegerField(default=0, help_text="rows when it was ordered")
    done = models.PositiveIntegerField(default=0, help_text="rows of the finished file")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often a worker began")
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    stored_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("書き出し")
        indexes = [
            models.Index(fields=["created_by", "-created_at"], name="export_by_person"),
            models.Index(
                fields=["created_at"],
                name="export_open",
                condition=Q(finished_at=None, cancelled_at=None, problem=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(finished_at=None), name="export_one_end"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(stored_file__isnull=False, expires_at__isnull=False),
                name="export_finished_has_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}.{self.file_format}"

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        if not self.finished_at:
            return self.Phase.WORKING
        assert self.stored_file is not None
        return self.Phase.DONE if self.stored_file.is_available else self.Phase.EXPIRED
