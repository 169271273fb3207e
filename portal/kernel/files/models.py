"""What the portal knows of a file; the bytes lie in the private storage under `storage_key`."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.files import reasons


class StoredFile(models.Model):
    """A file taken in from a person or made by the portal.

    Only `clean` files are ever given out. The row outlives the bytes: of a refused file it keeps
    the reason, of an erased one (`erased_at`) the digest.
    """

    class State(models.TextChoices):
        QUARANTINE = "quarantine", _("安全性を確認中")
        CLEAN = "clean", _("受け取り済み")
        REFUSED = "refused", _("受け取れません")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Plain numbers: the kernel knows neither wards (JIS code 13101–13123) nor firms nor people.
    ward_id = models.PositiveIntegerField(null=True)
    firm_id = models.PositiveBigIntegerField(null=True)
    owner_user_id = models.PositiveBigIntegerField(null=True)
    purpose = models.CharField(max_length=40, help_text="code of the use, e.g. quotation")
    original_name = models.CharField(_("ファイル名"), max_length=200, blank=True)
    extension = models.CharField(max_length=8)
    content_type = models.CharField(max_length=100, help_text="found by structure, never claimed")
    size = models.PositiveBigIntegerField(_("サイズ"), help_text="bytes")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状態"), max_length=12, choices=State)
    reason_code = models.CharField(max_length=40, blank=True)
    threat = models.CharField(max_length=200, blank=True, help_text="signature the scanner named")
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("受付日時"), db_default=Now())
    erased_at = models.DateTimeField(null=True)
    charged = models.BooleanField(default=False, help_text="counts against the firm's quota")
    storage_key = models.CharField(max_length=100, blank=True)
    preview_key = models.CharField(
        max_length=100, blank=True, help_text="re-encoded image without EXIF, safe to show"
    )

    class Meta:
        db_table = "kernel_storedfile"
        verbose_name = _("保管ファイル")
        indexes = [
            models.Index(fields=["ward_id", "created_at"], name="storedfile_ward"),
            models.Index(fields=["firm_id", "created_at"], name="storedfile_firm"),
            models.Index(
                fields=["checked_at"],
                name="storedfile_waiting",
                condition=Q(state="quarantine", erased_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="storedfile_state",
                condition=Q(state__in=["quarantine", "clean", "refused"]),
            ),
            models.CheckConstraint(name="storedfile_size", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="storedfile_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="storedfile_refused_has_reason",
                condition=~Q(state="refused") | ~Q(reason_code=""),
            ),
            models.CheckConstraint(
                name="storedfile_clean_has_no_reason",
                condition=~Q(state="clean") | Q(reason_code=""),
            ),
            # Bytes exist exactly for what is neither refused nor erased.
            models.CheckConstraint(
                name="storedfile_bytes",
                condition=(
                    (Q(state="refused") | Q(erased_at__isnull=False))
                    & Q(storage_key="", preview_key="", charged=False)
                )
                | (~Q(state="refused") & Q(erased_at=None) & ~Q(storage_key="")),
            ),
            models.UniqueConstraint(
                fields=["storage_key"], name="storedfile_key", condition=~Q(storage_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.original_name or str(self.pk)

    @property
    def is_available(self) -> bool:
        """Whether the file may be given out at all (to whom is the caller's policy)."""
        return self.state == self.State.CLEAN and self.erased_at is None

    @property
    def has_preview(self) -> bool:
        """Whether there is a small image that may be shown inside a page."""
        return self.is_available and bool(self.preview_key)

    @property
    def reason(self) -> str:
        """Why the file is refused or waiting and how to mend it, in the reader's language."""
        return reasons.message(self.reason_code) if self.reason_code else ""


class FirmQuota(models.Model):
    """How much a firm has uploaded; one row a firm, changed by conditional UPDATE only."""

    firm_id = models.PositiveBigIntegerField(primary_key=True)
    used_bytes = models.PositiveBigIntegerField(default=0)
    used_files = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "kernel_firmquota"
        verbose_name = _("企業の保管容量")

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.used_bytes}"
